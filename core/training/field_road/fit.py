"""Trains report 2's head, one or many at once, and tells after each epoch how it stands."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Bool
from torch import nn

from core.heads.field_road import HIDDEN, build_network
from core.training.field_road.samples import EpochRows, Samples, Schedule, judges_of


@dataclass(frozen=True, slots=True)
class Epoch:
    """How training stands after an epoch, as means over the heads.

    Attributes:
        number: of the epoch, from 1.
        loss: cross-entropy in training.
        accuracy: share of right answers in training, in [0, 1].
        validation_loss: on the pictures that early stopping judges by; None without early stopping.
        validation_accuracy: likewise.
    """

    number: int
    loss: float
    accuracy: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None


class Heads(nn.Module):
    """Several of report 2's networks side by side, which start alike and are trained together.

    Args:
        count: how many.
        width: numbers in an embedding.
        outputs: numbers in an answer.
        seed: of the first weights.
    """

    def __init__(self, count: int, width: int, outputs: int, seed: int) -> None:
        super().__init__()
        chance = torch.Generator().manual_seed(seed)
        shapes = ((width, width, HIDDEN), (width, 1, HIDDEN), (HIDDEN, HIDDEN, outputs), (HIDDEN, 1, outputs))
        self.values = nn.ParameterList()
        for fed, *shape in shapes:  # uniform up to 1 / sqrt(inputs), as nn.Linear starts
            value = (2 * torch.rand(*shape, generator=chance) - 1) * fed**-0.5
            self.values.append(nn.Parameter(value.repeat(count, 1, 1)))
        self.outputs = outputs

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Returns (heads, rows, outputs) logits of (heads, rows, width) embeddings."""
        weight, bias, last_weight, last_bias = self.values
        hidden = torch.relu(torch.baddbmm(bias, rows, weight))
        return torch.baddbmm(last_bias, hidden, last_weight)

    def network(self, number: int = 0) -> nn.Sequential:
        """Returns one of the networks by itself, ready to answer."""
        weight, bias, last_weight, last_bias = (value[number].detach().clone() for value in self.values)
        network = build_network(len(weight), self.outputs)
        names = ("0.weight", "0.bias", "2.weight", "2.bias")
        parts = (weight.T.contiguous(), bias[0], last_weight.T.contiguous(), last_bias[0])
        network.load_state_dict(dict(zip(names, parts, strict=True)))
        return network.eval().requires_grad_(False)

    def clip(self, norm: float) -> None:
        """Shortens each head's gradient to a norm."""
        gradients = [value.grad for value in self.values if value.grad is not None]
        norms = sum(gradient.square().sum(dim=(1, 2), keepdim=True) for gradient in gradients)
        share = (norm / (torch.sqrt(torch.as_tensor(norms)) + 1e-6)).clamp(max=1.0)
        for gradient in gradients:
            gradient *= share


def fit(samples: Samples, seed: int, schedule: Schedule) -> tuple[nn.Sequential, list[Epoch]]:
    """Trains one head on all samples, at least two of each class; returns its best checkpoint and how epochs went."""
    heads, epochs = fit_heads(samples, np.ones((1, len(samples.classes)), dtype=bool), seed, schedule)
    return heads.network(), epochs


def fit_heads(
    samples: Samples,
    members: Bool[np.ndarray, "heads n"],
    seed: int,
    schedule: Schedule,
    note: Callable[[Heads], None] = lambda heads: None,
) -> tuple[Heads, list[Epoch]]:
    """Trains several heads at once, each on pictures of its own, see `fitting`; calls `note` after each epoch."""
    heads, epochs = Heads(len(members), samples.plain.shape[1], samples.outputs, seed), list[Epoch]()
    for epoch in fitting(heads, samples, members, seed, schedule):
        epochs.append(epoch)
        note(heads)
    return heads.eval().requires_grad_(False), epochs


