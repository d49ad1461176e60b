"""A number of an answer taken apart: over the places of a picture and over words, whatever the task.

Where the number is linear in a row, and the row a sum over places or tokens, it falls apart without anything left. A
classifier with a hidden layer is linear, too, as long as the same of its units are active: then its parts add up just
as exactly, but they hold for this picture alone and tell nothing of another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt
from typing import Any

import numpy as np
from jaxtyping import Float64

from core.instruments.places import places_for_half, places_plain

HELD = "for this picture alone: the head’s active units are held fixed"


def _nothing() -> Float64[np.ndarray, "0 1"]:
    return np.zeros((0, 1))


@dataclass(frozen=True, slots=True, eq=False)
class PartApart:
    """One number of an answer, and what it is the sum of.

    Attributes:
        key: its name for programs.
        label: its name for people.
        kind: of evidence: "picture", "words" or "both".
        score: the number, as it answers.
        places: (places + 1,) what each place of a square grid adds, line by line, and last what belongs to none; (1,)
            of a number that has no places.
        words: of the text behind it, or other summands that have names.
        by_word: (words, places + 1) what each of these and each place add together.
        holds: how far it is true, for people; "" where it is true without more.
        estimated: whether it was found by hiding places, so that nothing adds up.
    """

    key: str
    label: str
    kind: str
    score: float
    places: Float64[np.ndarray, " places_and_bias"]
    words: tuple[str, ...] = ()
    by_word: Float64[np.ndarray, "words places_and_bias"] = field(default_factory=_nothing)
    holds: str = ""
    estimated: bool = False

    @property
    def difference(self) -> float:
        """How far the sum is from the number."""
        return abs(float(self.places.sum()) - self.score)

    @property
    def half(self) -> int:
        """How few places give half of all that places add."""
        return places_for_half(self.places[:-1])

    @property
    def grid(self) -> int:
        """How many places lie side by side; 0 without any."""
        return isqrt(len(self.places) - 1)

    def to_json(self) -> dict[str, Any]:
        """Returns it as plain JSON values."""
        words = [
            {"word": word, "adds": float(row.sum()), **places_plain(row)}
            for word, row in zip(self.words, self.by_word, strict=True)
        ]
        return {
            "score": self.score, **places_plain(self.places), "words": words, "holds": self.holds,
            "estimated": self.estimated, "difference": self.difference,
        }  # fmt: skip


def text_apart(
    picture: Float64[np.ndarray, "places_and_bias d"],
    words: tuple[str, ...],
    rows: Float64[np.ndarray, "words d"],
    scale: float = 1.0,
) -> Float64[np.ndarray, "words places_and_bias"]:
    """Returns what each word and each place add together to the scaled cosine of a text and a picture.

    Args:
        picture: rows that sum to the picture's, see `core.contracts.SummedEncoder.picture_shares`.
        words: names of `rows`.
        rows: rows that sum to the text's.
        scale: of the cosine.
    """
    assert len(words) == len(rows), "each word has its row"
    return np.asarray(scale * rows @ picture.T)
