"""How good a ranking is, and how sure that is: recall, precision, intervals.

Pure NumPy. Ranks count from 1 (the best). Ties keep the order of the candidates, as in `core.blend`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

NORMAL_95 = 1.959963984540054
RESAMPLES, TOGETHER = 1000, 50
"""Draws of a bootstrap, and those that are in memory at a time."""


class Estimate(NamedTuple):
    """A figure with its 95 % interval.

    Attributes:
        value: the figure.
        low: lower end of the interval, at most `value`.
        high: upper end, at least `value`.
        n: how many rows were measured; 0 where nobody counts them.
    """

    value: float
    low: float
    high: float
    n: int = 0

    def to_json(self) -> dict[str, float]:
        """Returns the three numbers by name."""
        return {"value": self.value, "low": self.low, "high": self.high}


def recall_at(ranks: Sequence[int] | Int[np.ndarray, " queries"], k: int) -> float:
    """Returns the share of queries whose best right answer ranks (1 = first) among the first k, in [0, 1].

    Raises:
        ValueError: there is no query.
    """
    places = np.asarray(ranks)
    if not len(places):
        raise ValueError("recall needs at least one query")
    return float(np.mean(places <= k))


def average_precision(ranks: Sequence[int] | Int[np.ndarray, " right"]) -> float:
    """Returns the mean, over a query's right answers, of the precision at the place where each stands.

    Args:
        ranks: (right,) rank of every right answer of one query, 1 = first, no rank twice.

    Raises:
        ValueError: there is no right answer.
    """
    places = np.sort(np.asarray(ranks, dtype=np.int64))
    if not len(places):
        raise ValueError("average precision needs at least one right answer")
    return float(np.mean(np.arange(1, len(places) + 1) / places))


def first_right_rank(
    scores: Float[np.ndarray, "rows n"],
    right: Sequence[int] | Int[np.ndarray, " right"],
    left_out: Sequence[int] = (),
) -> Int[np.ndarray, " rows"]:
    """Returns, for each row of scores, the rank of the best of the right candidates, 1 = first.

    Args:
        scores: (rows, n) finite, higher is better.
        right: indices of the right candidates, at least one, none of them left out.
        left_out: indices of candidates that are no part of the ranking.
    """
    values = np.array(scores, dtype=np.float64)
    values[:, list(left_out)] = -np.inf
    candidates = np.unique(np.asarray(right, dtype=np.int64))
    best = candidates[np.argmax(values[:, candidates], axis=1)]
    level = values[np.arange(len(values)), best][:, None]
    ranks = 1 + np.count_nonzero(values > level, axis=1)
    equal = np.count_nonzero(values >= level, axis=1) - ranks
    for row in np.flatnonzero(equal):
        ranks[row] += np.count_nonzero(values[row, : best[row]] == level[row])
    return np.asarray(ranks, dtype=np.int64)


def ranks_of_right(
    scores: Iterable[Float[np.ndarray, "... n"]],
    right: Sequence[Sequence[int] | Int[np.ndarray, " _"]] | Int[np.ndarray, "queries _"],
    left_out: Sequence[Sequence[int]] | None = None,
) -> Int[np.ndarray, "points queries"]:
    """Returns for every query the rank of the best of its right candidates, see `first_right_rank`.

    Args:
        scores: for each query (n,) or (points, n) scores of the candidates, one row for each way to score them.
        right: for each query the indices of its right candidates.
        left_out: for each query the indices of candidates that are no part of its ranking; None for none.
    """
    hidden = [()] * len(right) if left_out is None else left_out
    columns = [
        first_right_rank(np.atleast_2d(rows), some, gone)
        for rows, some, gone in zip(scores, right, hidden, strict=True)
    ]
    return np.stack(columns, axis=1)


def own_ranks(scores: Float[np.ndarray, "queries n"]) -> Int[np.ndarray, " queries"]:
    """Returns the rank of each query's own candidate, the one that stands at the query's own place."""
    return np.asarray(ranks_of_right(scores, [[row] for row in range(len(scores))])[0])


def solved_alone(
    picture: Int[np.ndarray, " queries"],
    words: Int[np.ndarray, " queries"],
    composed: Mapping[str, Int[np.ndarray, " queries"]],
    k: int,
) -> dict[str, Bool[np.ndarray, " queries"]]:
    """Tells which composed queries one kind of evidence solves by itself: an audit of the queries.

    A query that the picture or the words alone put among the first k says nothing about composing.

    Args:
        picture: (queries,) rank of the best right answer by the picture alone.
        words: (queries,) by the words alone.
        composed: name -> (queries,) by what puts them together.
        k: how many places count as solved.

    Returns:
        "picture", "words": each alone; "each": both do, each by itself; "picture_only", "words_only": one does
        and the other does not; "neither"; and for each name of `composed` "only_<name>": it does, they don't.
    """
    q, t = np.asarray(picture) <= k, np.asarray(words) <= k
    alone = {"picture": q, "words": t, "each": q & t, "picture_only": q & ~t, "words_only": t & ~q}
    neither = ~q & ~t
    only = {f"only_{name}": neither & (np.asarray(both) <= k) for name, both in composed.items()}
    return alone | {"neither": neither} | only


def area_under_roc(scores: Float[np.ndarray, " n"], positive: Bool[np.ndarray, " n"]) -> float:
    """Returns the share of pairs of a positive and a negative in which the positive scores higher; ties count half.

    Args:
        scores: (n,) higher speaks for positive.
        positive: (n,) the truth.

    Returns:
        In [0, 1]; 0.5 where one of the two is missing.
    """
    order, above = np.sort(scores[~positive]), scores[positive]
    if not len(order) or not len(above):
        return 0.5
    left, right = (np.searchsorted(order, above, side).mean() for side in ("left", "right"))
    return float((left + right) / (2 * len(order)))


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Returns the 95 % interval of a proportion (Wilson 1927), low and high in [0, 1].

    Args:
        successes: how many of the trials succeeded, 0 to n.
        n: how many trials, at least 1.

    Raises:
        ValueError: n is below 1, or successes is not within 0 to n.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"wilson needs 0 <= successes <= n and n >= 1, not {successes} of {n}")
    share, square = successes / n, NORMAL_95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = NORMAL_95 * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half) if successes else 0.0, min(1.0, middle + half) if successes < n else 1.0


def proportion(right: Sequence[bool] | Bool[np.ndarray, " n"]) -> Estimate:
    """Returns the share of trials that succeeded with its Wilson interval.

    Args:
        right: (n,) one truth value for each trial, at least one.
    """
    hits = np.asarray(right, dtype=bool)
    return Estimate(float(hits.mean()), *wilson(int(hits.sum()), len(hits)), len(hits))


def recalls(
    ranks: Sequence[int] | Int[np.ndarray, " queries"], places: Sequence[int], name: str = "recall_at_{}"
) -> dict[str, Estimate]:
    """Returns the share of queries answered among the first k, for several k: name with k -> estimate.

    Args:
        ranks: (queries,) rank of each query's best right answer, 1 = first.
        places: the k.
        name: of each figure, with {} for k.
    """
    return {name.format(k): proportion(np.asarray(ranks) <= k) for k in places}


def bootstrap_of(
    statistic: Callable[[Int[np.ndarray, " drawn"]], float], groups: Sequence[Hashable], seed: int = 0
) -> Estimate:
    """Returns any statistic of the rows with its 95 % bootstrap interval, drawing whole groups with replacement.

    The percentiles are moved by the resamples' own bias (their mean less the full value), since a statistic
    such as a calibration error is larger on every resample than on the data; the full value stays inside. Of a
    single group nothing can be said: the interval is the value.

    Args:
        statistic: from the indices of the rows drawn to a share in [0, 1].
        groups: (n,) the group of each row; rows of one group are drawn together.
        seed: of the random draws.
    """

    def each(draws: Sequence[Int[np.ndarray, " _"]]) -> Float[np.ndarray, " draws"]:
        return np.array([statistic(rows) for rows in draws])

    return bootstrap_of_draws(each, groups, seed)


def bootstrap_of_draws(
    statistics: Callable[[Sequence[Int[np.ndarray, " _"]]], Float[np.ndarray, " draws"]],
    groups: Sequence[Hashable],
    seed: int = 0,
) -> Estimate:
    """Returns what `bootstrap_of` does, of a statistic that is worked out for many draws at once.

    Args:
        statistics: from the indices of the rows of each draw to a share in [0, 1] for each.
        groups: as there.
        seed: as there.
    """
    members = _members(groups)
    full = float(statistics([np.arange(len(groups))])[0])
    alone = len(members) == len(groups)

    def of_groups(chosen: Int[np.ndarray, "draws groups"]) -> Float[np.ndarray, " draws"]:
        return statistics(
            list(chosen) if alone else [np.concatenate([members[group] for group in some]) for some in chosen]
        )

    low, high = _interval(full, of_groups, len(members), seed)
    return Estimate(full, min(full, max(0.0, low)), max(full, min(1.0, high)), len(groups))


def bootstrap(
    values: Sequence[float] | Float[np.ndarray, " n"], groups: Sequence[Hashable], seed: int = 0
) -> Estimate:
    """Returns a mean with its 95 % bootstrap interval, drawing whole groups with replacement.

    Args:
        values: (n,) one number for each row.
        groups: (n,) the group of each row.
        seed: of the random draws.

    Returns:
        The interval lies within the range of the values.
    """
    numbers = np.asarray(values, dtype=np.float64)
    members = _members(groups)
    sums = np.array([numbers[rows].sum() for rows in members])
    sizes = np.array([len(rows) for rows in members])
    mean = float(numbers.mean())

    def means(chosen: Int[np.ndarray, "draws groups"]) -> Float[np.ndarray, " draws"]:
        return np.array([sums[some].sum() / sizes[some].sum() for some in chosen])

    low, high = _interval(mean, means, len(sums), seed)
    low, high = max(low, float(np.min(numbers))), min(high, float(np.max(numbers)))
    return Estimate(mean, min(mean, low), max(mean, high), len(numbers))


def _members(groups: Sequence[Hashable]) -> list[np.ndarray]:
    """Returns the rows of each group, groups in the order of their first row."""
    rows: dict[Hashable, list[int]] = {}
    for row, group in enumerate(groups):
        rows.setdefault(group, []).append(row)
    if not rows:
        raise ValueError("a bootstrap needs at least one row")
    return [np.array(indices) for indices in rows.values()]


def _interval(
    full: float,
    statistics: Callable[[Int[np.ndarray, "draws groups"]], Float[np.ndarray, " draws"]],
    groups: int,
    seed: int,
) -> tuple[float, float]:
    """Returns the interval of a statistic of drawn groups, moved by the resamples' bias."""
    if groups == 1:
        return full, full
    random = np.random.default_rng(seed)
    blocks = [
        statistics(np.stack([random.integers(0, groups, groups) for _ in range(TOGETHER)]))
        for _ in range(RESAMPLES // TOGETHER)
    ]
    draws = np.concatenate(blocks)
    low, high = np.percentile(draws, (2.5, 97.5)) - (draws.mean() - full)
    return min(full, float(low)), max(full, float(high))
