"""Recall over the whole triangle of weights: of a set of queries, or of the one that was just asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Real

from core import blend, simplex
from core.instruments import Blended, Reading

STEPS, PLACES = 18, (1, 5, 12)
"""Of the map of one question: the grid has step 1/18, and 190 points."""
MOST_CANDIDATES = 20_000
"""Up to so many the map of one question takes a few milliseconds, and its first answer can wait for it."""


@dataclass(frozen=True, slots=True, eq=False)
class RecallMap:
    """Recall at every point of `blend.simplex_grid(steps)`.

    Attributes:
        steps: the grid has step 1/steps.
        places: the k.
        hits: pooling -> (places, points) how many queries find their answer among the first k.
        queries: how many were asked; 1 makes `hits` shares.
    """

    steps: int
    places: tuple[int, ...]
    hits: Mapping[str, Real[np.ndarray, "places points"]]
    queries: int = 1

    def at(self, pooling: str, k: int) -> Float[np.ndarray, " points"]:
        """Returns recall at k at every point, in [0, 1]."""
        return np.asarray(self.hits[pooling][self.places.index(k)] / self.queries)

    def best(self, pooling: str, k: int) -> tuple[tuple[float, float, float], float]:
        """Returns the weights with the best recall at k, and that recall; of equals, the middlemost."""
        values = self.at(pooling, k)
        return self.middle(values == values.max()), float(values.max())

    def middle(self, among: Bool[np.ndarray, " points"]) -> tuple[float, float, float]:
        """Returns the point nearest to the middle of some of the points.

        Args:
            among: (points,) which of them; at least one.
        """
        region = blend.simplex_grid(self.steps)[among]
        w0, w1, w2 = region[int(((region - region.mean(axis=0)) ** 2).sum(axis=1).argmin())]
        return float(w0), float(w1), float(w2)


def recall_over_weights(
    scores: Mapping[str, Real[np.ndarray, "3 queries n"]],
    right: Sequence[Sequence[int] | Int[np.ndarray, " _"]],
    left_out: Sequence[Sequence[int]],
    steps: int,
    places: Sequence[int],
) -> RecallMap:
    """Counts, at every point, the queries that find a right candidate among the first k.

    Args:
        scores: pooling -> (3, queries, n) the scores by each kind of evidence alone.
        right: for each query the indices of its right candidates.
        left_out: for each query the indices that are no part of its ranking.
        steps: the grid has step 1/steps.
        places: the k, rising.
    """
    hits = {name: simplex.hits(rows, right, left_out, steps, places) for name, rows in scores.items()}
    return RecallMap(steps, tuple(places), hits, len(right))


def read(blended: Blended) -> Reading | None:
    """Returns at how many weights a right candidate comes first; None without three kinds or a known right one,
    and for a gallery that is too large for an answer to wait for it."""
    if len(blended.parts) != 3 or not blended.right or blended.parts.shape[1] > MOST_CANDIDATES:
        return None
    return blended.once("recall_map", lambda: _read(blended))


def _read(blended: Blended) -> Reading:
    parts = np.asarray(blended.parts, dtype=np.float64)
    mapped = recall_over_weights({"": parts[:, None]}, [blended.right], [blended.left_out], STEPS, PLACES)
    counts = {k: int(mapped.at("", k).sum()) for k in PLACES}
    points = len(mapped.at("", 1))
    sentence = f"At {counts[1]} of {points} mixes of the weights the right one comes first"
    sentence += f", at {counts[PLACES[-1]]} it is among the first {PLACES[-1]}."
    return Reading(sentence, {"points": points, **{f"first_{k}": count for k, count in counts.items()}})
