"""Other ways than the plain sum to join what two or three kinds of evidence say of a gallery; pure NumPy.

The sum compares numbers of different spread as they are. The other rules look at all candidates of a query first, so
they need every candidate's parts, and a picture's score depends on the pictures around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from core.blend import blend
from core.lookahead import each_of
from core.metrics import Estimate, bootstrap, first_right_rank, recalls

LEAST = 1e-6
"""What is left of a part's worst candidate in a product, which would otherwise be 0 whatever the other parts say."""
CORNER = 0.1
"""Harris and Stephens 1988, and BASIC: how much one strong part alone counts against a candidate."""

JOINED_BY = "recall_at_10_joined_by_"
"""Begins the name of a figure that says how a rule of joining does: its recall, and how much more than the sum's."""
PLACES = (1, 5, 10, 50)
CORNERS: Mapping[str, tuple[float, float, float]] = MappingProxyType({
    "picture": (1.0, 0.0, 0.0), "words": (0.0, 1.0, 0.0), "sum": (0.5, 0.5, 0.0), "composed": (0.0, 0.0, 1.0),
})  # fmt: skip
"""Of composed queries: the k of their recalls, and what q, t, q + t and f(q, t) alone weigh."""

Parts = Float[np.ndarray, "parts n"]
Weights = Sequence[float] | Float[np.ndarray, " parts"]
Points = Sequence[Weights] | Float[np.ndarray, "points parts"]
Ranked = Bool[np.ndarray, " n"]
_SQUARE_ROOT = math.sqrt(2.0)


def _shares_below(parts: Parts, ranked: Ranked) -> Parts:
    among = parts[:, ranked].astype(np.float64)
    means, spreads = among.mean(axis=1, keepdims=True), among.std(axis=1, keepdims=True)
    heights = (parts - means) / np.where(spreads > 0, spreads, 1.0) / _SQUARE_ROOT
    areas = np.fromiter(map(math.erf, heights.ravel().tolist()), np.float64, heights.size)
    return np.asarray(0.5 * (1.0 + areas.reshape(heights.shape)))


def _logarithms(parts: Parts, ranked: Ranked) -> Parts:
    return np.asarray(np.log(np.maximum(_shifted(parts, ranked), LEAST)))


def _shifted(parts: Parts, ranked: Ranked) -> Parts:
    """Returns by how much each candidate exceeds the worst of those that are ranked, in each part."""
    wide = parts.astype(np.float64)
    return np.asarray(np.maximum(wide - wide[:, ranked].min(axis=1, keepdims=True), 0))


def _corner(weights: Weights | Points, parts: Parts, ranked: Ranked) -> Float[np.ndarray, "*points n"]:
    mixes, shifted = np.asarray(weights, dtype=np.float64), _shifted(parts, ranked)
    first, second = (np.multiply.outer(mixes[..., part], shifted[part]) for part in (0, 1))
    return np.asarray(first * second - CORNER * (first + second) ** 2)


SUM, PRODUCT, HARRIS = "sum", "product", "harris"
_OTHER_PARTS: Mapping[str, Callable[[Parts, Ranked], Parts]] = MappingProxyType(
    {"normal": _shares_below, PRODUCT: _logarithms}
)
ADDITIVE = (SUM, *_OTHER_PARTS)
"""The rules by which a score is a weighted sum, be it of other parts."""
RULES = (*ADDITIVE, HARRIS)
"""Names of the rules.

- sum: w_0 S_0 + w_1 S_1 + ..., what the page does unless another rule is chosen.
- normal: the same of Phi((S_i - mean_i) / deviation_i) over this query's candidates (the idea of WeiCom, Psomas et al.
  2024).
- product: prod (S_i - least_i)^w_i, by its logarithm.
- harris: s_0 s_1 - 0.1 (s_0 + s_1)^2 of s_i = w_i (S_i - least_i), of the first two parts alone (the idea of BASIC,
  Efthymiadis et al. 2025, after the corner detector of Harris and Stephens 1988): both must speak for a candidate.
"""


def additive_parts(rule: str, parts: Parts, left_out: Sequence[int] = ()) -> Parts:
    """Returns the parts whose weighted sum is the score by one of the rules that are `ADDITIVE`.

    Args:
        rule: its name.
        parts: (parts, n) what each kind of evidence says of every candidate.
        left_out: candidates that are not ranked, such as the reference and copies; nothing is measured on them.

    Returns:
        (parts, n), float32 for other rules than the sum: so the last bits of a logarithm or of an error function, which
        differ between libraries, decide nothing, and a browser can be given the very same numbers.

    Raises:
        KeyError: the rule is not additive, or there is no such rule.
    """
    ranked = _ranked(parts, left_out)
    if rule == SUM or not ranked.any():
        return parts
    return np.asarray(_OTHER_PARTS[rule](parts, ranked), dtype=np.float32)


