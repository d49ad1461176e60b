"""How every head goes down the gradient of its loss: an optimiser with its schedule, and shuffled batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, OneCycleLR
from tqdm import tqdm


@dataclass(frozen=True, slots=True)
class Descent:
    """Takes steps down the gradient of a loss.

    Attributes:
        optimiser: holds the parameters.
        schedule: of its learning rate; None for a rate that stays.
    """

    optimiser: torch.optim.Optimizer
    schedule: LRScheduler | None = None

    @classmethod
    def cosine(cls, optimiser: torch.optim.Optimizer, steps: int) -> Descent:
        """Returns a descent whose rate falls to 0 along a cosine."""
        return cls(optimiser, CosineAnnealingLR(optimiser, steps))

    @classmethod
    def one_cycle(
        cls, parameters: Iterable[Any], rate: float, steps: int, *, warm_up: float, decay: float = 0.0
    ) -> Descent:
        """Returns AdamW with a rate that rises to `rate` and falls again (Smith and Topin 2019).

        Args:
            parameters: what is trained, or groups of it, which may name a decay of their own.
            rate: the highest learning rate.
            steps: how many there will be.
            warm_up: the share of the steps in which the rate rises.
            decay: of the weights.
        """
        optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=decay)
        return cls(optimiser, OneCycleLR(optimiser, rate, total_steps=steps, pct_start=warm_up))

    def step(self, loss: Tensor) -> None:
        """Takes one step."""
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        if self.schedule is not None:
            self.schedule.step()


def batches_of(count: int, size: int) -> int:
    """Returns how many batches of at most `size` a pass over `count` rows takes."""
    return -(-count // size)


def shuffled(
    count: int, batches: int, epochs: int, random: np.random.Generator, name: str
) -> Iterator[Int[np.ndarray, " batch"]]:
    """Yields the rows of each batch of every epoch, each epoch in an order of its own.

    Args:
        count: how many rows there are.
        batches: how many batches an epoch has.
        epochs: passes over the rows.
        random: draws the orders.
        name: shown with the progress.
    """
    with tqdm(total=epochs * batches, desc=name, unit="step", mininterval=1.0) as bar:
        for _ in range(epochs):
            for rows in np.array_split(random.permutation(count), batches):
                yield rows
                bar.update()
