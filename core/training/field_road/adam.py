"""Adam in NumPy, for the small networks that people train on the page, too: no framework is loaded for them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

FIRST, SECOND, SMALLEST = 0.9, 0.999, 1e-8
"""How much of each moment stays at a step, and what keeps a quotient finite: those of Kingma and Ba 2015."""
BLOCK = 1 << 14
"""Numbers that are updated at a time: all that one step reads of them fits a processor's inner cache."""


class Adam:
    """Takes steps down a gradient as `torch.optim.Adam` does (Kingma and Ba 2015).

    Both moments are kept as plain sums, without the factors 0.1 and 0.001 of the paper: these are multiplied out with
    the corrections of the first steps, so that each number is read and written as seldom as can be.

    Attributes:
        rate: the learning rate, which may be changed between steps.

    Args:
        values: what is trained, in one piece; changed in place.
        rate: see above.
    """

    def __init__(self, values: Float32[np.ndarray, "..."], rate: float) -> None:
        self.rate = rate
        self._values = values.reshape(-1)
        if not np.shares_memory(self._values, values):
            raise ValueError("the values must lie in memory in one piece")
        self._first, self._second = np.zeros_like(self._values), np.zeros_like(self._values)
        self._room = np.empty(min(BLOCK, self._values.size), dtype=np.float32)
        self._steps = 0

    def step(self, gradient: Float32[np.ndarray, "..."]) -> None:
        """Takes one step.

        Args:
            gradient: of the loss, of the shape of the values.
        """
        self._steps += 1
        widened = np.sqrt((1 - SECOND**self._steps) / (1 - SECOND))
        share = np.float32(self.rate * (1 - FIRST) / (1 - FIRST**self._steps) * widened)
        least, slopes = np.float32(SMALLEST * widened), gradient.reshape(-1)
        for start in range(0, self._values.size, BLOCK):
            block = slice(start, start + BLOCK)
            first, second, slope = self._first[block], self._second[block], slopes[block]
            room = self._room[: slope.size]
            first *= np.float32(FIRST)
            first += slope
            second *= np.float32(SECOND)
            second += np.multiply(slope, slope, out=room)
            np.sqrt(second, out=room)
            room += least
            np.divide(first, room, out=room)
            room *= share
            self._values[block] -= room
