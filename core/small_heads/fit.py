"""Trains report 2's head, one or many at once, and tells after each epoch how it stands."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float32, Int

from core.heads.field_road import RoadNetwork
from core.lookahead import each_of
from core.settings import processor_threads
from core.small_heads.adam import Adam
from core.small_heads.network import Heads, cross_entropy, decided, probabilities_of, wanted_of
from core.small_heads.samples import EpochRows, Members, Samples, Schedule, judges_of

FEWEST_HEADS = 2
"""So many heads keep a core busy."""
ONE_THREAD = 1 << 18
"""So many products a matrix product may have before OpenBLAS shares it between cores, which takes longer here."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """How training stands after an epoch, numbered from 1, as means over the heads.

    Loss is cross-entropy; what is validated are the pictures that early stopping judges by.
    """

    number: int
    loss: float
    accuracy: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None


def fit(samples: Samples, seed: int, schedule: Schedule) -> tuple[RoadNetwork, list[Epoch]]:
    """Trains one head on all samples, at least two of each class; returns its best checkpoint and how epochs went."""
    heads, epochs = fit_heads(samples, np.ones((1, len(samples.classes)), dtype=bool), seed, schedule)
    return heads.network(), epochs


def fit_heads(
    samples: Samples,
    members: Members,
    seed: int,
    schedule: Schedule,
    note: Callable[[Heads], None] = lambda heads: None,
) -> tuple[Heads, list[Epoch]]:
    """Trains several heads at once, each on pictures of its own, see `fitting`; calls `note` after each epoch."""
    heads, epochs = Heads(len(members), samples.plain.shape[1], samples.outputs, seed), list[Epoch]()
    for epoch in fitting(heads, samples, members, seed, schedule):
        epochs.append(epoch)
        note(heads)
    return heads, epochs


def fitting(
    heads: Heads, samples: Samples, members: Members, seed: int, schedule: Schedule
) -> Generator[Epoch]:
    """Trains heads, one epoch at a time, so that a caller can look, draw or stop in between.

    Args:
        heads: as many as there are rows in `members`.
        samples: the pictures.
        members: which pictures train each head.
        seed: of the order and the copies.
        schedule: the hyper-parameters.

    Yields:
        How each epoch went. At the end, and when the caller stops, the heads hold their best checkpoint.
    """
    draw = np.random.default_rng(seed)
    shares = _shares(len(members))
    descents = [ClippedDescent(heads.some(share), schedule.rate, schedule.clip) for share in shares]
    judges = judges_of(samples, members, draw) if schedule.patience else np.zeros_like(members)
    stopping = _Stopping(heads, samples, judges, schedule.patience)
    rows = EpochRows(samples, members & ~judges, schedule.balanced, draw)
    try:
        for number in range(1, schedule.epochs + 1):
            loss, accuracy = _epoch(list(zip(descents, shares, strict=True)), rows, schedule)
            epoch = Epoch(number, loss, accuracy, *stopping.judged())
            if schedule.decay_every and number % schedule.decay_every == 0:
                for descent in descents:
                    descent.adam.rate *= 0.5
            yield epoch
            if stopping.over():
                break
    finally:
        stopping.restore()


def _shares(count: int) -> list[slice]:
    """Returns which heads each core trains: they know nothing of each other."""
    cores = max(min(processor_threads(), count // FEWEST_HEADS), 1)
    ends = [count * core // cores for core in range(cores + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


def _epoch(
    descents: Sequence[tuple[ClippedDescent, slice]], rows: EpochRows, schedule: Schedule
) -> tuple[float, float]:
    """Trains for one epoch; returns the mean loss and accuracy of its steps."""
    picks, wanted, counts = rows.drawn()

    def trained(group: tuple[ClippedDescent, slice]) -> np.ndarray:
        descent, share = group
        sums = np.zeros(2)
        for start in range(0, picks.shape[1], schedule.batch):
            step = share, slice(start, start + schedule.batch)
            targets, weights = wanted[step], counts[step]
            logits = descent.step(rows.table[picks[step]], targets, weights)
            right = (decided(logits) == targets) * weights
            sums += float((cross_entropy(logits, targets) * weights).sum()), float(right.sum())
        return sums

    loss, right = (np.sum(each_of(trained, descents), axis=0) / float(counts.sum())).tolist()
    return loss, right


class ClippedDescent:
    """Takes steps down the gradient of the mean cross-entropy, each head its own, of norm at most `clip` if any."""

    def __init__(self, heads: Heads, rate: float, clip: float = 0.0) -> None:
        self._heads, self._clip = heads, clip
        self.adam = Adam(heads.values, rate)
        self._slopes = heads.parts(self.adam.gradient)

    def step(
        self,
        rows: Float32[np.ndarray, "heads n width"],
        targets: Int[np.ndarray, "heads n"],
        weights: Float32[np.ndarray, "heads n"],
    ) -> Float32[np.ndarray, "heads n outputs"]:
        """Takes one step on embeddings, each head's own, with classes and weights; returns the logits before it."""
        hidden = self._heads.hidden(rows)
        logits = self._heads.logits(hidden)
        shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1)
        above = (probabilities_of(logits) - wanted_of(targets, logits)) * shares[..., None]
        *_, last, _ = self._heads.layers
        below = np.where(hidden > 0, above @ last, np.float32(0))
        if self._clip:
            lengths = np.sqrt(_squared_length(below, rows) + _squared_length(above, hidden))
            shorter = np.minimum(self._clip / (lengths + np.float32(1e-6)), 1)[:, None, None]
            above, below = above * shorter, below * shorter
        weight, bias, last_weight, last_bias = self._slopes
        _outer_sums(below, rows, weight)
        below.sum(axis=1, out=bias)
        np.matmul(above.transpose(0, 2, 1), hidden, out=last_weight)
        above.sum(axis=1, out=last_bias)
        self.adam.step()
        return logits


