"""Learned weights of the mix w0 q + w1 t + w2 f(q, t): what report 4 tried, trained by gradient descent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Float64
from torch import Tensor

from core.training.shared.fitting import Descent

START = (0.0, 0.0, 1.0)
STEPS, RATE = 600, 0.03
STEADY = 200
Loss = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMix:
    """Weights that were trained, free to have any sum.

    Attributes:
        weights: w0, w1, w2: the mean over the last third of the steps.
        path: (steps, 3) the weights after every step.
    """

    weights: tuple[float, float, float]
    path: Float64[np.ndarray, "steps 3"]


def learned_mix(
    scores: Float32[np.ndarray, "3 n candidates"],
    right: tuple[np.ndarray, ...],
    allowed: np.ndarray,
    loss: Loss,
    seed: int,
) -> LearnedMix:
    """Trains three weights with Adam, from report 4's start (0, 0, 1), all queries in every step.

    Args:
        scores: what q, t and f(q, t) say of every candidate; the encoders and the combiner stay as they are.
        right: for each query its right candidates; each step takes one of them.
        allowed: (n, candidates) which candidates are true negatives.
        loss: of (scores, target, allowed), such as the one that trained the combiner.
        seed: of the choice among right candidates.
    """
    random = np.random.default_rng(seed)
    counts = np.array([len(some) for some in right])
    answers = np.zeros((len(right), counts.max()), dtype=np.int64)
    for row, some in enumerate(right):
        answers[row, : len(some)] = some
    parts, wrong = torch.from_numpy(scores), torch.from_numpy(allowed)
    weights = torch.tensor(START, requires_grad=True)
    descent = Descent.cosine(torch.optim.Adam([weights], lr=RATE), STEPS)
    path = np.empty((STEPS, 3))
    for step in range(STEPS):
        chosen = (random.random(len(right)) * counts).astype(np.int64)
        target = torch.from_numpy(answers[np.arange(len(right)), chosen])
        descent.step(loss(torch.tensordot(weights, parts, dims=1), target, wrong))
        path[step] = weights.detach().numpy()
    w0, w1, w2 = path[-STEADY:].mean(axis=0)
    return LearnedMix((float(w0), float(w1), float(w2)), path)
