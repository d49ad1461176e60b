"""Other ways than the plain sum to join what two or three kinds of evidence say of a gallery; pure NumPy.

The sum compares numbers of different spread as they are. The other rules look at all candidates of a query first, so
they need every candidate's parts, and a picture's score depends on the pictures around it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float, Int

from core.blend import blend
from core.metrics import bootstrap

LEAST = 1e-6
"""What is left of a part's worst candidate in a product, which would otherwise be 0 whatever the other parts say."""
CORNER = 0.1
"""Harris and Stephens 1988, and BASIC: how much one strong part alone counts against a candidate."""

Parts = Float[np.ndarray, "parts n"]
Weights = Sequence[float] | Float[np.ndarray, " parts"]
_normal = np.frompyfunc(NormalDist().cdf, 1, 1)


def _sum(weights: Weights, parts: Parts, ranked: Bool[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    return blend(weights, parts)


def _normals(weights: Weights, parts: Parts, ranked: Bool[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    among = parts[:, ranked].astype(np.float64)
    means, spreads = among.mean(axis=1, keepdims=True), among.std(axis=1, keepdims=True)
    heights = (parts - means) / np.where(spreads > 0, spreads, 1.0)
    # Rounded, so that the last bits of an error function, which differ between libraries, decide nothing.
    return blend(weights, np.asarray(_normal(heights), dtype=np.float64).astype(np.float32))


def _product(weights: Weights, parts: Parts, ranked: Bool[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    return blend(weights, np.log(np.maximum(_shifted(parts, ranked), LEAST)))


def _harris(weights: Weights, parts: Parts, ranked: Bool[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    first, second = _shifted(parts, ranked)[:2] * np.asarray(weights, dtype=np.float64)[:2, None]
    return np.asarray(first * second - CORNER * (first + second) ** 2)


def _shifted(parts: Parts, ranked: Bool[np.ndarray, " n"]) -> Parts:
    """Returns by how much each candidate exceeds the worst of those that are ranked, in each part."""
    wide = parts.astype(np.float64)
    return np.asarray(np.maximum(wide - wide[:, ranked].min(axis=1, keepdims=True), 0))


RULES: Mapping[str, Callable[[Weights, Parts, Bool[np.ndarray, " n"]], Float[np.ndarray, " n"]]] = (
    MappingProxyType({"sum": _sum, "normal": _normals, "product": _product, "harris": _harris})
)
"""Name -> the rule.

- sum: w_0 S_0 + w_1 S_1 + ..., what the page does.
- normal: the same of Phi((S_i - mean_i) / deviation_i) over this query's candidates (the idea of WeiCom, Psomas et al.
  2024), rounded to float32.
- product: prod (S_i - least_i)^w_i, by its logarithm.
- harris: s_0 s_1 - 0.1 (s_0 + s_1)^2 of s_i = w_i (S_i - least_i), of the first two parts alone (the idea of BASIC,
  Efthymiadis et al. 2025, after the corner detector of Harris and Stephens 1988): both must speak for a candidate.
"""


def joined(
    rule: str, weights: Weights, parts: Parts, left_out: Sequence[int] = ()
) -> Float[np.ndarray, " n"]:
    """Returns the score of every candidate by one of `RULES`.

    Args:
        rule: its name.
        weights: (parts,) finite; for a product and for Harris's corner none below 0.
        parts: (parts, n) what each kind of evidence says of every candidate.
        left_out: candidates that are not ranked, such as the reference and copies; nothing is measured on them.

    Raises:
        KeyError: there is no such rule.
    """
    ranked = np.ones(parts.shape[1], dtype=bool)
    ranked[list(left_out)] = False
    if not ranked.any():
        return blend(weights, parts)
    return np.asarray(RULES[rule](weights, parts, ranked), dtype=np.float64)


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
