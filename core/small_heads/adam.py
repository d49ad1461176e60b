"""Adam in NumPy, for the small networks that people train on the page, too: no framework is loaded for them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

FIRST, SECOND, SMALLEST = np.float32(0.9), np.float32(0.999), 1e-8
"""How much of each moment stays at a step, and what keeps a quotient finite: those of Kingma and Ba 2015."""
BLOCK = 1 << 15
"""Numbers that are updated at a time: few enough for a processor's own cache, and so many that calls cost little."""


class Adam:
    """Takes steps down a gradient as `torch.optim.Adam` does (Kingma and Ba 2015).

    Both moments are kept as plain sums, without the factors 0.1 and 0.001 of the paper: these are multiplied out with
    the corrections of the first steps, so that each number is read and written as seldom as can be.

    Attributes:
        gradient: of the loss, of the shape of the values; filled before each step.
        rate: the learning rate, which may be changed between steps.

    Args:
        values: what is trained, in one piece of memory; changed in place.
    """

    def __init__(self, values: Float32[np.ndarray, "..."], rate: float) -> None:
        if not values.flags.c_contiguous:
            raise ValueError("the values must lie in one piece of memory")
        self.rate, self.gradient = rate, np.zeros_like(values)
        pieces = (values, self.gradient, np.zeros_like(values), np.zeros_like(values))
        room = np.empty(BLOCK, dtype=np.float32)
        self._blocks = []
        for start in range(0, values.size, BLOCK):
            block = [piece.reshape(-1)[start : start + BLOCK] for piece in pieces]
            self._blocks.append((*block, room[: block[0].size]))
        self._steps = 0

    def step(self) -> None:
        """Takes one step down the gradient."""
        self._steps += 1
        widened = ((1 - float(SECOND) ** self._steps) / (1 - float(SECOND))) ** 0.5
        share = np.float32(self.rate * (1 - float(FIRST)) / (1 - float(FIRST) ** self._steps) * widened)
        least = np.float32(SMALLEST * widened)
        for values, slope, first, second, room in self._blocks:
            np.multiply(first, FIRST, out=first)
            np.add(first, slope, out=first)
            np.multiply(slope, slope, out=room)
            np.multiply(second, SECOND, out=second)
            np.add(second, room, out=second)
            np.sqrt(second, out=room)
            np.add(room, least, out=room)
            np.divide(first, room, out=room)
            np.multiply(room, share, out=room)
            np.subtract(values, room, out=values)
