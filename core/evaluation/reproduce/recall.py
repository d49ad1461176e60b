"""The official retrieval protocols of CIRR and DeepFashion2, from scores to the published figures.

Pure NumPy. Ranks count from 1 (the best); ties keep the order of the candidates, as in `core.blend`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.metrics import first_right_rank, recall_at

CIRR_PLACES, CIRR_SUBSET_PLACES = (1, 5, 10, 50), (1, 2, 3)
SHOP_PLACES = (1, 5, 10, 20)
NO_RIGHT_ITEM = 0


def best_ranks(
    scores: Float[np.ndarray, "queries n"],
    right: Sequence[Sequence[int] | Int[np.ndarray, " _"]],
    references: Sequence[int] | Int[np.ndarray, " queries"] | None = None,
) -> Int[np.ndarray, " queries"]:
    """Returns the rank of each query's best right candidate; blocks of queries may be ranked one by one.

    Args:
        scores: (queries, n) finite, higher is better.
        right: for each query the places of its right candidates, none of them its reference; maybe none.
        references: (queries,) place of a candidate that is left out of each query's ranking.

    Returns:
        (queries,) 1 = first, `NO_RIGHT_ITEM` (0) where a query has no right candidate.

    Raises:
        ValueError: the lengths differ, a score is not finite, or a reference is one of the right candidates.
    """
    values = np.asarray(scores)
    left_out = [()] * len(values) if references is None else [(int(place),) for place in references]
    if not len(values) == len(right) == len(left_out):
        raise ValueError(f"{len(values)} rows, {len(right)} answers and {len(left_out)} references differ")
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite")
    ranks = np.full(len(values), NO_RIGHT_ITEM, dtype=np.int64)
    for row, (places, out) in enumerate(zip(right, left_out, strict=True)):
        if set(out) & set(map(int, places)):
            raise ValueError(f"the reference of query {row} is one of its right candidates")
        if len(places):
            ranks[row] = first_right_rank(values[row : row + 1], places, out)[0]
    return ranks


@dataclass(frozen=True, slots=True)
class CirrRecall:
    """Recall on CIRR, shares in [0, 1] (Liu et al. 2021).

    Attributes:
        whole: 1, 5, 10, 50 -> share of queries whose target is among the first k of the gallery.
        subset: 1, 2, 3 -> the same among the group of similar pictures.
    """

    whole: Mapping[int, float]
    subset: Mapping[int, float]

    @property
    def average(self) -> float:
        """(R@5 + R_subset@1) / 2, by which CIRR's authors compare methods."""
        return (self.whole[5] + self.subset[1]) / 2


def cirr_recall(
    scores: Float[np.ndarray, "queries n"],
    references: Sequence[int] | Int[np.ndarray, " queries"],
    targets: Sequence[int] | Int[np.ndarray, " queries"],
    groups: Sequence[Sequence[int] | Int[np.ndarray, " _"]],
) -> CirrRecall:
    """Returns recall in the whole gallery and in each query's group, the reference left out of both.

    Args:
        scores: (queries, n) finite, higher is better; n is the whole gallery of the split.
        references: (queries,) place of each query's reference picture in the gallery.
        targets: (queries,) place of its target.
        groups: (queries,) places of the similar pictures of its group, target and reference among them.

    Raises:
        ValueError: there is no query, lengths differ, a score is not finite, a target is its own reference or
            stands outside its group.
    """
    ranks = best_ranks(scores, [[int(target)] for target in targets], references)
    subset = np.empty_like(ranks)
    queries = zip(np.asarray(scores), references, targets, groups, strict=True)
    for row, (values, reference, target, group) in enumerate(queries):
        # In the order of the gallery, so that ties fall as they do in the whole ranking.
        members = np.unique(np.asarray(group, dtype=np.int64))
        members = members[members != reference]
        if target not in members:
            raise ValueError(f"the target of query {row} stands outside its group")
        subset[row] = first_right_rank(values[None, members], [int(np.searchsorted(members, target))])[0]
    return CirrRecall(_at(ranks, CIRR_PLACES), _at(subset, CIRR_SUBSET_PLACES))


def _at(ranks: Sequence[int] | Int[np.ndarray, " queries"], places: Sequence[int]) -> dict[int, float]:
    values = np.asarray(ranks, dtype=np.int64)
    if (values < 1).any():
        raise ValueError("a query without a right item has no rank; leave it out")
    return {k: recall_at(values, k) for k in places}
