"""The rank of one candidate over all mixes of the weights: at the points of a grid, by the order itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from core import simplex
from core.blend import blend, simplex_grid
from core.instruments import Blended
from core.shares import told_together

STEPS, FURTHEST = 36, 100
"""Of the grid, and the last rank that is told from those behind it."""
NAMED = (1, 10)
"""Ranks whose share of all mixes the sentence names."""


@dataclass(frozen=True, slots=True, eq=False)
class RankMap:
    """Where one candidate stands at which mix.

    Attributes:
        name: of the candidate.
        steps: the grid has step 1/steps.
        points: (points, kinds) the weights of the grid: `blend.simplex_grid(steps)`, or of two kinds from the second
            alone to the first alone.
        ranks: (points,) 1 = first; `FURTHEST` + 1 for all that is worse.
    """

    name: str
    steps: int
    points: Float[np.ndarray, "points kinds"]
    ranks: Int[np.ndarray, " points"]

    @property
    def best(self) -> tuple[int, tuple[float, ...]]:
        """The best rank, and the middlemost of the points that have it."""
        first = int(self.ranks.min())
        region = self.points[self.ranks == first]
        middle = region[int(((region - region.mean(axis=0)) ** 2).sum(axis=1).argmin())]
        return first, tuple(middle.tolist())

    def share(self, k: int) -> float:
        """Returns at which share of the mixes it is among the first k."""
        return float((self.ranks <= k).mean())

    @property
    def sentence(self) -> str:
        """Says where it stands best, and at how many mixes, one plain sentence."""
        rank, mix = self.best
        if rank > FURTHEST:
            return f"\u201c{self.name}\u201d is beyond rank {FURTHEST} at every mix of the weights."
        where = ", ".join(told_together(mix))
        first, ten = (f"{self.share(k):.0%}" for k in NAMED)
        return (
            f"\u201c{self.name}\u201d stands best at {where}, at rank {rank}; it comes first at {first} of "
            f"{len(self.ranks):,} mixes, and is among the first {NAMED[1]} at {ten}."
        )

    def to_json(self) -> dict[str, Any]:
        """Returns the map as plain JSON values."""
        rank, mix = self.best
        return {
            "sentence": self.sentence, "candidate": self.name, "steps": self.steps, "ranks": self.ranks.tolist(),
            "beyond": FURTHEST + 1, "best": rank, "best_weights": list(mix),
        }  # fmt: skip


def rank_map_of(blended: Blended, candidate: int) -> RankMap:
    """Returns the rank of a candidate over all mixes.

    Args:
        blended: of two or three kinds of evidence.
        candidate: its index, one that is part of the ranking.
    """

    def compute() -> RankMap:
        if len(blended.parts) == 3:
            points = simplex_grid(STEPS)
            places = simplex.ranks(blended.parts, [candidate], blended.left_out, STEPS, FURTHEST)
        else:
            first = np.arange(STEPS + 1) / STEPS
            points = np.stack([first, 1 - first], axis=1)
            places = _ranks_at(blended, points, candidate)
        return RankMap(blended.names[candidate], STEPS, points, np.asarray(places))

    return blended.once(f"rank map of {candidate}", compute)


def _ranks_at(
    blended: Blended, points: Float[np.ndarray, "points 2"], candidate: int
) -> Int[np.ndarray, " points"]:
    scores = blend(points, blended.parts)
    scores[:, list(blended.left_out)] = -np.inf
    own = scores[:, candidate, None]
    earlier = np.arange(scores.shape[1]) < candidate
    ahead = (scores > own) | ((scores == own) & earlier)
    return np.asarray(np.minimum(1 + ahead.sum(axis=1), FURTHEST + 1))
