"""The description of a garment in torch's own operators and in float64, as a judge of the one in NumPy."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from core.encoders.garment_features import CELL, GRID, LIGHT_BINS, SHADE_BINS
from core.encoders.runtimes import TowerMaps


def described(maps: TowerMaps, pixels: np.ndarray) -> np.ndarray:
    """Returns what `core.encoders.garment_features.describe` should."""
    blocks = [torch.from_numpy(block).double() for block in maps.blocks]
    grids = [_mean_and_deviation(block) for block in blocks[:2]]
    grids += [functional.adaptive_avg_pool2d(block, GRID) for block in blocks[2:]]
    colours, histogram = _colours((torch.from_numpy(pixels).double() + 1) / 2)
    places = torch.cat([*grids, colours, histogram.sqrt()], dim=1).flatten(2)
    return torch.cat([places.mean(2), places.std(2)], dim=1).numpy()


def places(maps: TowerMaps) -> np.ndarray:
    """Returns what `core.encoders.garment_features.describe_places` should."""
    finer = functional.interpolate(
        torch.from_numpy(maps.blocks[3]), 2 * GRID, mode="bilinear", align_corners=False
    )
    last = torch.from_numpy(maps.last)
    both = torch.cat([last, functional.pixel_unshuffle(finer, 2)], dim=1)
    return both.flatten(2).transpose(1, 2).numpy()


def _mean_and_deviation(x: Tensor) -> Tensor:
    mean = functional.adaptive_avg_pool2d(x, GRID)
    square_mean = functional.adaptive_avg_pool2d(x * x, GRID)
    return torch.cat([mean, (square_mean - mean * mean).clamp_min(0).sqrt()], dim=1)


def _colours(rgb: Tensor) -> tuple[Tensor, Tensor]:
    lab = _lab(functional.adaptive_avg_pool2d(rgb, GRID * CELL))
    light = _shares(lab[:, 0], 0.0, 100.0, LIGHT_BINS)
    reds, yellows = (
        _shares(axis.sign() * axis.abs().sqrt(), -7.5, 7.5, SHADE_BINS) for axis in (lab[:, 1], lab[:, 2])
    )
    shade = (reds[:, :, None] * yellows[:, None]).flatten(1, 2)
    joint = (light[:, :, None] * shade[:, None]).flatten(1, 2)
    scaled = lab / lab.new_tensor([100.0, 50.0, 50.0])[:, None, None]
    return _mean_and_deviation(scaled), functional.avg_pool2d(joint, CELL)


def _lab(rgb: Tensor) -> Tensor:
    linear = torch.where(rgb > 0.04045, ((rgb.clamp_min(0) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    matrix = rgb.new_tensor(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    white = rgb.new_tensor([0.95047, 1.0, 1.08883])[:, None, None]
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear) / white
    f = torch.where(xyz > 0.008856, xyz.clamp_min(1e-6) ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], dim=1)


def _shares(values: Tensor, low: float, high: float, bins: int) -> Tensor:
    place = ((values - low) / (high - low) * (bins - 1)).clamp(0, bins - 1)
    centres = torch.arange(bins, dtype=values.dtype).view(1, bins, 1, 1)
    return (1 - (place[:, None] - centres).abs()).clamp_min(0)
