"""How far a classifier's confidence stands from its accuracy, and how sure that is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from core.metrics import Estimate, bootstrap_of_draws

BINS = 10


def expected_calibration_error(
    probabilities: Sequence[float] | Float[np.ndarray, " n"],
    correct: Sequence[bool] | Bool[np.ndarray, " n"],
    bins: int = BINS,
) -> float:
    """Returns how far confidence stands from accuracy, over bins that hold equally many predictions.

    Predictions of equal confidence share their mean accuracy, so that the order of the rows changes nothing.
    Formula: sum over bins of (size / n) |accuracy - mean confidence| (Naeini et al. 2015, equal-mass bins).

    Args:
        probabilities: (n,) confidence in the class that was predicted, in [0, 1].
        correct: (n,) whether that class was right.
        bins: how many bins of equal mass; fewer when there are fewer rows.

    Raises:
        ValueError: there is no row.
    """
    confidence = np.asarray(probabilities, dtype=np.float64)
    if not len(confidence):
        raise ValueError("a calibration error needs at least one row")
    predictions = _Predictions(confidence, np.asarray(correct, dtype=bool), bins)
    return float(predictions.errors([np.arange(len(confidence))])[0])


def calibration_error(
    probability: Float[np.ndarray, " n"],
    truth: Bool[np.ndarray, " n"],
    groups: Sequence[Hashable] = (),
    seed: int = 0,
) -> Estimate:
    """Returns the expected calibration error of a classifier of two classes, with its bootstrap interval.

    Args:
        probability: (n,) of the class that `truth` tells, in [0, 1]; 0.5 decides for it.
        truth: (n,) whether each row is of that class.
        groups: (n,) rows that are drawn together; () for each by itself.
        seed: of the bootstrap.
    """
    confidence, right = np.maximum(probability, 1 - probability), (probability >= 0.5) == truth
    predictions = _Predictions(np.asarray(confidence, dtype=np.float64), right)
    return bootstrap_of_draws(predictions.errors, groups or range(len(right)), seed)


class _Predictions:
    """What is the same in all draws from some predictions: their confidences in order.

    Args:
        confidence: (n,) in [0, 1].
        right: (n,) whether each was.
        bins: see `expected_calibration_error`.
    """

    def __init__(
        self, confidence: Float[np.ndarray, " n"], right: Bool[np.ndarray, " n"], bins: int = BINS
    ) -> None:
        self._levels, self._level = np.unique(confidence, return_inverse=True)
        self._right, self._bins = right.astype(np.float64), bins

    def errors(self, draws: Sequence[Int[np.ndarray, " _"]]) -> Float[np.ndarray, " draws"]:
        """Returns the expected calibration error of the rows of each draw; draws of one length are done together."""
        lengths = np.array([len(rows) for rows in draws])
        errors = np.zeros(len(draws))
        for length in np.unique(lengths):
            places = np.flatnonzero(lengths == length)
            errors[places] = self._of_equal_length(np.stack([draws[int(place)] for place in places]))
        return errors

    def _of_equal_length(self, rows: Int[np.ndarray, "draws n"]) -> Float[np.ndarray, " draws"]:
        (draws, count), width = rows.shape, len(self._levels)
        level = self._level[rows]
        flat = (level + width * np.arange(draws)[:, None]).ravel()
        size = np.bincount(flat, minlength=draws * width)
        hits = np.bincount(flat, self._right[rows].ravel(), minlength=draws * width)
        accuracy = (hits / np.maximum(size, 1)).reshape(draws, width)
        gap = np.take_along_axis(accuracy - self._levels, np.sort(level, axis=1), axis=1)
        parts = np.array_split(gap, min(self._bins, count), axis=1)
        return np.asarray(sum(np.abs(part.sum(axis=1)) for part in parts) / count)
