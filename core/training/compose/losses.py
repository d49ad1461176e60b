"""The hard-negative noise contrastive loss of CoVR (HN-NCE; Ventura et al. 2024, after Radenovic et al. 2023).

In batches report 4 adds both directions. The loss's published form divides each weight of a row by that row's own sum;
its authors' program, by a broadcast, divides column j by the sum of row j.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

TEMPERATURE, BATCH_TEMPERATURE = 0.1, 0.07
ALPHA, BETA = 1.0, 0.5
Loss = Callable[[Float[Tensor, "n n"]], Tensor]
"""Of the scores of each query and each target of a batch; query i belongs to target i."""


def hard_negative_loss(
    scores: Tensor, target: Tensor, allowed: Tensor, temperature: float = TEMPERATURE
) -> Tensor:
    """Returns HN-NCE: negatives that score high weigh more, by exp(beta score / temperature).

    Args:
        scores: (n, candidates) cosines.
        target: (n,) index of the right candidate.
        allowed: (n, candidates) which candidates are true negatives.
        temperature: divides the cosines.
    """
    right = scores.gather(1, target[:, None]).squeeze(1) / temperature
    negatives = scores.masked_fill(~allowed, -torch.inf)
    count = allowed.sum(1).clamp_min(1).log()
    # The sum of weight times exp(score) over the negatives, the weights' own sum divided out.
    hard = torch.logsumexp((1 + BETA) / temperature * negatives, 1)
    wrong = hard - torch.logsumexp(BETA / temperature * negatives, 1) + count
    return (torch.logaddexp(right + float(np.log(ALPHA)), wrong) - right).mean()


def published(scores: Float[Tensor, "n n"]) -> Tensor:
    """Returns HN-NCE of a batch as it was published."""
    return _direction(scores) + _direction(scores.T)


def as_coded(scores: Float[Tensor, "n n"]) -> Tensor:
    """Returns HN-NCE of a batch as its authors' program computes it; see the head of this file."""
    scaled, itself = scores / BATCH_TEMPERATURE, torch.eye(len(scores), dtype=torch.bool)
    negatives = scaled.masked_fill(itself, -torch.inf)
    sums = torch.logsumexp(BETA * negatives, 1)
    wrong = torch.logsumexp((1 + BETA) * negatives - sums[None, :], 1) + float(np.log(len(scores) - 1))
    right = scaled.diagonal()
    return (torch.logaddexp(right, wrong) - right).mean() + _direction(scores.T)


LOSSES: Mapping[str, Loss] = MappingProxyType({"as coded": as_coded, "as published": published})


def _direction(scores: Tensor) -> Tensor:
    places = torch.arange(len(scores))
    return hard_negative_loss(scores, places, places[:, None] != places, BATCH_TEMPERATURE)
