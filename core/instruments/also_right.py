"""Recall before and after a person said of further results that they are right as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.metrics import first_right_rank


@dataclass(frozen=True, slots=True)
class RightRanks:
    """Where the best right answer of a question stands.

    Attributes:
        before: its rank, 1 = first, by what was known; None where nothing was.
        after: its rank with what a person marked; None where nothing is right.
    """

    before: int | None
    after: int | None


def right_ranks_of(
    scores: Float[np.ndarray, " n"], hidden: Sequence[int], right: Sequence[int], also: Sequence[int]
) -> RightRanks:
    """Returns where the best right answer of a question stands.

    Args:
        scores: (n,) of all candidates.
        hidden: those that are no part of the ranking.
        right: those that are known to be right.
        also: those that a person marked; hidden ones count for nothing.
    """
    marked = sorted({*right, *also} - set(hidden))
    before, after = (
        int(first_right_rank(scores[None], rows, hidden)[0]) if rows else None
        for rows in (list(right), marked)
    )
    return RightRanks(before, after)


def found_among(ranks: Sequence[int | None], k: int) -> tuple[int, int]:
    """Returns how many questions find a right answer among the first k, and how many have one at all.

    Args:
        ranks: of each question's best right answer, 1 = first; None where nothing is right.
        k: how many places.
    """
    known = [rank for rank in ranks if rank is not None]
    return sum(rank <= k for rank in known), len(known)
