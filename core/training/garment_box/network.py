"""The box head while it is trained; `core.heads.garment_box` answers with the same weights in NumPy."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor, nn

from core.heads.garment_box import GRID, WIDTH


class BoxNetwork(nn.Module):
    """From projected places, of so many channels, to left, top, right and bottom, in shares of the picture."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(channels, WIDTH, 1)
        self.position = nn.Parameter(torch.zeros(1, WIDTH, GRID, GRID))
        self.near = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        self.far = nn.Conv2d(WIDTH, WIDTH, 3, padding=2, dilation=2)
        self.drop = nn.Dropout2d(0.1)
        self.line = nn.ModuleList(nn.Conv1d(2 * WIDTH, WIDTH, 3, padding=1) for _ in range(2))
        self.edges = nn.ModuleList(nn.Conv1d(WIDTH, 4, 1) for _ in range(2))

    def forward(self, grid: Float[Tensor, "n c 9 9"]) -> Float[Tensor, "n 4"]:
        """Returns the boxes; left <= right and top <= bottom."""
        x = torch.relu(self.enter(grid) + self.position)
        x = self.drop(x + torch.relu(self.near(x)))
        x = x + torch.relu(self.far(x))
        across = self._pair(torch.cat([x.mean(2), x.amax(2)], dim=1), 0)
        down = self._pair(torch.cat([x.mean(3), x.amax(3)], dim=1), 1)
        return torch.stack([across[:, 0], down[:, 0], across[:, 1], down[:, 1]], dim=1)

    def _pair(self, line: Float[Tensor, "n c 9"], axis: int) -> Float[Tensor, "n 2"]:
        values = self.edges[axis](torch.relu(self.line[axis](line)))
        likely, within = values[:, :2].softmax(2), values[:, 2:].sigmoid()
        cells = torch.arange(GRID, dtype=line.dtype)
        edges: Tensor = ((likely * (cells + within)).sum(2) / GRID).sort(dim=1).values
        return edges


def as_grid(rows: Float32[np.ndarray, "n 81 c"]) -> Float[Tensor, "n c 9 9"]:
    """Returns projected places as the network takes them."""
    return torch.from_numpy(rows).transpose(1, 2).reshape(len(rows), -1, GRID, GRID)
