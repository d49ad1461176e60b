"""The box head: proposes where the garment is, from the image tower's map of a whole picture.

Each edge is a mean over the nine columns, or rows, of the map, weighted by how likely the edge lies there (as in
generalised focal loss, Li et al. 2020), so that it need not lie on the grid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor, nn

from core.contracts import PlaceEncoder
from core.fitting import fitting
from core.store import load_artifact
from core.types import Box, Picture

KIND = "garment_box"
WIDTH = 64
GRID = 9
"""Places of the tower's map across a picture, and down it."""
SMALLEST_SHARE = 0.02
"""A proposed box is at least this share of the picture wide and high."""


class BoxNetwork(nn.Module):
    """From projected places to left, top, right and bottom, in shares of the picture.

    Args:
        channels: size of a projected place.
    """

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


def projected(
    rows: Float32[np.ndarray, "n 81 w"], mean: Float32[np.ndarray, " w"], weight: Float32[np.ndarray, "w c"]
) -> Float32[np.ndarray, "n 81 c"]:
    """Returns the places in fewer channels, each of deviation about 1."""
    return np.asarray((rows - mean) @ weight, dtype=np.float32)


def as_grid(rows: Float32[np.ndarray, "n 81 c"]) -> Float[Tensor, "n c 9 9"]:
    """Returns projected places as the network takes them."""
    return torch.from_numpy(rows).transpose(1, 2).reshape(len(rows), -1, GRID, GRID)


class GarmentBoxHead:
    """Proposes the box of a garment; thread-safe.

    Args:
        folder: what `core.training.garment_box` wrote.
        models: role -> id of the models in use, "towers" and "places"; those that the head was trained on.

    Attributes:
        id: names these weights.

    Raises:
        ArtifactError: the weights are missing, damaged, or were trained on other features.
    """

    def __init__(self, folder: Path, models: Mapping[str, str]) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models=models)
        values = {name: array.astype(np.float32) for name, array in tensors.items()}
        with fitting(folder, tensors):
            self._mean, self._weight = values.pop("mean"), values.pop("projection")
            self._network = BoxNetwork(self._weight.shape[1]).eval().requires_grad_(False)
            self._network.load_state_dict({name: torch.from_numpy(array) for name, array in values.items()})
            if self._mean.shape != self._weight.shape[:1]:
                raise ValueError(f"mean {self._mean.shape} and projection {self._weight.shape} differ")
        self.id = f"garment-box-{self.manifest.tensors_sha256[:12]}"

    def shares(self, rows: Float32[np.ndarray, "n 81 w"]) -> Float32[np.ndarray, "n 4"]:
        """Returns left, top, right and bottom in shares of the picture, for the tower's places."""
        with torch.inference_mode():
            edges: Tensor = self._network(as_grid(projected(rows, self._mean, self._weight)))
        return edges.numpy()

    def propose(self, towers: PlaceEncoder, pictures: Sequence[Picture]) -> list[Box]:
        """Returns the proposed box of each picture, in pixels of its upright original.

        Args:
            towers: what describes the places of a picture.
            pictures: whole pictures.
        """
        shares = self.shares(towers.garment_places(pictures))
        return [
            in_pixels(edges, picture.original_size) for edges, picture in zip(shares, pictures, strict=True)
        ]


def in_pixels(edges: Float[np.ndarray, " 4"], size: tuple[int, int]) -> Box:
    """Returns a box in whole pixels of a picture, inside it and not too thin.

    The tower sees a picture beyond 2:1 padded to 2:1 (see `core.images.fitted`); the padding is taken off here.

    Args:
        edges: left, top, right, bottom in shares of what the tower saw.
        size: (width, height) of the upright original in pixels.
    """
    sides = []
    for axis, (length, other) in enumerate(((size[0], size[1]), (size[1], size[0]))):
        seen = max(length, -(-other // 2))
        start = (seen - length) // 2
        least = max(1, round(SMALLEST_SHARE * length))
        low = min(max(round(float(edges[axis]) * seen) - start, 0), length - least)
        high = min(max(round(float(edges[axis + 2]) * seen) - start, low + least), length)
        sides.append((low, high))
    (x0, x1), (y0, y1) = sides
    return Box(float(x0), float(y0), float(x1), float(y1))
