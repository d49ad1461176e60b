"""What every kind of figure is: checked evidence, drawn as a figure, written as a table and said in a caption."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from jaxtyping import UInt8

from core.errors import InputError
from core.figures.fields import FigureFields
from core.shares import told_together

if TYPE_CHECKING:
    from core.figures.look import FigureLook

EVIDENCE = ("picture", "words", "both")
"""The kinds of evidence, each with its colour and pattern."""
INKS = (*EVIDENCE, "head", "captions", "ink")
"""What a line or a bar may stand for; all but the evidence is drawn in ink."""
FEWEST_PARTS, MOST_PARTS = 1, 8


class Drawable(ABC):
    """Evidence of one kind."""

    @classmethod
    @abstractmethod
    def read(cls, fields: FigureFields) -> Self:
        """Returns the evidence of a figure file.

        Raises:
            InputError: something is missing or cannot be used.
        """

    @abstractmethod
    def draw(self, look: FigureLook) -> Any:
        """Returns a matplotlib `Figure`; nothing else in it but what the evidence says."""

    @abstractmethod
    def rows(self) -> list[dict[str, object]]:
        """Returns a table that says the same: column -> value of each row."""

    @abstractmethod
    def caption(self) -> str:
        """Returns what the figure shows, with its numbers, in plain sentences."""

    def left_out(self, size: str) -> str:
        """Returns which part of the evidence a figure of a size shows, one sentence; "" where it shows all."""
        return ""


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """A kind of evidence.

    Attributes:
        kind: of `EVIDENCE`.
        label: what it is called.
        weight: how much it counts.
    """

    kind: str
    label: str
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What was asked.

    Attributes:
        picture: what was asked with, None without.
        words: of the question, or its captions.
        box: (left, top, right, bottom) of what is asked for, as shares of the picture; empty for all of it.
        written: whether a captioner wrote the words, not a person.
    """

    picture: UInt8[np.ndarray, "height width 3"] | None
    words: tuple[str, ...]
    box: tuple[float, ...] = ()
    written: bool = False

    @property
    def said(self) -> str:
        """The words in quotes; "" without any."""
        return " and ".join(f"\u201c{words}\u201d" for words in self.words if words)

    @property
    def told(self) -> str:
        """The words in quotes, and who wrote them where no person did."""
        return f"{self.said} (the captioner\u2019s words)" if self.said and self.written else self.said

    @property
    def box_said(self) -> str:
        """Where the box lies, one sentence; "" without one."""
        if not self.box:
            return ""
        left, top, right, bottom = map(number_text, self.box)
        return (
            f"Asked for what is in the green box: {left} to {right} of the width of the picture that was asked with, "
            f"{top} to {bottom} of its height."
        )


def read_box(fields: FigureFields) -> tuple[float, ...]:
    """Returns left, top, right and bottom of a box as shares of a picture, from the key "box".

    Raises:
        InputError: it is no box.
    """
    box = fields.numbers("box", 4, least=4, low=0.0, high=1.0)
    if not (box[0] < box[2] and box[1] < box[3]):
        raise InputError("In this figure file \u201cbox\u201d must be left, top, right and bottom of a box.")
    return box


def read_question(fields: FigureFields) -> Question:
    """Returns what was asked, from the key "question"; nothing without it."""
    part = fields.part("question")
    if part is None:
        return Question(None, ())
    box = read_box(part) if part.has("box") else ()
    return Question(part.picture("picture"), part.texts("words", 2), box, part.flag("written"))


def read_parts(fields: FigureFields, least: int = FEWEST_PARTS) -> tuple[EvidencePart, ...]:
    """Returns the kinds of evidence, from the key "parts"."""
    return tuple(
        EvidencePart(
            row.choice("kind", EVIDENCE), row.text("label", limit=60), row.number("weight", default=1.0)
        )
        for row in fields.rows("parts", MOST_PARTS, least)
    )


def number_text(value: float, decimals: int = 2) -> str:
    """Returns a number with a true minus sign, and none before a zero."""
    text = f"{value:.{decimals}f}"
    if not text.strip("-0."):
        text = text.lstrip("-")
    return text.replace("-", "\u2212")


def ended(words: str) -> str:
    """Returns a sentence with its full stop, "" for no words."""
    words = words.strip()
    return (
        words if not words or words.rstrip("\u201d\"')").endswith((".", "!", "?", "\u2026")) else f"{words}."
    )


def weights_text(parts: Sequence[EvidencePart]) -> str:
    """Returns the weights as a sentence has them, such as "picture 0.20, words 0.80"."""
    told = told_together([part.weight for part in parts])
    return ", ".join(f"{part.label} {weight}" for part, weight in zip(parts, told, strict=True))
