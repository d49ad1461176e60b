"""What the box's place does: where one candidate stands for many boxes around the one that was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core.blend import blend, order, ranks
from core.errors import InputError
from core.images.boxes import SMALLEST_BOX
from core.instruments import Blended
from core.types import Box

SIZES = (0.6, 0.8, 1.0, 1.25, 1.6)
"""Of the sides of the box that was drawn."""
MOVES: Mapping[str, tuple[int, int]] = {
    "left": (-1, 0), "up": (0, -1), "in place": (0, 0), "down": (0, 1), "right": (1, 0),
}  # fmt: skip
STEP = 0.15
"""How far a box is moved, as a share of the side of the box that was drawn."""
PARTS = 64
"""Of a pixel: where boxes may begin and end."""
LISTED = 3
"""So many candidates stand in each list of those that are laid side by side."""
PICTURE, WORDS, BOX = range(3)


@dataclass(frozen=True, slots=True)
class BoxTried:
    """One box, and where the candidate stands with it.

    Attributes:
        size: of its sides, as a multiple of the drawn ones.
        move: a key of `MOVES`.
        box: in pixels of the upright original, inside the picture.
        rank: of the candidate by what is in the box alone, 1 = first.
        rank_in_mix: in the mix in use.
    """

    size: float
    move: str
    box: Box
    rank: int
    rank_in_mix: int

    @property
    def words(self) -> str:
        """Names the box, such as "0.8 × as large, moved left"."""
        size = "as large as drawn" if self.size == 1 else f"{self.size:g} × as large"
        return size if self.move == "in place" else f"{size}, moved {self.move}"


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The same question asked of the whole picture, of the box, or of box and words.

    Attributes:
        name: "whole picture", "box" or "box and words".
        weights: of picture, words and box.
        rank: of the candidate.
        first: the best candidates, their indices.
    """

    name: str
    weights: tuple[float, float, float]
    rank: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BoxesTried:
    """What the box's place does.

    Attributes:
        candidate: index of the one whose rank is told.
        right: whether it is known to be right; else it is the first one of the mix in use.
        boxes: sizes from small to large, for each the moves in the order of `MOVES`.
        side_by_side: whole picture, box, and box and words.
        names: (n,) names of the candidates.
    """

    candidate: int
    right: bool
    boxes: tuple[BoxTried, ...]
    side_by_side: tuple[SideBySide, ...]
    names: Sequence[str]

    @property
    def sentence(self) -> str:
        """Says how much the box's place matters, one plain sentence."""
        count, first = len(self.boxes), sum(box.rank_in_mix == 1 for box in self.boxes)
        worst = max(self.boxes, key=lambda box: box.rank_in_mix)
        low, high = min(box.rank for box in self.boxes), max(box.rank for box in self.boxes)
        name = f"“{self.names[self.candidate]}”{', the right one,' if self.right else ''}"
        alone = f"the box alone gives it rank {low}" + (f" to {high}" if high > low else " for all")
        if worst.rank_in_mix == 1:
            return f"{name} comes first for all {count} boxes in the mix in use; {alone}."
        return (
            f"{name} comes first for {first} of {count} boxes in the mix in use, at worst rank {worst.rank_in_mix} "
            f"({worst.words}); {alone}."
        )

    def to_json(self, items: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Returns the reading as plain JSON values.

        Args:
            items: (id, file) of every candidate.
        """
        boxes = [
            {
                "size": tried.size, "move": tried.move, "box": edges(tried.box),
                "rank": tried.rank, "rank_in_mix": tried.rank_in_mix,
            }
            for tried in self.boxes
        ]  # fmt: skip
        beside = [
            {
                "name": one.name,
                "weights": dict(zip(("picture", "words", "box"), one.weights, strict=True)),
                "rank": one.rank,
                "hits": [dict(zip(("item", "file"), items[index], strict=True)) for index in one.first],
            }
            for one in self.side_by_side
        ]
        item, file = items[self.candidate]
        head = {"sentence": self.sentence, "item": item, "file": file, "right": self.right}
        return head | {"boxes": boxes, "side_by_side": beside}


def edges(box: Box) -> list[float]:
    """Returns a box as JSON takes it."""
    return [box.x0, box.y0, box.x1, box.y1]


def boxes_around(box: Box, width: float, height: float) -> list[Box]:
    """Returns the boxes to try: each of `SIZES` at each of `MOVES`, pushed back where they would leave the picture.

    Args:
        box: the one that was drawn, in pixels of the upright original.
        width: of that, in pixels.
        height: likewise.

    Returns:
        As many as sizes times moves; the drawn one, cut to the picture, among them, and near an edge the same ones
        several times.
    """
    x0, x1 = max(0.0, box.x0), min(float(width), box.x1)
    y0, y1 = max(0.0, box.y0), min(float(height), box.y1)
    wide, high = x1 - x0, y1 - y0
    tried = []
    for size in SIZES:
        for across, down in MOVES.values():
            left, right = _inside((x0 + x1) / 2 + across * STEP * wide, size * wide, width)
            top, bottom = _inside((y0 + y1) / 2 + down * STEP * high, size * high, height)
            tried.append(Box(left, top, right, bottom))
    tried[DRAWN] = Box(x0, y0, x1, y1)  # not a bit beside it, by rounding
    return tried


DRAWN = SIZES.index(1.0) * len(MOVES) + list(MOVES).index("in place")
"""Which of the boxes is the drawn one."""


def _inside(middle: float, length: float, most: float) -> tuple[float, float]:
    """Returns both ends of a stretch inside a picture, in whole parts of a pixel, so that its length is exact."""
    length = min(max(length, SMALLEST_BOX), most)
    length = round(length * PARTS) / PARTS
    start = round(min(max(0.0, middle - length / 2), most - length) * PARTS) / PARTS
    return start, start + length


def boxes_tried(
    blended: Blended, boxes: Sequence[Box], seen: Float[np.ndarray, "boxes n"], item: int | None = None
) -> BoxesTried:
    """Ranks a candidate for each box.

    Args:
        blended: what the answer is blended from: picture, words and box, with at least one candidate that is ranked.
        boxes: as `boxes_around` gives them.
        seen: (boxes, n) the box's part of the score for each.
        item: the candidate; None for the best of the right ones, else for the first one of the mix in use.

    Raises:
        InputError: there is no box among what was blended, or the candidate is no part of the ranking.
    """
    if len(blended.parts) <= BOX:
        raise InputError("There is no box to move; draw one over the garment, or let one be proposed.")
    if len(blended.left_out) >= len(blended.names):
        raise InputError("The gallery is empty, so there is nothing to rank.")
    weights, hidden = np.asarray(blended.weights, dtype=np.float64), list(blended.left_out)
    candidate, right = _candidate(blended, blend(weights, blended.parts), item)
    rest = blend([weights[PICTURE], weights[WORDS], 0.0], blended.parts)
    tried = []
    for number, (box, row) in enumerate(zip(boxes, seen, strict=True)):
        size, move = SIZES[number // len(MOVES)], list(MOVES)[number % len(MOVES)]
        alone = np.asarray(row, dtype=np.float64)
        rank, rank_in_mix = (
            int(ranks(scores, hidden)[candidate]) for scores in (alone, rest + weights[BOX] * alone)
        )
        tried.append(BoxTried(size, move, box, rank, rank_in_mix))
    beside = tuple(
        _beside(name, mix, blended, candidate)
        for name, mix in (
            ("whole picture", (1.0, 0.0, 0.0)),
            ("box", (0.0, 0.0, 1.0)),
            ("box and words", _box_and_words(weights)),
        )
    )
    return BoxesTried(candidate, right, tuple(tried), beside, blended.names)


def _candidate(blended: Blended, scores: np.ndarray, item: int | None) -> tuple[int, bool]:
    """Returns whose rank is told, and whether it is known to be right."""
    if item is not None:
        if item in blended.left_out:
            raise InputError("This picture is no part of the ranking, for it repeats another one.")
        return item, item in blended.right
    if blended.right:
        return max(blended.right, key=lambda row: float(scores[row])), True
    return int(order(scores, 1, blended.left_out)[0]), False


def _box_and_words(weights: np.ndarray) -> tuple[float, float, float]:
    """Returns the weights in use without the picture's; half and half where one of them has none."""
    words, box = float(weights[WORDS]), float(weights[BOX])
    if words <= 0 or box <= 0:
        return 0.0, 0.5, 0.5
    return 0.0, words / (words + box), box / (words + box)


def _beside(name: str, weights: tuple[float, float, float], blended: Blended, candidate: int) -> SideBySide:
    scores = blend(weights, blended.parts)
    first = order(scores, LISTED, blended.left_out).tolist()
    rank = int(ranks(scores, blended.left_out)[candidate])
    return SideBySide(name, weights, rank, tuple(int(index) for index in first))
