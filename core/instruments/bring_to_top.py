"""The smallest change of weights that brings a candidate among the first k, from wherever the weights stand.

For the first place that is exact: where a candidate comes first is a convex polygon of the weight triangle, cut out by
its rivals, and the nearest point of a polygon is a projection. Where it is among the first k is not convex for k > 1;
the triangle is then divided, nearest parts first, until nothing that is nearer by more than `WITHIN` can be left. The
point that is returned is verified by the order itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from core.blend import blend, ranks
from core.instruments import Blended
from core.shares import told_together

WITHIN = 1e-3
"""How much nearer a point may lie than the one that is returned, for k > 1 and three kinds of evidence."""
STEPS_INSIDE = (0.0, *(10.0**power for power in range(-9, 0)), 0.3, 1.0)
"""How far from an edge, on which two are level, towards the middle it is tried: the order has the last word."""
SMALLEST = 2.0**-12
MOST_PARTS = 4000
Corners = Float[np.ndarray, "_ kinds"]


@dataclass(frozen=True, slots=True)
class Brought:
    """What brings a candidate among the first k.

    Attributes:
        name: of the candidate.
        k: among how many it is to be.
        weights: that bring it there, with the sum 1; those in use where it is there already; None where none do.
        change: how far these are from the weights in use: the length of their difference.
        before: its rank at the weights in use.
        rank: its rank at the weights, by the order itself; None without any.
        exact: whether no smaller change brings it there; else none that is smaller by more than `WITHIN`.
    """

    name: str
    k: int
    weights: tuple[float, ...] | None
    change: float
    before: int
    rank: int | None
    exact: bool

    @property
    def sentence(self) -> str:
        """Says what brings it there, one plain sentence."""
        goal = "first" if self.k == 1 else f"among the first {self.k}"
        if self.weights is None:
            sure = "" if self.exact else f", as far as steps of {WITHIN:g} can tell"
            return f"No mix brings \u201c{self.name}\u201d {goal}{sure}."
        if self.before <= self.k:
            return f"\u201c{self.name}\u201d is {goal} already, at rank {self.before}."
        mix = ", ".join(told_together(self.weights))
        how = "exact" if self.exact else f"to {WITHIN:g}"
        return (
            f"The smallest change that brings \u201c{self.name}\u201d {goal} leads to {mix} ({how}): from rank "
            f"{self.before} to {self.rank}."
        )

    def to_json(self) -> dict[str, Any]:
        """Returns the reading as plain JSON values."""
        weights = None if self.weights is None else list(self.weights)
        return {
            "sentence": self.sentence, "candidate": self.name, "k": self.k, "weights": weights, "change": self.change,
            "rank_before": self.before, "rank": self.rank, "exact": self.exact,
        }  # fmt: skip


def bring_to_top(blended: Blended, candidate: int, k: int = 1) -> Brought:
    """Returns the smallest change of weights, all of them 0 or more, after which a candidate is among the first k.

    Args:
        blended: of two or three kinds of evidence; the weights in use may lie outside.
        candidate: its index, one that is part of the ranking.
        k: at least 1.
    """
    here = np.asarray(blended.weights, dtype=np.float64)
    before = _rank(blended, here, candidate)
    name = blended.names[candidate]
    if before <= k and here.min() >= 0:
        return Brought(name, k, tuple(here.tolist()), 0.0, before, before, exact=True)
    leads = _leads(blended, candidate)
    exact = k == 1 or len(blended.parts) == 2
    if len(blended.parts) == 2:
        regions: Iterator[Corners] = _stretches(leads, k)
        point = _nearest(blended, candidate, k, here, regions)
    elif k == 1:
        point = _nearest(blended, candidate, k, here, iter([_polygon(leads)]))
    else:
        point = _divided(blended, candidate, k, leads, _earlier(blended, candidate))
    if point is None:
        return Brought(name, k, None, 0.0, before, None, exact)
    change = float(np.linalg.norm(point - here))
    return Brought(name, k, tuple(point.tolist()), change, before, _rank(blended, point, candidate), exact)


def _rank(blended: Blended, weights: Float[np.ndarray, " kinds"], candidate: int) -> int:
    """Returns the rank by the order itself."""
    return int(ranks(blend(weights, blended.parts), blended.left_out)[candidate])


def _leads(blended: Blended, candidate: int) -> Float[np.ndarray, "kinds rivals"]:
    """Returns by how much a candidate leads each rival, by each kind of evidence alone."""
    parts = np.asarray(blended.parts, dtype=np.float64)
    rivals = np.ones(parts.shape[1], dtype=bool)
    rivals[[candidate, *blended.left_out]] = False
    return np.asarray(parts[:, candidate, None] - parts[:, rivals])


def _earlier(blended: Blended, candidate: int) -> Bool[np.ndarray, " rivals"]:
    """Returns which rivals stand before a candidate, and therefore come first where they are level."""
    places = np.arange(blended.parts.shape[1])
    return np.asarray(np.delete(places, [candidate, *blended.left_out]) < candidate)


def _nearest(
    blended: Blended, candidate: int, k: int, here: Float[np.ndarray, " kinds"], regions: Iterator[Corners]
) -> Float[np.ndarray, " kinds"] | None:
    """Returns the nearest point of some convex regions at which the order agrees, None without any."""
    projected = [(corners, _projection(here, corners)) for corners in regions if len(corners)]
    projected.sort(key=lambda pair: float(np.linalg.norm(pair[1] - here)))
    for corners, point in projected:
        middle = corners.mean(axis=0)
        for share in STEPS_INSIDE:
            inside = _on_simplex(point + share * (middle - point))
            if _rank(blended, inside, candidate) <= k:
                return inside
    return None


def _on_simplex(point: Float[np.ndarray, " kinds"]) -> Float[np.ndarray, " kinds"]:
    """Returns a point with no weight below 0 and the sum 1, which rounding may have moved."""
    weights = np.maximum(point, 0.0)
    return np.asarray(weights / weights.sum())


def _polygon(leads: Float[np.ndarray, "3 rivals"]) -> Corners:
    """Returns the corners of the polygon in which no lead is below 0, in order; none where it is empty."""
    corners = np.eye(3)
    while len(corners):
        heights = corners @ leads
        worst = heights.min(axis=0)
        if not len(worst) or worst.min() >= 0:
            return corners
        # The rival that stands highest at some corner cuts first; most rivals then never do.
        cut = _cut(corners, heights[:, int(worst.argmin())])
        if len(cut) == len(corners) and np.allclose(cut, corners, rtol=0, atol=1e-15):
            return corners  # no more than rounding is left to cut
        corners = cut
    return corners


def _cut(corners: Corners, heights: Float[np.ndarray, " _"]) -> Corners:
    """Returns the part of a convex polygon in which heights, linear over it, are at least 0."""
    kept: list[np.ndarray] = []
    for at, (point, height) in enumerate(zip(corners, heights, strict=True)):
        before, height_before = corners[at - 1], heights[at - 1]
        if (height >= 0) != (height_before >= 0):
            share = height_before / (height_before - height)
            kept.append(before + share * (point - before))
        if height >= 0:
            kept.append(point)
    return np.array(kept).reshape(-1, corners.shape[1])


def _stretches(leads: Float[np.ndarray, "2 rivals"], k: int) -> Iterator[Corners]:
    """Yields the stretches of the line of two kinds of evidence in which fewer than k rivals lead."""
    first, second = leads
    crosses = (first >= 0) != (second >= 0)
    # At a share of the first kind of 0 the second one decides; a rival that crosses changes sides once.
    places = second[crosses] / (second[crosses] - first[crosses])
    order = np.argsort(places, kind="stable")
    steps = np.where(first[crosses] >= 0, -1, 1)[order]
    ahead = int(np.count_nonzero(second < 0)) + np.concatenate([[0], np.cumsum(steps)])
    ends = np.concatenate([[0.0], places[order], [1.0]])
    for low, high in zip(ends[:-1][ahead < k], ends[1:][ahead < k], strict=True):
        yield np.array([[low, 1 - low], [high, 1 - high]])


def _projection(here: Float[np.ndarray, " kinds"], corners: Corners) -> Float[np.ndarray, " kinds"]:
    """Returns the point of a convex polygon, or of a stretch, that is nearest to a point of its plane."""
    if len(corners) > 2 and _contains(corners, here):
        return here
    starts, sides = np.roll(corners, 1, axis=0), corners - np.roll(corners, 1, axis=0)
    lengths = (sides * sides).sum(axis=1)
    shares = ((here - starts) * sides).sum(axis=1) / np.where(lengths > 0, lengths, 1.0)
    points = starts + np.clip(shares, 0, 1)[:, None] * sides
    return np.asarray(points[((points - here) ** 2).sum(axis=1).argmin()])


def _contains(corners: Corners, point: Float[np.ndarray, " kinds"]) -> bool:
    sides, away = np.roll(corners, -1, axis=0) - corners, point - corners
    turns = sides[:, 0] * away[:, 1] - sides[:, 1] * away[:, 0]
    return bool((turns >= 0).all() or (turns <= 0).all())


def _divided(
    blended: Blended,
    candidate: int,
    k: int,
    leads: Float[np.ndarray, "3 rivals"],
    earlier: Bool[np.ndarray, " rivals"],
) -> Float[np.ndarray, " 3"] | None:
    """Returns a point at which a candidate is among the first k, and none is nearer by more than `WITHIN`."""
    here = np.asarray(blended.weights, dtype=np.float64)
    best, nearest = None, np.inf
    number = count()
    every = np.arange(leads.shape[1])
    waiting: list[tuple[float, int, Corners, Int[np.ndarray, " open"], int]] = []

    def add(corners: Corners, rivals: Int[np.ndarray, " open"], ahead: int) -> None:
        heights = corners @ leads[:, rivals]
        leading = (heights < 0) | (earlier[rivals] & (heights == 0))
        everywhere = leading.all(axis=0)
        ahead += int(np.count_nonzero(everywhere))
        if ahead < k:  # else it is nowhere here among the first k
            undecided = rivals[leading.any(axis=0) & ~everywhere]
            distance = float(np.linalg.norm(_projection(here, corners) - here))
            heapq.heappush(waiting, (distance, next(number), corners, undecided, ahead))

    add(np.eye(3), every, 0)
    for _ in range(MOST_PARTS):
        if not waiting:
            break
        distance, _, corners, rivals, ahead = heapq.heappop(waiting)
        if distance > nearest - WITHIN:
            break
        for point in _tried(here, corners):
            away = float(np.linalg.norm(point - here))
            behind = ahead + int(np.count_nonzero(point @ leads[:, rivals] < 0))
            if away < nearest and behind < k and _rank(blended, point, candidate) <= k:
                best, nearest = point, away
        if np.abs(corners[0] - corners[1]).max() > SMALLEST:
            for part in _quarters(corners):
                add(part, rivals, ahead)
    return best


def _tried(here: Float[np.ndarray, " 3"], corners: Corners) -> Sequence[Float[np.ndarray, " 3"]]:
    """Returns the points of a triangle at which the order is asked: the nearest one, and others behind it."""
    near, middle = _projection(here, corners), corners.mean(axis=0)
    return [_on_simplex(near + share * (middle - near)) for share in (0.0, 1e-6, 0.1, 1.0)]


def _quarters(corners: Corners) -> Iterator[Corners]:
    a, b, c = corners
    ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
    yield from (np.array(part) for part in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)))
