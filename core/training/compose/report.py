"""Report 4's learned weights of the mix as it trained them: SGD on batches of 16, with HN-NCE in two readings.

The loss is CoVR's (Ventura et al. 2024): both directions are added, alpha is 1 and beta 0.5. Its published form
divides each weight of a row by that row's own sum; the code, by a broadcast, divides column j by the sum of row j.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from core.training.compose.fit import BETA, hard_negative_loss
from core.training.compose.mix import START, LearnedMix
from core.training.shared.fitting import Descent, shuffled

KIND = "mixture"
TEMPERATURE = 0.07
RATE, MOMENTUM, BATCH, EPOCHS = 1e-3, 0.9, 16, 3
Loss = Callable[[Float[Tensor, "n n"]], Tensor]


def published(scores: Float[Tensor, "n n"]) -> Tensor:
    """Returns HN-NCE as it was published.

    Args:
        scores: (n, n) of each query and each target of a batch; query i belongs to target i.
    """
    return _direction(scores) + _direction(scores.T)


def as_coded(scores: Float[Tensor, "n n"]) -> Tensor:
    """Returns HN-NCE as its authors' program computes it; see the head of this file.

    Args:
        scores: (n, n) of each query and each target of a batch; query i belongs to target i.
    """
    scaled, itself = scores / TEMPERATURE, torch.eye(len(scores), dtype=torch.bool)
    negatives = scaled.masked_fill(itself, -torch.inf)
    sums = torch.logsumexp(BETA * negatives, 1)
    wrong = torch.logsumexp((1 + BETA) * negatives - sums[None, :], 1) + float(np.log(len(scores) - 1))
    right = scaled.diagonal()
    return (torch.logaddexp(right, wrong) - right).mean() + _direction(scores.T)


LOSSES: Mapping[str, Loss] = MappingProxyType({"as coded": as_coded, "as published": published})


def _direction(scores: Tensor) -> Tensor:
    places = torch.arange(len(scores))
    return hard_negative_loss(scores, places, places[:, None] != places, TEMPERATURE)


def learned_in_batches(
    parts: Float32[np.ndarray, "3 n d"], targets: Float32[np.ndarray, "n d"], loss: Loss, seed: int
) -> LearnedMix:
    """Trains three weights, of any sum, from (0, 0, 1); the other targets of a batch are the negatives.

    SGD with rate 1e-3 and momentum 0.9, cosine schedule, batches of 16, 3 epochs, as in the report's program.

    Args:
        parts: q, t and f(q, t) of each query; the mix is not normalised in training.
        targets: (n, d) unit rows of the right pictures.
        loss: one of `LOSSES`.
        seed: of the order.

    Returns:
        The weights after the last step, and after every step.
    """
    random = np.random.default_rng(seed)
    rows, right = torch.from_numpy(parts), torch.from_numpy(targets)
    batches = max(1, len(targets) // BATCH)
    weights = torch.tensor(START, requires_grad=True)
    optimiser = torch.optim.SGD([weights], lr=RATE, momentum=MOMENTUM)
    descent = Descent.cosine(optimiser, EPOCHS * batches)
    path = []
    for batch in shuffled(len(targets), batches, EPOCHS, random, "weights of the mix"):
        picks = torch.from_numpy(batch)
        mixed = torch.tensordot(weights, rows[:, picks], dims=1)
        descent.step(loss(mixed @ right[picks].T))
        path.append(weights.detach().numpy().astype(np.float64))
    w0, w1, w2 = path[-1]
    return LearnedMix((float(w0), float(w1), float(w2)), np.stack(path))
