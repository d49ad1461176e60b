"""The strokes of a drawing, as a pad drew them or the pieces of ink that hang together, or some left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, UInt8
from PIL import Image, ImageDraw

from core.checks import finite_number
from core.errors import InputError
from core.images.pixels import INK_SHARE

MOST_STROKES = 64
"""So many strokes are looked at, the longest; the others stay on the sheet."""
MOST_POINTS = 20_000
"""Of all strokes together."""
WIDEST = 0.25
"""Of a stroke, as a share of the sheet's side."""
EDGE = 1.5
"""So many pixels around a stroke are its soft edge."""
BETWEEN = 6
"""So many points of a curve are drawn from one sample of the pointer to the next."""
FORM = 'a list of strokes, each {"points": [[x, y], ...], "width": w} in shares of the sheet\u2019s side'

Masks = Bool[np.ndarray, "strokes side side"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of the pen.

    Attributes:
        points: (x, y) where the pointer was, in shares of the sheet's side from its left upper corner.
        width: of the pen, likewise.
    """

    points: tuple[tuple[float, float], ...]
    width: float


def parse_strokes(value: object) -> list[Stroke]:
    """Returns the strokes that a page or a program sent; [] for null.

    Args:
        value: `FORM`, of whatever kind it is.

    Raises:
        InputError: it is something else, or more than `MOST_POINTS` points.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"The strokes must be {FORM}, or null for the pieces of ink.")
    strokes, count = [], 0
    for entry in value:
        points = entry.get("points") if isinstance(entry, dict) else None
        if not isinstance(points, list) or not points:
            raise InputError(f"The strokes must be {FORM}, or null for the pieces of ink.")
        count += len(points)
        if count > MOST_POINTS:
            raise InputError(f"The strokes have more than {MOST_POINTS:,} points; send fewer.")
        width = finite_number(entry.get("width"), name="The width of a stroke", low=0.0, high=WIDEST)
        strokes.append(Stroke(tuple(_point(point) for point in points), width))
    return strokes


def _point(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError("A point of a stroke must be [x, y], two numbers.")
    # A pointer that is held leaves the sheet.
    x, y = (finite_number(number, name="A point of a stroke", low=-1.0, high=2.0) for number in value)
    return x, y


def masks_of(strokes: Sequence[Stroke], side: int) -> Masks:
    """Returns where each stroke lies on a square sheet, with its soft edge.

    Args:
        strokes: as a pad draws them: curves through the middles between the points.
        side: of the sheet in pixels.
    """
    return np.stack([np.zeros((side, side), bool), *(_drawn(stroke, side) for stroke in strokes)])[1:]


def _drawn(stroke: Stroke, side: int) -> Bool[np.ndarray, "side side"]:
    sheet = Image.new("1", (side, side))
    pen, radius = ImageDraw.Draw(sheet), stroke.width * side / 2 + EDGE
    line = curve(np.array(stroke.points) * side)
    if len(line) > 1:
        pen.line([*map(tuple, line.tolist())], fill=1, width=max(round(2 * radius), 1), joint="curve")
    for x, y in (line[0], line[-1]):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return np.array(sheet, dtype=bool)


def curve(points: np.ndarray) -> np.ndarray:
    """Returns points of the quadratic curves that a pad draws through the middles between its samples."""
    if len(points) < 3:
        return points
    controls, ends = points[1:-1], (points[1:-1] + points[2:]) / 2
    starts = np.concatenate([points[:1], ends[:-1]])
    share = np.linspace(0, 1, BETWEEN, endpoint=False)[None, :, None]
    a, b, c = starts[:, None], controls[:, None], ends[:, None]
    curves = (1 - share) ** 2 * a + 2 * share * (1 - share) * b + share**2 * c
    return np.concatenate([curves.reshape(-1, 2), ends[-1:], points[-1:]])


def pieces(pixels: UInt8[np.ndarray, "side side 3"]) -> Masks:
    """Returns where each piece of ink that hangs together lies, the largest first, with its soft edge.

    Args:
        pixels: of a drawing on a square sheet, dark ink on light paper.
    """
    ink = 255 - np.asarray(Image.fromarray(pixels).convert("L")).astype(int)
    labels = _labels(ink > max(int(ink.max()) * INK_SHARE, 1))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    chosen = np.argsort(-sizes, kind="stable")[: int(np.count_nonzero(sizes))][:MOST_STROKES]
    grown = _grown(labels)
    return np.stack([np.zeros(labels.shape, bool), *(grown == label for label in chosen)])[1:]


def _labels(ink: Bool[np.ndarray, "side side"]) -> Int[np.ndarray, "side side"]:
    """Returns the number of the piece that each pixel belongs to, 0 for paper; touching corners hang together."""
    parents = [0]

    def root(label: int) -> int:
        while parents[label] != label:
            parents[label] = parents[parents[label]]
            label = parents[label]
        return label

    labels = np.zeros(ink.shape, dtype=np.int64)
    above: list[tuple[int, int, int]] = []
    for row, line in enumerate(ink):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
        runs = []
        for start, end in edges.reshape(-1, 2).tolist():
            label = len(parents)
            parents.append(label)
            for other_start, other_end, other in above:
                if other_start <= end and start <= other_end:
                    parents[root(label)] = root(other)
            labels[row, start:end] = label
            runs.append((start, end, label))
        above = runs
    return np.array([root(label) for label in range(len(parents))])[labels]


def _grown(labels: Int[np.ndarray, "side side"]) -> Int[np.ndarray, "side side"]:
    """Returns the pieces with two pixels of soft edge, where no other piece is."""
    grown = labels
    for _ in range(2):
        padded = np.pad(grown, 1)
        around = np.max([padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]], axis=0)
        grown = np.where(grown > 0, grown, around)
    return grown


def with_ink(
    pixels: UInt8[np.ndarray, "side side 3"], masks: Masks, among: Bool[np.ndarray, " strokes"]
) -> UInt8[np.ndarray, "side side 3"]:
    """Returns a drawing with some of its strokes; where one of these lies, or none at all, it is as it was.

    Args:
        pixels: of the whole drawing.
        masks: where its strokes lie.
        among: which of them are to be seen.
    """
    gone = masks[~among].any(axis=0) & ~masks[among].any(axis=0)
    return np.where(gone[:, :, None], np.uint8(255), pixels)


def inked(pixels: UInt8[np.ndarray, "side side 3"], masks: Masks) -> Bool[np.ndarray, " strokes"]:
    """Tells of each stroke whether any ink of it can be seen where no other lies."""
    ink = np.asarray(Image.fromarray(pixels).convert("L")) < 255 - 255 * INK_SHARE
    alone = masks & (masks.sum(axis=0) == 1)
    return np.asarray((alone & ink).any(axis=(1, 2)))
