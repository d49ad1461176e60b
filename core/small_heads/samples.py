"""What a field-or-road head is trained on and how: schedules, samples, and the rows that an epoch draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Int

Rows = Float32[np.ndarray, "n d"]
"""Unit embeddings."""
Classes = Int[np.ndarray, " n"]
Members = Bool[np.ndarray, "heads n"]
"""Which pictures train each head."""
VALIDATED = 5
"""Early stopping judges by one picture in five of each class, which then trains nothing."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a head is trained.

    Attributes:
        rate: Adam's learning rate.
        batch: pictures in a step.
        epochs: passes over the pictures, at most.
        decay_every: epochs after which the learning rate halves; 0 for never.
        patience: epochs without a better validation loss after which training ends and the best checkpoint
            is kept; 0 for no validation.
        clip: the largest norm of a gradient; 0 for any.
        balanced: augmentation by class: each epoch draws one copy of each picture, and pictures of the
            smaller class as much more often as makes the classes equal.
    """

    rate: float
    batch: int
    epochs: int
    decay_every: int = 0
    patience: int = 0
    clip: float = 0.0
    balanced: bool = False


TEXT = Schedule(rate=3e-3, batch=3, epochs=7)
CODE = Schedule(rate=3e-4, batch=3, epochs=50, decay_every=10, patience=15, clip=0.5)
SCHEDULES = {"text": TEXT, "code": CODE}
"""Report 2's two sets: what its text says and what its code does."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Embeddings to train on.

    Attributes:
        plain: unit rows, the pictures as they are.
        classes: the class of each, 0 or 1 for one output, else 0 to outputs - 1.
        copies: the changed copies of each picture; () for none.
        donors: for each copy the number of another picture that a part of it comes from, -1 for none; a head
            that may not see that picture does not see the copy. () when no copy has one.
        outputs: 1 for field against road, 3 with "road and field" between them.
        often: how many times an epoch draws each picture; () for once.
    """

    plain: Rows
    classes: Classes
    copies: tuple[Float32[np.ndarray, "_ d"], ...] = ()
    donors: tuple[Int[np.ndarray, " _"], ...] = ()
    outputs: int = 1
    often: Int[np.ndarray, " _"] | tuple[()] = ()


def joined(first: Samples, second: Samples) -> Samples:
    """Returns both together, in this order."""
    further = (np.where(whose < 0, -1, whose + len(first.plain)) for whose in _donors(second))
    return Samples(
        np.concatenate([first.plain, second.plain]),
        np.concatenate([first.classes, second.classes]),
        (*_copies(first), *_copies(second)),
        (*_donors(first), *further),
        first.outputs,
        np.concatenate([_often(first), _often(second)]) if len(first.often) or len(second.often) else (),
    )


def _copies(samples: Samples) -> Iterable[Float32[np.ndarray, "_ d"]]:
    return samples.copies or [samples.plain[:0] for _ in samples.plain]


def _donors(samples: Samples) -> Iterable[Int[np.ndarray, " _"]]:
    return samples.donors or [np.full(len(rows), -1) for rows in _copies(samples)]


def _often(samples: Samples) -> Classes:
    return np.asarray(samples.often if len(samples.often) else np.ones(len(samples.plain), dtype=int))


class EpochRows:
    """Draws each epoch's pictures for each head, one copy of each; for the arguments see `fitting` and `Schedule`."""

    def __init__(self, samples: Samples, members: Members, balanced: bool, draw: np.random.Generator) -> None:
        self._samples, self._members, self._balanced, self._draw = samples, members, balanced, draw
        self._often = _often(samples)
        copies = samples.copies if balanced else ()
        self.table = np.concatenate([samples.plain, *copies])
        self._counts = np.array([len(rows) for rows in copies] or [0] * len(samples.plain))
        donors = samples.donors if copies and samples.donors else ()
        none = np.full(len(self.table) - sum(map(len, donors)), -1)
        self._donors = np.concatenate([none, *donors]).astype(np.int64)
        self._starts = len(samples.plain) + np.cumsum(self._counts) - self._counts

    def drawn(
        self,
    ) -> tuple[Int[np.ndarray, "heads m"], Int[np.ndarray, "heads m"], Float32[np.ndarray, "heads m"]]:
        """Returns (heads, m) rows of the table, their classes, and weights: 0 for what only fills up."""
        chosen = [np.flatnonzero(mine) for mine in self._members]
        orders = [self._order(np.repeat(rows, self._often[rows])) for rows in chosen]
        longest = max(len(order) for order in orders)
        owners = np.stack([np.pad(order, (0, longest - len(order)), mode="edge") for order in orders])
        weights = np.stack([np.arange(longest) < len(order) for order in orders]).astype(np.float32)
        copy = self._draw.integers(0, self._counts[owners] + 1)
        picks = np.where(copy == 0, owners, self._starts[owners] + copy - 1)
        donors = self._donors[picks]
        forbidden = (donors >= 0) & ~np.take_along_axis(self._members, donors, axis=1)
        picks = np.where(forbidden, owners, picks)
        classes = self._samples.classes[owners].astype(np.int64)
        return picks, classes, weights

    def _order(self, mine: Int[np.ndarray, " _"]) -> Int[np.ndarray, " drawn"]:
        if not self._balanced:
            return self._draw.permutation(mine)
        classes = self._samples.classes[mine]
        groups = [mine[classes == label] for label in np.unique(classes)]
        most = max(len(group) for group in groups)
        drawn = [np.concatenate([self._draw.permutation(group) for _ in range(-(-most // len(group)))])[:most]
                 for group in groups]  # fmt: skip
        return self._draw.permutation(np.concatenate(drawn))


def judges_of(samples: Samples, members: Members, draw: np.random.Generator) -> Members:
    """Returns which pictures early stopping judges each head by: a fifth of each class.

    A head with a class too small to spare one has no judges: those of the other class alone would choose a head that
    always answers with that class.
    """
    judges = np.zeros_like(members)
    for head, mine in enumerate(members):
        spared = []
        for label in np.unique(samples.classes):
            group = np.flatnonzero(mine & (samples.classes == label))
            spared.append(draw.permutation(group)[: len(group) // VALIDATED])
        if all(map(len, spared)):
            judges[head, np.concatenate(spared)] = True
    return judges
