"""Two captions read as two witnesses: both may fit a picture (conflict), or neither may (ignorance).

A softmax over two captions must choose, however little either fits. Here each caption is judged by itself: how far it
fits beyond things of any kind. That gives its class a mass, and the two masses are combined as independent evidence
(Dempster 1967; Shafer 1976).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

BEYOND = 1.0
"""So many deviations above things of any kind a caption must fit for a mass of one half."""


@dataclass(frozen=True, slots=True)
class EvidentialReading:
    """What two captions say of a picture when neither has to win.

    Attributes:
        fits: of each caption, in standard deviations above the mean of things of any kind.
        conflict: in [0, 1], how much speaks for both.
        ignorance: in [0, 1], how much speaks for neither.
        says: "both", "neither" or the label that fits better; None where nobody knows from when on it is unusual.
    """

    fits: tuple[float, float]
    conflict: float
    ignorance: float
    says: str | None


def fits_of(
    cosines: Float[np.ndarray, "n c"], things: Float[np.ndarray, "n k"]
) -> Float64[np.ndarray, "n c"]:
    """Returns how far sentences fit pictures, in standard deviations above the mean of things of any kind.

    Args:
        cosines: (n, c) of each picture with each sentence.
        things: (n, k) of each picture with each thing, at least two that differ.
    """
    background = things.astype(np.float64)
    mean, deviation = background.mean(axis=1, keepdims=True), background.std(axis=1, keepdims=True)
    return np.asarray((cosines.astype(np.float64) - mean) / np.maximum(deviation, np.finfo(np.float32).eps))


def conflict_and_ignorance(fits: Float[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 2"]:
    """Returns how much speaks for both classes and how much for neither, each in [0, 1].

    Args:
        fits: (n, 2) of the two captions, see `fits_of`.
    """
    masses = 0.5 + 0.5 * np.tanh((np.asarray(fits, dtype=np.float64) - BEYOND) / 2)
    return np.stack([masses.prod(axis=1), (1.0 - masses).prod(axis=1)], axis=1)


def read(
    fits: Sequence[float], labels: Sequence[str], usual: Sequence[float] | None = None
) -> EvidentialReading:
    """Returns the reading of one picture.

    Args:
        fits: of the two captions, see `fits_of`.
        labels: of the two classes.
        usual: conflict and ignorance beyond which a picture is unusual; None where nobody knows.
    """
    first, second = map(float, fits)
    ((conflict, ignorance),) = conflict_and_ignorance(np.array([[first, second]])).tolist()
    says = None
    if usual is not None:
        says = labels[int(second >= first)]
        says = "both" if conflict > usual[0] else "neither" if ignorance > usual[1] else says
    return EvidentialReading((first, second), conflict, ignorance, says)
