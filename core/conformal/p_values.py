"""Conformal p-values against the null that nothing answers (Vovk, Gammerman and Shafer 2005; Bates et al. 2023).

A question's best score is compared with the best scores of questions whose answers were taken away. If a question
without an answer is like these, its p-value is at most alpha in at most a share alpha of cases, whatever the scores.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.errors import DataError
from core.metrics import Estimate, bootstrap
from core.plurals import counted

ALPHA = 0.1
"""The share of questions without an answer that may be said to have one."""
FOLDS = 3


def fewest_for(alpha: float) -> int:
    """Returns how many calibration scores it takes for a p-value to reach alpha at all: 1 / alpha - 1, rounded up."""
    return math.ceil(1 / alpha - 1 - 1e-9)


def check_calibration(count: int, alpha: float = ALPHA) -> None:
    """Makes sure that a promise can be kept.

    Raises:
        DataError: with so few calibration scores no p-value can be as small as alpha.
    """
    if count < fewest_for(alpha):
        raise DataError(
            f"A calibration on {counted(count, 'question')} can promise nothing at {alpha:g}: at least "
            f"{fewest_for(alpha)} are needed, since no p-value is smaller than 1 / (n + 1)."
        )


def p_values(
    observed: Float[np.ndarray, " q"], null: Sequence[float] | Float[np.ndarray, " n"]
) -> Float[np.ndarray, " q"]:
    """Returns (1 + how many null scores are at least as large) / (n + 1) for each observed score.

    Args:
        observed: (q,) best scores of questions.
        null: (n,) best scores of questions that have no answer; in any order.
    """
    ordered = np.sort(np.asarray(null, dtype=np.float64))
    below = np.searchsorted(ordered, np.asarray(observed, dtype=np.float64), side="left")
    return np.asarray((1 + len(ordered) - below) / (len(ordered) + 1))


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """What a promise is worth on questions that did not calibrate it.

    Attributes:
        false_found: share of questions without their answers that are said to have one; promised is at most alpha.
        found: share of questions with an answer that are said to have one.
        first: share of these whose first candidate is right: recall at 1; with alpha it bounds `found`.
        alpha: the share that was promised.
        folds: parts that were judged in turn by the scores of the others.
    """

    false_found: Estimate
    found: Estimate
    first: Estimate
    alpha: float
    folds: int

    @property
    def bound(self) -> float:
        """What `found` can be expected to reach at most: a wrong candidate is as one of a question without answer."""
        return self.alpha + self.first.value


def cross_checked(
    null: Float[np.ndarray, " n"],
    whole: Float[np.ndarray, " n"],
    right: Sequence[bool],
    groups: Sequence[Hashable],
    home: np.ndarray,
    alpha: float = ALPHA,
    seed: int = 0,
) -> PromiseKept:
    """Judges each part of the questions by the null scores of the others.

    Args:
        null: (n,) best score of each question without its answers.
        whole: (n,) best score with them.
        right: (n,) whether the first candidate is then right.
        groups: (n,) drawn together in the bootstrap.
        home: (n,) number of the part in which each question is judged; a group stands in one part only.
        alpha: the promised share.
        seed: of the bootstrap.

    Raises:
        DataError: the other parts hold too few scores for alpha.
    """
    by_null, by_whole = by_the_others(null, home, null, alpha), by_the_others(whole, home, null, alpha)
    shares = (by_null <= alpha, by_whole <= alpha, np.asarray(right, dtype=bool))
    false_found, found, first = (bootstrap(share.astype(float), groups, seed) for share in shares)
    return PromiseKept(false_found, found, first, alpha, len(np.unique(home)))


def by_the_others(
    observed: Float[np.ndarray, " n"], home: np.ndarray, null: Float[np.ndarray, " n"], alpha: float = ALPHA
) -> Float[np.ndarray, " n"]:
    """Returns the p-value of each observed score by the null scores of other parts; otherwise as `cross_checked`."""
    values = np.zeros(len(observed))
    for part in np.unique(home):
        here = home == part
        check_calibration(int((~here).sum()), alpha)
        values[here] = p_values(observed[here], null[~here])
    return values
