"""The hits of a ranking, each with what every part of the evidence adds to its score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.tasks.candidates import Copies, ItemName


@dataclass(frozen=True, slots=True)
class Hit:
    """One picture of the gallery in an answer.

    Attributes:
        index: its place in the gallery.
        item: its id.
        file: its file, relative to the gallery.
        score: the blended score; the parts, where there are some, add up to it.
        parts: name of the evidence -> what it adds to the score; None where a score is no sum.
        copies: further files of the gallery with the very same bytes; they are not hits of their own.
    """

    index: int
    item: str
    file: str
    score: float
    parts: dict[str, float] | None
    copies: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns the hit as the endpoints give it; `copies` stands there only when there are some."""
        value = {
            "item": self.item,
            "file": self.file,
            "score": self.score,
            "parts": None if self.parts is None else dict(self.parts),
        }
        return value | ({"copies": list(self.copies)} if self.copies else {})


def hits(
    chosen: Sequence[int],
    scores: np.ndarray,
    shares: np.ndarray | None,
    names: Sequence[str],
    items: Sequence[ItemName],
    copies: Copies | None = None,
    row_of: Callable[[int], int] = int,
) -> tuple[Hit, ...]:
    """Builds the hits of an answer.

    Args:
        chosen: indices, best first.
        scores: (n,) blended scores.
        shares: (parts, n) what each part adds; None where a score is no sum.
        names: (parts,) what the parts are called.
        items: (id, file) of every candidate.
        copies: candidate -> the later ones with the same bytes.
        row_of: candidate -> its place in the gallery.
    """
    return tuple(
        Hit(
            row_of(index),
            items[index][0],
            items[index][1],
            float(scores[index]),
            None if shares is None else {name: float(shares[row, index]) for row, name in enumerate(names)},
            tuple(items[row][1] for row in (copies or {}).get(index, ())),
        )
        for index in chosen
    )
