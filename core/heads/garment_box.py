"""The box head: proposes where the garment is, from the image tower's map of a whole picture.

Each edge is a mean over the nine columns, or rows, of the map, weighted by how likely the edge lies there (as in
generalised focal loss, Li et al. 2020), so that it need not lie on the grid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32

from core.blend import dot_products, softmax
from core.contracts import PlaceEncoder
from core.fitting import fitting
from core.heads.layers import relu, sigmoid, tensor_of
from core.store import load_artifact
from core.types import Box, Picture

KIND = "garment_box"
WIDTH = 64
GRID = 9
"""Places of the tower's map across a picture, and down it."""
SMALLEST_SHARE = 0.02
"""A proposed box is at least this share of the picture wide and high."""


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution that keeps the size of what it reads, along one axis or two.

    Attributes:
        weight: (taps, in, out), the taps in the order of `steps`.
        bias: (out,).
        steps: how far each tap looks along each axis.
    """

    weight: Float32[np.ndarray, "taps in out"]
    bias: Float32[np.ndarray, " out"]
    steps: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls,
        tensors: Mapping[str, np.ndarray],
        name: str,
        fed: int,
        size: int,
        kernel: tuple[int, ...],
        far: int = 1,
    ) -> Convolution:
        """Returns the convolution that an artefact holds as `NAME.weight` (out, in, *kernel) and `NAME.bias`.

        Args:
            tensors: of the artefact.
            name: of the layer.
            fed: channels that go in.
            size: channels that come out.
            kernel: taps along each axis, an odd number.
            far: places from one tap to the next.

        Raises:
            KeyError: a tensor is missing.
            ValueError: a tensor has another shape.
        """
        weight = tensor_of(tensors, f"{name}.weight", size, fed, *kernel)
        taps = np.ascontiguousarray(weight.reshape(size, fed, -1).transpose(2, 1, 0))
        steps = tuple(
            tuple(far * (i - k // 2) for i, k in zip(at, kernel, strict=True)) for at in np.ndindex(*kernel)
        )
        return cls(taps, tensor_of(tensors, f"{name}.bias", size), steps)

    def __call__(self, maps: Float32[np.ndarray, "n *places in"]) -> Float32[np.ndarray, "n *places out"]:
        """Returns what it makes of maps; beyond their edges it reads 0."""
        places = maps.shape[1:-1]
        edge = max(abs(step) for at in self.steps for step in at)
        wide = np.pad(maps, ((0, 0), *((edge, edge) for _ in places), (0, 0)))
        total = np.zeros((*maps.shape[:-1], len(self.bias)), dtype=np.float32)
        for weight, at in zip(self.weight, self.steps, strict=True):
            seen = tuple(
                slice(edge + step, edge + step + size) for step, size in zip(at, places, strict=True)
            )
            total += wide[(slice(None), *seen)] @ weight
        return np.asarray(total + self.bias)


@dataclass(frozen=True, slots=True, eq=False)
class PlaceNetwork:
    """From projected places to left, top, right and bottom; `core.training.garment_box.network` trains it.

    Attributes:
        enter: to fewer channels.
        position: (9, 9, channels) what each place adds.
        near: looks at the neighbours of a place.
        far: looks at those two places away.
        line: for columns and for rows, looks along them.
        edges: for columns and for rows, gives how likely either edge lies there, and where within.
    """

    enter: Convolution
    position: Float32[np.ndarray, "9 9 c"]
    near: Convolution
    far: Convolution
    line: tuple[Convolution, Convolution]
    edges: tuple[Convolution, Convolution]

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], channels: int) -> PlaceNetwork:
        """Returns the network that an artefact holds.

        Args:
            tensors: of the artefact.
            channels: size of a projected place.

        Raises:
            KeyError: a tensor is missing.
            ValueError: a tensor has another shape.
        """
        position = tensor_of(tensors, "position", 1, WIDTH, GRID, GRID)
        across, down = (Convolution.of(tensors, f"line.{i}", 2 * WIDTH, WIDTH, (3,)) for i in range(2))
        columns, rows = (Convolution.of(tensors, f"edges.{i}", WIDTH, 4, (1,)) for i in range(2))
        return cls(
            Convolution.of(tensors, "enter", channels, WIDTH, (1, 1)),
            position[0].transpose(1, 2, 0),
            Convolution.of(tensors, "near", WIDTH, WIDTH, (3, 3)),
            Convolution.of(tensors, "far", WIDTH, WIDTH, (3, 3), far=2),
            (across, down),
            (columns, rows),
        )

    def __call__(self, rows: Float32[np.ndarray, "n 81 c"]) -> Float32[np.ndarray, "n 4"]:
        """Returns the boxes, in shares of the picture; left <= right and top <= bottom."""
        x = relu(self.enter(rows.reshape(len(rows), GRID, GRID, rows.shape[2])) + self.position)
        x = x + relu(self.near(x))
        x = x + relu(self.far(x))
        across, down = (
            self._pair(np.concatenate([x.mean(axis=1 + i), x.max(axis=1 + i)], axis=2), i) for i in range(2)
        )
        return np.stack([across[:, 0], down[:, 0], across[:, 1], down[:, 1]], axis=1).astype(np.float32)

    def _pair(self, line: Float32[np.ndarray, "n 9 c"], axis: int) -> Float[np.ndarray, "n 2"]:
        """Returns the first and the second edge along an axis."""
        values = self.edges[axis](relu(self.line[axis](line))).transpose(0, 2, 1)
        likely, within = softmax(values[:, :2]), sigmoid(values[:, 2:])
        return np.sort((likely * (np.arange(GRID) + within)).sum(axis=2) / GRID, axis=1)


def projected(
    rows: Float32[np.ndarray, "n 81 w"], mean: Float32[np.ndarray, " w"], weight: Float32[np.ndarray, "w c"]
) -> Float32[np.ndarray, "n 81 c"]:
    """Returns the places in fewer channels, each of deviation about 1."""
    # One place at a time: a matrix product of this size takes several threads, which costs more where others compute.
    return np.asarray(dot_products(rows - mean, np.ascontiguousarray(weight.T)), dtype=np.float32)


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
        with fitting(folder, tensors):
            self._mean = tensor_of(tensors, "mean", None)
            self._weight = tensor_of(tensors, "projection", len(self._mean), None)
            self._places = PlaceNetwork.of(tensors, self._weight.shape[1])
        self.id = f"garment-box-{self.manifest.tensors_sha256[:12]}"

    def shares(self, rows: Float32[np.ndarray, "n 81 w"]) -> Float32[np.ndarray, "n 4"]:
        """Returns left, top, right and bottom in shares of the picture, for the tower's places."""
        return self._places(projected(rows, self._mean, self._weight))

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
