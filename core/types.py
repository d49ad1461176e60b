"""The plain values that the rooms of the house hand to each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from jaxtyping import UInt8

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the pixels of a picture's upright original.

    Attributes:
        x0: left edge in pixels, 0 <= x0 < x1.
        y0: top edge in pixels, 0 <= y0 < y1.
        x1: right edge in pixels, exclusive.
        y1: bottom edge in pixels, exclusive.
    """

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An upright RGB picture that came through the door in `core.images`.

    Attributes:
        pixels: (height, width, 3) bytes, RGB on white, longest side at most 1024.
        original_size: (width, height) of the upright original in pixels.
        digest: SHA-256 of the bytes it was read from, 64 hex digits.
        frames: how many frames the file held; only the first is used.
        notes: sentences for the page, such as "This picture is very small."
        memory: what `once` keeps of it.
    """

    pixels: UInt8[np.ndarray, "height width 3"]
    original_size: tuple[int, int]
    digest: str
    frames: int = 1
    notes: tuple[str, ...] = ()
    memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, what: Hashable, make: Callable[[], Value]) -> Value:
        """Returns what is made of the pixels, such as a smaller copy; made once for as long as the picture lives.

        Args:
            what: a name for it.
            make: makes it.
        """
        if what not in self.memory:
            self.memory[what] = make()
        value: Value = self.memory[what]
        return value


@dataclass(frozen=True, slots=True)
class Unread:
    """What a model's tokenizer has no pieces for in a text.

    Attributes:
        words: the parts that it does not know, as they were typed, in their order.
        nothing_else: whether no letter or digit is left beside them, so that any such text reads the same.
        as_bytes: whether it takes them apart into bytes instead, so that two such texts still differ.
        in_scraps: all other words of the text when its vocabulary has none of them, nor one that begins with a word
            it has.
    """

    words: tuple[str, ...] = ()
    nothing_else: bool = False
    as_bytes: bool = False
    in_scraps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One gap of a caption template, with what was nearly chosen.

    Attributes:
        name: the gap's name in the template, such as "thing".
        choice: the words chosen.
        probability: softmax weight of the choice among all candidates, in [0, 1].
        runner_up: the second-best words; "" when there is one candidate only.
        runner_up_probability: its softmax weight, in [0, 1].
    """

    name: str
    choice: str
    probability: float
    runner_up: str = ""
    runner_up_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence about a picture and who wrote it.

    Attributes:
        sentence: the caption.
        author: "captioner" or "person".
        slots: the template's gaps as filled; empty when a person wrote it.
    """

    sentence: str
    author: str
    slots: tuple[Slot, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns the caption as plain JSON values."""
        return {
            "sentence": self.sentence,
            "author": self.author,
            "slots": [
                {
                    "name": slot.name,
                    "choice": slot.choice,
                    "probability": slot.probability,
                    "runner_up": slot.runner_up,
                    "runner_up_probability": slot.runner_up_probability,
                }
                for slot in self.slots
            ],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Caption:
        """Returns the caption that `to_json` wrote."""
        return cls(value["sentence"], value["author"], tuple(Slot(**slot) for slot in value["slots"]))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what was answered.

    Attributes:
        question: the question's words.
        answer: the likeliest answer.
        confidence: its softmax weight among all answers, in [0, 1].
        runner_up: the second-likeliest.
        runner_up_confidence: its softmax weight.
    """

    question: str
    answer: str
    confidence: float
    runner_up: str
    runner_up_confidence: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole dialogue about one picture.

    Attributes:
        exchanges: questions and answers, in order.
        summary: one sentence made from the answers.
    """

    exchanges: tuple[Exchange, ...]
    summary: str

    def to_json(self) -> dict[str, Any]:
        """Returns the dialogue as plain JSON values."""
        rows = [
            [
                exchange.question,
                exchange.answer,
                exchange.confidence,
                exchange.runner_up,
                exchange.runner_up_confidence,
            ]
            for exchange in self.exchanges
        ]
        return {"exchanges": rows, "summary": self.summary}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Conversation:
        """Returns the dialogue that `to_json` wrote."""
        return cls(tuple(Exchange(*row) for row in value["exchanges"]), str(value["summary"]))


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPictures:
    """What the models say about a batch of n pictures.

    Attributes:
        captions: n sentences.
        vectors: "joint" (n, d), "garment" (n, g) and "words" (n, e; the captions' embeddings), all unit rows.
    """

    captions: Sequence[str]
    vectors: Mapping[str, np.ndarray]