def joined(
    rule: str, weights: Weights | Points, parts: Parts, left_out: Sequence[int] = ()
) -> Float[np.ndarray, "*points n"]:
    """Returns the score of every candidate by one of `RULES`.

    Args:
        rule: its name.
        weights: (parts,) finite, or several such rows at once; for a product and for Harris's corner none below 0.
        parts: as for `additive_parts`.
        left_out: as for `additive_parts`.

    Raises:
        KeyError: there is no such rule.
    """
    ranked = _ranked(parts, left_out)
    if rule == HARRIS and ranked.any():
        return _corner(weights, parts, ranked)
    mixes = np.asarray(weights, dtype=np.float64)
    return blend(mixes, additive_parts(SUM if rule == HARRIS else rule, parts, left_out))


def _ranked(parts: Parts, left_out: Sequence[int]) -> Ranked:
    ranked = np.ones(parts.shape[1], dtype=bool)
    ranked[list(left_out)] = False
    return ranked


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


def joining_figures(
    ranks: Mapping[str, Sequence[int]], groups: Sequence[Hashable], seed: int
) -> dict[str, dict[str, float]]:
    """Returns how often each rule of joining has an answer among the first ten, as a calibration keeps it.

    Args:
        ranks: rule, "sum" among them -> rank of the best answer of each question; () for none.
        groups: of the questions, drawn together.
        seed: of the bootstrap.
    """
    if not ranks["sum"]:
        return {}
    figures = {}
    for rule, row in rules_beside_sum(
        {rule: np.array(some) for rule, some in ranks.items()}, seed, groups
    ).items():
        value, low, high = row["difference"]  # type: ignore[misc]
        numbers = {"value": row["recall_at_10"], "more": value, "more_low": low, "more_high": high}
        figures[JOINED_BY + rule] = {name: round(float(number), 4) for name, number in numbers.items()}  # type: ignore[arg-type]
        figures[JOINED_BY + rule]["n"] = len(ranks["sum"])
    return figures


@dataclass(frozen=True, slots=True, eq=False)
class ScoredQueries:
    """Composed queries with all that q, t and f(q, t) say of every candidate.

    Attributes:
        parts: the scores.
        targets: places of the right answers of each query.
        hidden: places that are left out of the ranking: those of the reference and of copies of its file.
    """

    parts: Float32[np.ndarray, "3 n candidates"]
    targets: Sequence[Sequence[int] | np.ndarray]
    hidden: Sequence[Sequence[int]]

    def __len__(self) -> int:
        return len(self.targets)

    def ranks(self, weights: Points) -> Int[np.ndarray, "points n"]:
        """Returns the rank of each query's best target at w0, w1, w2 of each point."""
        return self.ranks_by(SUM, weights)

    def ranks_by(self, rule: str, weights: Points) -> Int[np.ndarray, "points n"]:
        """Returns the rank of each query's best target when the parts are joined by one of `RULES`, at each point."""
        points = np.array(weights, dtype=np.float64)

        def ranks_of(row: int) -> Int[np.ndarray, " points"]:
            scores = joined(rule, points, self.parts[:, row], self.hidden[row])
            return first_right_rank(scores, self.targets[row], self.hidden[row])

        return np.stack(each_of(ranks_of, range(len(self))), axis=1)

    def rules_beside_sum(self, weights: Points, seed: int) -> list[dict[str, dict[str, float | list[float]]]]:
        """Returns for each point what the function of this name does, of all rules."""
        ranks = {rule: self.ranks_by(rule, weights) for rule in RULES}
        return [
            rules_beside_sum({rule: rows[point] for rule, rows in ranks.items()}, seed)
            for point in range(len(weights))
        ]


def composed_figures(ranks: Int[np.ndarray, "points n"]) -> dict[str, Estimate]:
    """Returns recall of composed queries: at 1, 5, 10 and 50 at the first point, at 10 at the corners that follow it.

    Args:
        ranks: of the best targets, as `ScoredQueries` returns them; the first points are one and `CORNERS`.
    """
    figures = recalls(ranks[0], PLACES)
    for row, name in enumerate(CORNERS, 1):
        figures |= recalls(ranks[row], (10,), name + "_recall_at_{}")
    return figures
