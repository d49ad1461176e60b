"""Ranks and recall over the whole simplex of weights, as `core.blend` would have them at every single point.

Comparing every candidate at every point by the ordered sum takes minutes. A matrix product is many times faster and
differs from that sum by rounding alone, so it decides wherever two scores stand further apart than rounding can
move them (`CLOSE`); the few that stand closer, equal ones above all, are compared by the ordered sum itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Float64, Int

from core.blend import blend, simplex_grid, total

CLOSE = 2.0**-46
"""Share of the largest score below which a comparison by a matrix product is not trusted.

With u = 2^-53 and M the largest score, a score at weights that sum to 1 is within 4uM of the exact one, by the
ordered sum and by any other order of three products and two sums, fused or not; a point's weights are within 2uM of
the mean of its triangle's corners. Comparing two candidates at a point by their levels at the corners so errs by
less than 2 (4 + 4 + 2) uM = 20uM, and this is 128uM.
"""


def ranks(
    scores: Float[np.ndarray, "3 n"],
    right: Sequence[int] | Int[np.ndarray, " right"],
    left_out: Sequence[int] = (),
    steps: int = 9,
    furthest: int = 50,
) -> Int[np.ndarray, " points"]:
    """Returns the rank of a query's best right candidate at every point of `simplex_grid(steps)`.

    The rank is that of `core.blend` to the last tie, though most candidates are never compared at most points: how
    far a candidate stands above a right one is linear in the weights, so who is below at the corners of a triangle
    is below within it.

    Args:
        scores: (3, n) one query's scores for q, t and f; finite float32.
        right: indices of the right candidates, at least one, none of them left out.
        left_out: indices of candidates that are no part of the ranking.
        steps: the grid has step 1/steps; 9 gives the 55 points of report 4.
        furthest: the last rank that matters, at least 1.

    Returns:
        (points,) ranks, 1 = best, ties in the order of the candidates; furthest + 1 for all that is worse.
    """
    points, corners, triangles = _triangles(steps)
    rows, answers = np.asarray(scores, dtype=np.float64), np.unique(np.asarray(right, dtype=np.int64))
    margin = CLOSE * float(np.abs(rows).max())
    mark = _best_right(points, rows, answers, margin)
    rival = answers[int(np.argmax(rows[:, answers].sum(axis=0)))]
    matters: Bool[np.ndarray, " n"] = np.any(rows >= rows[:, rival, None] - margin, axis=0)
    matters[answers] = False
    matters[list(left_out)] = False
    names = np.flatnonzero(matters)
    others = rows[:, names]
    levels, right_levels = corners @ others, corners @ rows[:, answers]
    places = np.full(len(points), furthest + 1, dtype=np.int64)
    for triangle in triangles:
        here, best = levels[triangle.corners], right_levels[triangle.corners]
        rival_level = best[:, int(best.sum(axis=0).argmax()), None]
        near = np.flatnonzero((here >= rival_level - margin).any(axis=0))
        # A convex function is nowhere larger than at a corner: these beat the best right one all over.
        ahead = (here[:, near] > best.max(axis=1)[:, None] + margin).all(axis=0)
        if np.count_nonzero(ahead) < furthest:
            at = triangle.points
            places[at] = 1 + _before(points[at], others[:, near], names[near], mark.at(at))
    return np.minimum(places, furthest + 1)


def hits(
    scores: Float[np.ndarray, "3 queries n"],
    right: Sequence[Sequence[int] | Int[np.ndarray, " _"]],
    left_out: Sequence[Sequence[int]],
    steps: int = 9,
    places: Sequence[int] = (1, 5, 10, 50),
) -> Int[np.ndarray, "places points"]:
    """Returns how many queries find a right candidate among the first k, at every point of the simplex.

    Args:
        scores: (3, queries, n) what was computed once: the scores for q, t and f.
        right: for each query the indices of its right candidates.
        left_out: for each query the indices that are no part of its ranking.
        steps: the grid has step 1/steps.
        places: the k, rising.

    Returns:
        (places, points) counts; divided by the queries they are recall at k.
    """
    counts = np.zeros((len(places), (steps + 1) * (steps + 2) // 2), dtype=np.int64)
    for query, (answers, hidden) in enumerate(zip(right, left_out, strict=True)):
        query_ranks = ranks(scores[:, query], answers, hidden, steps, places[-1])
        counts += query_ranks <= np.array(places)[:, None]
    return counts


@dataclass(frozen=True, slots=True, eq=False)
class _Mark:
    """What other candidates must beat at each point: the best right one's score and place, and what is close."""

    level: Float64[np.ndarray, " points"]
    name: Int[np.ndarray, " points"]
    margin: float

    def at(self, points: Int[np.ndarray, " some"]) -> _Mark:
        return _Mark(self.level[points], self.name[points], self.margin)


