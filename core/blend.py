"""The heart: every tab scores things by a weighted sum of evidence, score(x) = sum_i w_i S_i(x).

Pure NumPy in float64. Encode once, blend for ever: nothing here can run an encoder, and nothing here ever
sees a list that was cut short, so that a weighted sum is exact for every candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from core.errors import InputError

Rows = Float[np.ndarray, "parts n"]
NO_DIRECTION = 1e-8


def blend(weights: Sequence[float] | Float[np.ndarray, " parts"], scores: Rows) -> Float[np.ndarray, " n"]:
    """Returns the blended score of every candidate, `sum_i w_i S_i`.

    Args:
        weights: (parts,) finite numbers.
        scores: (parts, n), one row of evidence for each part.
    """
    return np.asarray(weights, dtype=np.float64) @ np.asarray(scores, dtype=np.float64)


def contributions(weights: Sequence[float] | Float[np.ndarray, " parts"], scores: Rows) -> Rows:
    """Returns each part's share `w_i S_i`; the shares of a candidate add up to its blended score.

    Args:
        weights: (parts,) finite numbers.
        scores: (parts, n).
    """
    return np.asarray(weights, dtype=np.float64)[:, None] * np.asarray(scores, dtype=np.float64)


def centred(logits: Float[np.ndarray, "*rows classes"]) -> Float[np.ndarray, "*rows classes"]:
    """Returns logits less their mean over the classes: a shift common to all classes means nothing."""
    values = np.asarray(logits, dtype=np.float64)
    return np.asarray(values - values.mean(axis=-1, keepdims=True))


def softmax(logits: Float[np.ndarray, "*rows classes"]) -> Float[np.ndarray, "*rows classes"]:
    """Returns probabilities over the last axis, without overflow."""
    values = np.asarray(logits, dtype=np.float64)
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def simplex_weights(raw: Sequence[float]) -> Float[np.ndarray, " parts"]:
    """Returns weights rescaled to sum to 1.

    Args:
        raw: finite numbers of any sign.

    Raises:
        InputError: a weight is not finite, all are 0, or they cancel so that no sum is left to rescale.
    """
    weights = np.asarray(raw, dtype=np.float64)
    if not np.isfinite(weights).all():
        raise InputError("A weight is not a finite number; give ordinary numbers such as 0.5.")
    if not weights.any():
        raise InputError("All weights are 0; choose at least one weight.")
    # The largest becomes 1 first: sums of huge numbers overflow, quotients of tiny ones lose their digits.
    weights = weights / np.abs(weights).max()
    total = weights.sum()
    if abs(total) < NO_DIRECTION:
        raise InputError("The weights cancel each other (their sum is 0); change one of them.")
    return np.asarray(weights / total)


def mixed_length(
    weights: Sequence[float] | Float[np.ndarray, " parts"], gram: Float[np.ndarray, "parts parts"]
) -> float:
    """Returns |sum_i w_i v_i| = sqrt(w' G w), from the Gram matrix of the parts.

    Raises:
        InputError: the parts cancel, so that no direction is left to compare with.
    """
    mix = np.asarray(weights, dtype=np.float64)
    square = float(mix @ np.asarray(gram, dtype=np.float64) @ mix)
    if not square > NO_DIRECTION:
        raise InputError("These weights cancel the query: no direction is left; change one of them.")
    return float(np.sqrt(square))


def order(scores: Float[np.ndarray, " n"], k: int, masked: Sequence[int] = ()) -> Int[np.ndarray, " k"]:
    """Returns the indices of the k best candidates, best first; ties keep the order of the candidates.

    Args:
        scores: (n,) finite.
        k: how many; clamped to what there is.
        masked: indices of candidates that must not appear, each once.
    """
    values = np.asarray(scores, dtype=np.float64)
    if masked:
        values = values.copy()
        values[list(masked)] = -np.inf
    count = min(max(k, 0), len(values) - len(masked))
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    threshold = np.partition(values, len(values) - count)[len(values) - count]
    pool = np.flatnonzero(values >= threshold)
    return np.asarray(pool[np.argsort(-values[pool], kind="stable")][:count], dtype=np.int64)


def ranks(scores: Float[np.ndarray, " n"], masked: Sequence[int] = ()) -> Int[np.ndarray, " n"]:
    """Returns the rank of every candidate, 1 = best; ties keep the order of the candidates; masked last."""
    values = np.asarray(scores, dtype=np.float64).copy()
    values[list(masked)] = -np.inf
    places = np.empty(len(values), dtype=np.int64)
    places[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return places


def tie_weight(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Returns the exact alpha in [0, 1] at which two candidates swap places under alpha A + (1 - alpha) B.

    Args:
        first: the pair (A, B) of the first candidate's scores.
        second: the pair of the second one.

    Returns:
        The alpha of the tie, or None when one candidate leads for every alpha in [0, 1].
    """
    lead_a, lead_b = float(first[0]) - float(second[0]), float(first[1]) - float(second[1])
    if lead_a == lead_b:
        return None
    alpha = lead_b / (lead_b - lead_a)
    return alpha if 0.0 <= alpha <= 1.0 else None


def simplex_grid(steps: int = 9) -> Float[np.ndarray, "points 3"]:
    """Returns all weights (w0, w1, w2) >= 0 with sum 1 on a grid of step 1/steps (9: the 55 of report 4)."""
    return np.array(
        [
            (i / steps, j / steps, (steps - i - j) / steps)
            for i in range(steps + 1)
            for j in range(steps + 1 - i)
        ]
    )


def simplex_ranks(
    scores: Float[np.ndarray, "3 n"],
    right: Sequence[int] | Int[np.ndarray, " right"],
    left_out: Sequence[int] = (),
    steps: int = 9,
    furthest: int = 50,
) -> Int[np.ndarray, " points"]:
    """Returns the rank of a query's best right candidate at every point of `simplex_grid(steps)`.

    Exact, though most candidates are never compared at most points: how far a candidate stands above a right
    one is linear in the weights, so who is below at the corners of a triangle is below within it. Weights are
    whole numbers inside, so that sums of float32 scores of like size round nowhere and ties stay ties.

    Args:
        scores: (3, n) one query's scores for q, t and f; finite.
        right: indices of the right candidates, at least one, none of them left out.
        left_out: indices of candidates that are no part of the ranking.
        steps: the grid has step 1/steps; 9 gives the 55 points of report 4.
        furthest: the last rank that matters, at least 1.

    Returns:
        (points,) ranks, 1 = best, ties in the order of the candidates; furthest + 1 for all that is worse.
    """
    points, corners, triangles = _triangles(steps)
    answers = np.unique(np.asarray(right, dtype=np.int64))
    rival = answers[int(scores[:, answers].sum(axis=0).argmax())]
    matters: Bool[np.ndarray, " n"] = np.any(scores >= scores[:, rival, None], axis=0)
    matters[answers] = True
    matters[list(left_out)] = False
    rows, answers = scores[:, matters].astype(np.float64), (np.cumsum(matters) - 1)[answers]
    levels = corners @ rows
    ranks = np.full(len(points), furthest + 1, dtype=np.int64)
    for triangle in triangles:
        here = levels[triangle.corners]
        best = here[:, answers]
        near = np.flatnonzero((here >= best[:, int(best.sum(axis=0).argmax()), None]).any(axis=0))
        # A convex function is nowhere larger than at a corner: these beat the best right one all over.
        ahead = (here[:, near] > best.max(axis=1)[:, None]).all(axis=0)
        if np.count_nonzero(ahead) < furthest:
            at = points[triangle.points]
            ranks[triangle.points] = _ranks_among(at @ rows[:, near], at @ rows[:, answers], near, answers)
    return np.minimum(ranks, furthest + 1)


def simplex_hits(
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
    hits = np.zeros((len(places), (steps + 1) * (steps + 2) // 2), dtype=np.int64)
    for query, (answers, hidden) in enumerate(zip(right, left_out, strict=True)):
        found = simplex_ranks(scores[:, query], answers, hidden, steps, places[-1])
        hits += found <= np.array(places)[:, None]
    return hits


def _ranks_among(
    scores: Float[np.ndarray, "points some"],
    right: Float[np.ndarray, "points right"],
    names: Int[np.ndarray, " some"],
    right_names: Int[np.ndarray, " right"],
) -> Int[np.ndarray, " points"]:
    """Returns the rank of the best right candidate at each point, from the candidates that can come near it."""
    best = right.argmax(axis=1)
    level = right[np.arange(len(right)), best][:, None]
    before: Bool[np.ndarray, "points some"] = scores > level
    ties = scores == level
    if np.count_nonzero(ties) > len(right):
        before |= ties & (names < right_names[best][:, None])
    return np.asarray(1 + np.count_nonzero(before, axis=1), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Triangle:
    """A part of the simplex: rows of its corners, and of the grid's points that it is asked for."""

    corners: Int[np.ndarray, " 3"]
    points: Int[np.ndarray, " _"]


@cache
def _triangles(
    steps: int,
) -> tuple[Float[np.ndarray, "points 3"], Float[np.ndarray, "corners 3"], tuple[_Triangle, ...]]:
    """Returns the grid times `steps`, the corners of its triangles times `steps`, and the triangles.

    Nine triangles where a fine grid can be cut so, else the whole simplex as one.
    """
    parts = 3 if steps % 3 == 0 and steps > 9 else 1
    points, corners = np.rint(simplex_grid(steps) * steps), np.rint(simplex_grid(parts) * steps)
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
    return points, corners, tuple(triangles)


def two_player_shapley(both: Rows, first: Rows, second: Rows, neither: Rows) -> tuple[Rows, Rows]:
    """Returns the exact Shapley value of two kinds of evidence; base + parts = the value with both.

    Args:
        both: outputs with both present.
        first: outputs with only the first present.
        second: outputs with only the second present.
        neither: outputs with both absent (the base).

    Returns:
        The first's and the second's value, of the same shape (Shapley 1953, for two players).
    """
    one = ((first - neither) + (both - second)) / 2
    two = ((second - neither) + (both - first)) / 2
    return one, two
