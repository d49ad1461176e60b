"""Judges each picture of a visitor's two classes by a head that was trained without it and without its copies."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from core.datasets.split import folds_by_class
from core.heads.layers import sigmoid
from core.label_errors import look_again
from core.metrics import Estimate, proportion
from core.small_heads.fit import fitting
from core.small_heads.network import Heads
from core.small_heads.samples import Samples, Schedule

MOST_ALONE = 20
"""Up to so many pictures each is left out by itself; of more, a fifth at a time."""
PARTS = 5
COPY = 1 - 1e-6
"""From this cosine on two pictures are copies: the same pixels in another file."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What heads say of pictures that they did not see in training.

    Attributes:
        paths: (n,) the file of each picture.
        classes: (n,) the number of the class that it stands in, 0 or 1.
        probabilities: (n,) of the second class, in [0, 1], by a head trained without the picture.
        heads: how many heads were trained for this, each without one part of the pictures.
        one_by_one: whether each part is a single picture with its copies; otherwise it is a fifth of them.
    """

    paths: tuple[Path, ...]
    classes: Int[np.ndarray, " n"]
    probabilities: Float[np.ndarray, " n"]
    heads: int
    one_by_one: bool

    @property
    def decided(self) -> Int[np.ndarray, " n"]:
        """(n,) the number of the class that was found for each picture; 0.5 counts as the second."""
        return np.asarray(self.probabilities >= 0.5, dtype=np.int64)

    @property
    def right(self) -> tuple[int, int]:
        """How many pictures of each class were named rightly."""
        first, second = np.bincount(self.classes[self.decided == self.classes], minlength=2).tolist()
        return first, second

    @property
    def look_again(self) -> Int[np.ndarray, " suspects"]:
        """The places of the pictures that surely look like the other class, the most doubtful first."""
        return look_again(np.stack([1 - self.probabilities, self.probabilities], axis=1), self.classes)

    @property
    def figure(self) -> Estimate:
        """The share of pictures that were named rightly, with its interval."""
        return proportion(self.decided == self.classes)


def judging(
    samples: Samples, paths: Sequence[Path], seed: int, schedule: Schedule
) -> Generator[int, None, HeldOut | None]:
    """Trains one head for each part of the pictures, on all other pictures, and lets it judge that part.

    Args:
        samples: the pictures, each once.
        paths: their files.
        seed: as for the head that is judged.
        schedule: likewise.

    Yields:
        How many epochs are over, so that a caller can draw or stop in between.

    Returns:
        What was found; None when all pictures of a class are copies of one, so that no head could do without it.
    """
    groups = _copies(samples.plain)
    folds = _folds(groups, samples.classes, seed)
    if folds is None:
        return None
    count = int(folds.max()) + 1
    left = folds[None] == np.arange(count)[:, None]
    heads = Heads(count, samples.plain.shape[1], 1, seed)
    for epoch in fitting(heads, samples, ~left, seed, schedule):
        yield epoch.number
    logits = heads(samples.plain[None])[folds, np.arange(len(folds)), 0]
    alone = count == len(np.unique(groups))
    return HeldOut(tuple(paths), samples.classes, sigmoid(logits.astype(np.float64)), count, alone)


def _copies(rows: Float[np.ndarray, "n d"]) -> Int[np.ndarray, " n"]:
    """Returns for each picture the number of the first that it is a copy of, its own when it is none."""
    alike = rows.astype(np.float64) @ rows.T.astype(np.float64) >= COPY
    np.fill_diagonal(alike, True)
    first = np.arange(len(rows))
    while True:
        reached = np.where(alike, first[None], len(rows)).min(axis=1)
        if np.array_equal(reached, first):
            return first
        first = reached


def _folds(
    groups: Int[np.ndarray, " n"], classes: Int[np.ndarray, " n"], seed: int
) -> Int[np.ndarray, " n"] | None:
    """Returns the part that each picture is left out with, copies together, each part with its share of a class."""
    if any(len(np.unique(groups[classes == number])) < 2 for number in (0, 1)):
        return None
    count = len(np.unique(groups))
    return folds_by_class(groups, classes, count if count <= MOST_ALONE else PARTS, seed)