def _squared_length(
    below: Float32[np.ndarray, "heads n out"], fed: Float32[np.ndarray, "heads n in"]
) -> Float32[np.ndarray, " heads"]:
    """Returns the squared length of a layer's gradient, without making it: of what it gives back, and what it was fed.

    The gradient of its weights is the sum over n of the outer products of both, that of its biases the sum of the one.
    """
    both = (below @ below.swapaxes(1, 2)) * (fed @ fed.swapaxes(1, 2))
    # Rounding may leave a sum of near-opposite products a little below 0.
    weights = np.maximum(both.sum(axis=(1, 2)), 0)
    return np.asarray(weights + np.square(below.sum(axis=1)).sum(axis=1))


def _outer_sums(
    below: Float32[np.ndarray, "heads n hidden"],
    rows: Float32[np.ndarray, "heads n width"],
    out: Float32[np.ndarray, "heads hidden width"],
) -> None:
    """Writes the sum over n of the outer products of both."""
    heads, count, hidden = below.shape
    parts = 1
    while hidden % (2 * parts) == 0 and hidden // parts * count * rows.shape[2] > ONE_THREAD:
        parts *= 2
    split = out.reshape(heads, parts, hidden // parts, -1)
    np.matmul(below.transpose(0, 2, 1).reshape(heads, parts, -1, count), rows[:, None], out=split)


class _Stopping:
    """Keeps each head's best checkpoint; a head that no picture judges, and any without patience, keeps its last."""

    def __init__(self, heads: Heads, samples: Samples, judges: Members, patience: int) -> None:
        self._heads, self._patience = heads, patience if judges.any() else 0
        most = int(judges.sum(axis=1).max())
        # The judges of each head first; what only fills up counts for nothing.
        picks = np.argsort(~judges, axis=1, kind="stable")[:, :most]
        self._counted = np.take_along_axis(judges, picks, axis=1).astype(np.float32)
        self._rows, self._classes = samples.plain[picks], samples.classes.astype(np.int64)[picks]
        self._best = np.full(len(judges), np.inf)
        self._since = np.zeros(len(judges), dtype=np.int64)
        self._checkpoint: np.ndarray | None = None

    def judged(self) -> tuple[float, float] | tuple[()]:
        """Judges all heads that have judges; returns their mean loss and accuracy, nothing without early stopping."""
        if not self._patience:
            return ()
        logits = self._heads(self._rows)
        judged, count = self._counted.any(axis=1), np.maximum(self._counted.sum(axis=1), 1)
        losses = (cross_entropy(logits, self._classes) * self._counted).sum(axis=1) / count
        right = ((decided(logits) == self._classes) * self._counted).sum(axis=1) / count
        better = (losses < self._best) & (self._since < self._patience) | ~judged
        if self._checkpoint is None:
            self._checkpoint = self._heads.values.copy()
        else:
            self._checkpoint[better] = self._heads.values[better]
        self._best = np.where(better, losses, self._best)
        self._since = np.where(better, 0, self._since + 1)
        return float(losses[judged].mean()), float(right[judged].mean())

    def over(self) -> bool:
        """Tells whether no head has become better for long."""
        return bool(self._patience) and bool((self._since >= self._patience).all())

    def restore(self) -> None:
        """Gives each head its best weights."""
        if self._checkpoint is not None:
            self._heads.values[:] = self._checkpoint
