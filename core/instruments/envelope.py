"""Which candidate comes first where, exactly: the upper envelope of straight lines, and of planes over a triangle.

A blended score is linear in the weights. Along one slider each candidate's score is therefore a straight line, over all
mixes of three kinds of evidence a plane, and who stands highest changes at the edges of an interval or of a convex
polygon. Both are found by looking at all candidates at the few places where the first one could change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Point = tuple[float, float, float]
CORNERS: tuple[Point, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
LEVEL = 2.0**-44
"""Share of the largest score within which two candidates are level at a corner of a cell, which rounding moves."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where one candidate comes first along a line.

    Attributes:
        start: in [0, 1].
        end: in (start, 1].
        index: the candidate.
    """

    start: float
    end: float
    index: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one candidate comes first among all mixes of three kinds of evidence.

    Attributes:
        index: the candidate.
        corners: of a convex polygon, in order, each the three weights there; they sum to 1.
        share: of the whole triangle, in (0, 1].
    """

    index: int
    corners: tuple[Point, ...]
    share: float


def stretches(start: Float[np.ndarray, " n"], end: Float[np.ndarray, " n"]) -> list[Stretch]:
    """Returns who comes first from one end of a line to the other; of equals the one that stands before the other.

    Args:
        start: (n,) scores at 0, finite, or -inf for what is not ranked; at least one candidate is.
        end: (n,) scores at 1, likewise.
    """
    first, last = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    places = np.flatnonzero(np.isfinite(first) & np.isfinite(last))
    first, last = first[places], last[places]
    now, here = int(np.lexsort((-last, -first))[0]), 0.0
    parts: list[Stretch] = []
    while True:
        # A rival that gains on the first one passes it where its gain has made up what it lacks.
        lacks, gains = first[now] - first, last - last[now]
        rivals = np.flatnonzero(gains > 0)
        if not len(rivals):
            break
        passes = lacks[rivals] / (lacks[rivals] + gains[rivals])
        # Of those that pass at the same place, the one that ends highest goes on.
        rival = rivals[np.lexsort((-last[rivals], passes))[0]]
        place = float(passes[rivals == rival][0])
        if place > here:
            parts.append(Stretch(here, place, int(places[now])))
            here = place
        now = int(rival)
    return [*parts, Stretch(here, 1.0, int(places[now]))] if here < 1 else parts


def cells(parts: Float[np.ndarray, "3 n"]) -> list[Cell]:
    """Returns the polygon of the weight triangle in which each candidate comes first, the largest one first.

    Args:
        parts: (3, n) what each kind of evidence says of each candidate, finite, or -inf in all three for what is not
            ranked. Of equal candidates the one that stands before the others is first.
    """
    rows = np.asarray(parts, dtype=np.float64)
    places = np.flatnonzero(np.isfinite(rows).all(axis=0))
    if not len(places):
        return []
    planes = np.ascontiguousarray(rows[:, places])
    level = LEVEL * float(np.abs(planes).max())
    polygons: dict[int, list[Point]] = {}
    seen: set[Point] = set()
    waiting = [*CORNERS, (1 / 3, 1 / 3, 1 / 3)]
    while waiting:
        scores = np.array(waiting) @ planes
        tops = scores.argmax(axis=1)
        seen.update(waiting)
        new = dict.fromkeys(
            int(top)
            for point, row, top in zip(waiting, scores, tops, strict=True)
            if not any(row[mine] >= row[top] - level for mine in polygons)
        )
        for candidate in new:
            _add(candidate, planes, polygons)
        waiting = list(dict.fromkeys(point for point in _points(polygons) if point not in seen))
    found = [Cell(int(places[mine]), tuple(polygon), _area(polygon)) for mine, polygon in polygons.items()]
    return sorted((cell for cell in found if cell.share > 0), key=lambda cell: (-cell.share, cell.index))


def _points(polygons: dict[int, list[Point]]) -> Iterator[Point]:
    for polygon in polygons.values():
        yield from polygon


def _add(candidate: int, planes: Float[np.ndarray, "3 n"], polygons: dict[int, list[Point]]) -> None:
    """Gives a candidate the part of the triangle in which it leads those that have one, and takes it from them."""
    own = list(CORNERS)
    for rival, polygon in polygons.items():
        a, b, c = (planes[:, candidate] - planes[:, rival]).tolist()
        own = _cut(own, (a, b, c))
        polygons[rival] = _cut(polygon, (-a, -b, -c))
    polygons[candidate] = own


def _cut(polygon: list[Point], lead: Point) -> list[Point]:
    """Returns the part of a convex polygon in which a lead, given by its size at the three corners, is at least 0."""
    heights = [lead[0] * w0 + lead[1] * w1 + lead[2] * w2 for w0, w1, w2 in polygon]
    if not heights or min(heights) >= 0:
        return polygon
    if max(heights) <= 0:
        return []
    kept: list[Point] = []
    before, height_before = polygon[-1], heights[-1]
    for point, height in zip(polygon, heights, strict=True):
        if (height >= 0) != (height_before >= 0):
            share = height_before / (height_before - height)
            kept.append(_between(before, point, share))
        if height >= 0:
            kept.append(point)
        before, height_before = point, height
    return kept


def _between(first: Point, second: Point, share: float) -> Point:
    w0, w1 = (a + share * (b - a) for a, b in zip(first[:2], second[:2], strict=True))
    return w0, w1, max(0.0, 1.0 - w0 - w1)


def _area(polygon: list[Point]) -> float:
    """Returns which share of the triangle a polygon is."""
    turned = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in turned))
