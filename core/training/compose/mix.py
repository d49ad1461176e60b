"""Learned weights of the mix w0 q + w1 t + w2 f(q, t): what report 4 tried, trained by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Float64
from torch import Tensor

from core.training.compose.losses import Loss, hard_negative_loss
from core.training.shared.fitting import Descent, shuffled

KIND = "mixture"
START = (0.0, 0.0, 1.0)
STEPS, RATE = 600, 0.03
STEADY = 200
BATCH, BATCH_RATE, MOMENTUM, EPOCHS = 16, 1e-3, 0.9, 3
"""As in the report's program."""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMix:
    """Weights that were trained, free to have any sum.

    Attributes:
        weights: w0, w1, w2: the mean over the last steps.
        path: (steps, 3) the weights after every step.
    """

    weights: tuple[float, float, float]
    path: Float64[np.ndarray, "steps 3"]

    @classmethod
    def of(cls, path: Float64[np.ndarray, "steps 3"], steady: int) -> LearnedMix:
        """Returns what the weights after every step come to, as the mean over the last `steady`."""
        w0, w1, w2 = path[-steady:].mean(axis=0).tolist()
        return cls((w0, w1, w2), path)


def learned_mix(
    scores: Float32[np.ndarray, "3 n candidates"], right: tuple[np.ndarray, ...], allowed: Tensor, seed: int
) -> LearnedMix:
    """Trains three weights with Adam, from report 4's start (0, 0, 1), all queries in every step.

    Args:
        scores: what q, t and f(q, t) say of every candidate; the encoders and the combiner stay as they are.
        right: for each query its right candidates; each step takes one of them.
        allowed: (n, candidates) which candidates are true negatives.
        seed: of the choice among right candidates.
    """
    random = np.random.default_rng(seed)
    counts = np.array([len(some) for some in right])
    answers = np.zeros((len(right), counts.max()), dtype=np.int64)
    for row, some in enumerate(right):
        answers[row, : len(some)] = some
    parts, weights = torch.from_numpy(scores), torch.tensor(START, requires_grad=True)
    descent = Descent.cosine(torch.optim.Adam([weights], lr=RATE), STEPS)
    path = np.empty((STEPS, 3))
    for step in range(STEPS):
        chosen = (random.random(len(right)) * counts).astype(np.int64)
        target = torch.from_numpy(answers[np.arange(len(right)), chosen])
        descent.step(hard_negative_loss(torch.tensordot(weights, parts, dims=1), target, allowed))
        path[step] = weights.detach().numpy()
    return LearnedMix.of(path, STEADY)


def learned_in_batches(
    parts: Float32[np.ndarray, "3 n d"], targets: Float32[np.ndarray, "n d"], loss: Loss, seed: int
) -> LearnedMix:
    """Trains three weights, of any sum, from (0, 0, 1), as report 4 did; a batch's other targets are the negatives.

    Args:
        parts: q, t and f(q, t) of each query; the mix is not normalised in training.
        targets: (n, d) unit rows of the right pictures.
        loss: one of `LOSSES`.
        seed: of the order.
    """
    random = np.random.default_rng(seed)
    rows, right = torch.from_numpy(parts), torch.from_numpy(targets)
    batches = max(1, len(targets) // BATCH)
    weights = torch.tensor(START, requires_grad=True)
    optimiser = torch.optim.SGD([weights], lr=BATCH_RATE, momentum=MOMENTUM)
    descent = Descent.cosine(optimiser, EPOCHS * batches)
    path = []
    for batch in shuffled(len(targets), batches, EPOCHS, random, "weights of the mix"):
        picks = torch.from_numpy(batch)
        descent.step(loss(torch.tensordot(weights, rows[:, picks], dims=1) @ right[picks].T))
        path.append(weights.detach().numpy().astype(np.float64))
    return LearnedMix.of(np.stack(path), 1)