def _best_right(
    points: Float64[np.ndarray, "points 3"],
    rows: Float64[np.ndarray, "3 n"],
    answers: Int[np.ndarray, " right"],
    margin: float,
) -> _Mark:
    blended = blend(points, rows[:, answers])
    best = blended.argmax(axis=1)
    return _Mark(blended[np.arange(len(points)), best], answers[best], margin)


def _before(
    points: Float64[np.ndarray, "points 3"],
    rows: Float64[np.ndarray, "3 some"],
    names: Int[np.ndarray, " some"],
    mark: _Mark,
) -> Int[np.ndarray, " points"]:
    """Returns how many of some candidates stand before the best right one at each point."""
    blended = points @ rows
    above: Bool[np.ndarray, "points some"] = blended > (mark.level + mark.margin)[:, None]
    not_below: Bool[np.ndarray, "points some"] = blended >= (mark.level - mark.margin)[:, None]
    counts = np.count_nonzero(above, axis=1)
    if np.count_nonzero(not_below) > counts.sum():
        point, place = np.nonzero(not_below & ~above)
        exact, level = total(points[point].T * rows[:, place]), mark.level[point]
        first = (exact > level) | ((exact == level) & (names[place] < mark.name[point]))
        counts += np.bincount(point[first], minlength=len(points))
    return np.asarray(counts)


@dataclass(frozen=True, slots=True, eq=False)
class _Triangle:
    """A part of the simplex: rows of its corners, and of the grid's points that it is asked for."""

    corners: Int[np.ndarray, " 3"]
    points: Int[np.ndarray, " _"]


@cache
def _triangles(
    steps: int,
) -> tuple[Float[np.ndarray, "points 3"], Float[np.ndarray, "corners 3"], tuple[_Triangle, ...]]:
    """Returns the grid, the corners of its triangles, and the triangles.

    Nine triangles where a fine grid can be cut so, else the whole simplex as one.
    """
    parts = 3 if steps % 3 == 0 and steps > 9 else 1
    grid, coarse = simplex_grid(steps), simplex_grid(parts)
    points, corners = np.rint(grid * steps), np.rint(coarse * steps)
    side, free, triangles = steps // parts, np.ones(len(points), dtype=bool), []
    for i, j in np.ndindex(parts, parts):
        upright = [(i, j), (i + 1, j), (i, j + 1)]
        for cut in (upright, [(i + 1, j + 1), *upright[1:]]):
            if max(map(sum, cut)) > parts:
                continue
            within = np.array([(x, y, parts - x - y) for x, y in cut]) * side
            inside = free & np.all((points >= within.min(axis=0)) & (points <= within.max(axis=0)), axis=1)
            free &= ~inside
            names = [int(np.flatnonzero((corners == row).all(axis=1))[0]) for row in within]
            triangles.append(_Triangle(np.array(names), np.flatnonzero(inside)))
    return grid, coarse, tuple(triangles)