def fitting(
    heads: Heads, samples: Samples, members: Bool[np.ndarray, "heads n"], seed: int, schedule: Schedule
) -> Generator[Epoch]:
    """Trains heads, one epoch at a time, so that a caller can look, draw or stop in between.

    Args:
        heads: as many as there are rows in `members`.
        samples: the pictures.
        members: (heads, n) which pictures train each head.
        seed: of the order and the copies.
        schedule: the hyper-parameters.

    Yields:
        How each epoch went. At the end, and when the caller stops, the heads hold their best checkpoint.
    """
    draw = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(heads.parameters(), lr=schedule.rate, fused=True)
    judges = judges_of(samples, members, draw) if schedule.patience else np.zeros_like(members)
    stopping = _Stopping(heads, samples, judges, schedule.patience)
    rows = EpochRows(samples, members & ~judges, schedule.balanced, draw)
    try:
        for number in range(1, schedule.epochs + 1):
            loss, accuracy = _epoch(heads, optimiser, rows, schedule)
            epoch = Epoch(number, loss, accuracy, *stopping.judged())
            if schedule.decay_every and number % schedule.decay_every == 0:
                for group in optimiser.param_groups:
                    group["lr"] *= 0.5
            yield epoch
            if stopping.over():
                break
    finally:
        stopping.restore()


def _epoch(
    heads: Heads, optimiser: torch.optim.Optimizer, rows: EpochRows, schedule: Schedule
) -> tuple[float, float]:
    """Trains for one epoch; returns the mean loss and accuracy of its steps."""
    picks, wanted, counts = rows.drawn()
    loss_sum = right = total = 0.0
    for start in range(0, picks.shape[1], schedule.batch):
        step = slice(start, start + schedule.batch)
        inputs, targets, weights = rows.table[picks[:, step]], wanted[:, step], counts[:, step]
        logits = heads(inputs)
        losses = cross_entropy(logits, targets) * weights
        optimiser.zero_grad()
        (losses.sum(1) / weights.sum(1).clamp(min=1)).sum().backward()
        if schedule.clip:
            heads.clip(schedule.clip)
        optimiser.step()
        loss_sum += float(losses.detach().sum())
        right += float(((decided(logits.detach()) == targets) * weights).sum())
        total += float(weights.sum())
    return loss_sum / total, right / total


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Returns the cross-entropy of each row: binary for one output, else over the classes."""
    if logits.shape[-1] == 1:
        return functional.binary_cross_entropy_with_logits(logits[..., 0], targets.float(), reduction="none")
    return functional.cross_entropy(logits.movedim(-1, 1), targets, reduction="none")


def decided(logits: torch.Tensor) -> torch.Tensor:
    """Returns the class that each row of logits gives; with one output a logit of 0 counts as 1."""
    return (logits[..., 0] >= 0).long() if logits.shape[-1] == 1 else logits.argmax(dim=-1)


class _Stopping:
    """Keeps each head's best checkpoint; a head that no picture judges, and any without patience, keeps its last."""

    def __init__(
        self, heads: Heads, samples: Samples, judges: Bool[np.ndarray, "heads n"], patience: int
    ) -> None:
        self._heads, self._patience = heads, patience if judges.any() else 0
        self._rows = torch.from_numpy(samples.plain).expand(len(judges), -1, -1)
        self._classes = torch.from_numpy(samples.classes.astype(np.int64)).expand(len(judges), -1)
        self._judges = torch.from_numpy(judges).float()
        self._best = torch.full((len(judges),), torch.inf)
        self._since = torch.zeros(len(judges))
        self._checkpoint: Sequence[torch.Tensor] = ()

    def judged(self) -> tuple[float, float] | tuple[()]:
        """Judges all heads that have judges; returns their mean loss and accuracy, nothing without early stopping."""
        if not self._patience:
            return ()
        with torch.no_grad():
            logits = self._heads(self._rows)
            judged = self._judges.any(1)
            count = self._judges.sum(1).clamp(min=1)
            losses = (cross_entropy(logits, self._classes) * self._judges).sum(1) / count
            right = ((decided(logits) == self._classes) * self._judges).sum(1) / count
            better = (losses < self._best) & (self._since < self._patience) | ~judged
            values = [value.detach() for value in self._heads.values]
            chosen = better[:, None, None]
            pairs = zip(values, self._checkpoint or values, strict=True)
            self._checkpoint = [torch.where(chosen, new, old) for new, old in pairs]
        self._best = torch.where(better, losses, self._best)
        self._since = torch.where(better, 0.0, self._since + 1)
        return float(losses[judged].mean()), float(right[judged].mean())

    def over(self) -> bool:
        """Tells whether no head has become better for long."""
        return bool(self._patience) and bool((self._since >= self._patience).all())

    def restore(self) -> None:
        """Gives each head its best weights."""
        for value, best in zip(self._heads.values, self._checkpoint, strict=False):
            value.detach().copy_(best)
