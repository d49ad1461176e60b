"""Measures the rules of joining side by side, on the same queries."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from jaxtyping import Int

from core.metrics import bootstrap


def rules_beside_sum(
    ranks: Mapping[str, Int[np.ndarray, " n"]],
    seed: int,
    groups: Sequence[Hashable] | None = None,
    k: int = 10,
) -> dict[str, dict[str, float | list[float]]]:
    """Returns for each rule of joining its recall at k, and how far that is from the sum's.

    Args:
        ranks: rule, "sum" among them -> (n,) rank of each query's best right answer.
        seed: of the bootstrap.
        groups: (n,) the group of each query, drawn together; None for each by itself.
        k: how many places count.

    Returns:
        Rule -> "recall_at_K", and "difference": its value, and the ends of its 95 % paired bootstrap interval.
    """
    hits = {rule: np.asarray(places) <= k for rule, places in ranks.items()}
    table: dict[str, dict[str, float | list[float]]] = {}
    for rule, here in hits.items():
        apart = bootstrap(here.astype(float) - hits["sum"], groups or range(len(here)), seed)
        figures: dict[str, float | list[float]] = {f"recall_at_{k}": float(here.mean())}
        table[rule] = figures | {"difference": [apart.value, apart.low, apart.high]}
    return table
