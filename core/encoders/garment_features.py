"""What a garment looks like in detail: textures and colours at several depths of the image tower, at two scales.

A retrieval embedding of the last layer alone says "a shirt"; which shirt it is lies in the shallow blocks and in the
colours. A worn garment fills a third of its photo and a product shot all of it, so the whole picture and its
middle, enlarged, are both described.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float, UInt8
from torch import Tensor

from core.images import square

GRID = 9
CELL = 5
MIDDLE = (0.12, 0.15, 0.88, 0.78)
"""The part of a picture that is enlarged: left, top, right, bottom, as shares of width and height."""
LIGHT_BINS, SHADE_BINS = 7, 7
WIDTH = 5044
ID = "garment-features-1"
FINER_BLOCK = 4
PLACE_WIDTH = 1280 + 4 * 120
PLACES_ID = "garment-places-1"


def views(pixels: UInt8[np.ndarray, "height width 3"], size: int) -> UInt8[np.ndarray, "2 size size 3"]:
    """Returns the whole picture and its middle, each on a white square.

    Args:
        pixels: (height, width, 3) bytes, RGB.
        size: side of the squares in pixels.
    """
    height, width = pixels.shape[:2]
    left, top = int(MIDDLE[0] * width), int(MIDDLE[1] * height)
    right, bottom = max(left + 1, int(MIDDLE[2] * width)), max(top + 1, int(MIDDLE[3] * height))
    return np.stack([square(pixels, size), square(pixels[top:bottom, left:right], size)])


def describe(trunk: Any, pixels: Float[Tensor, "n 3 height width"]) -> Float[Tensor, "n 2522"]:
    """Returns mean and deviation, over a 9 x 9 grid, of what each place of a picture looks like.

    A place is described by the outputs of the tower's blocks 2 to 7 (with their deviation within the place for
    the two finest), by the mean and deviation of its colour, and by a histogram of its colours.

    Args:
        trunk: timm's EfficientNet.
        pixels: values in [-1, 1].
    """
    maps: list[Tensor] = []
    x = trunk.bn1(trunk.conv_stem(pixels))
    for depth, block in enumerate(trunk.blocks):
        x = block(x)
        if depth in (1, 2):
            maps.append(_mean_and_deviation(x))
        elif depth > 2:
            maps.append(functional.adaptive_avg_pool2d(x, GRID))
    colours, histogram = _colours((pixels + 1) / 2)
    places = torch.cat([*maps, colours, histogram.sqrt()], dim=1).flatten(2)
    return torch.cat([places.mean(2), places.std(2)], dim=1)


def _mean_and_deviation(x: Tensor) -> Tensor:
    mean = functional.adaptive_avg_pool2d(x, GRID)
    square_mean = functional.adaptive_avg_pool2d(x * x, GRID)
    return torch.cat([mean, (square_mean - mean * mean).clamp_min(0).sqrt()], dim=1)


def _colours(rgb: Tensor) -> tuple[Tensor, Tensor]:
    """Returns (n, 6, 9, 9) mean and deviation of CIELAB, and (n, 343, 9, 9) its joint histogram in each place."""
    lab = _lab(functional.adaptive_avg_pool2d(rgb, GRID * CELL))
    light = _shares(lab[:, 0], 0.0, 100.0, LIGHT_BINS)
    # Greys and pastels lie close together near 0: the square root gives them more bins.
    green_red, blue_yellow = (
        _shares(axis.sign() * axis.abs().sqrt(), -7.5, 7.5, SHADE_BINS) for axis in (lab[:, 1], lab[:, 2])
    )
    shade = (green_red[:, :, None] * blue_yellow[:, None]).flatten(1, 2)
    joint = (light[:, :, None] * shade[:, None]).flatten(1, 2)
    scaled = lab / lab.new_tensor([100.0, 50.0, 50.0])[:, None, None]
    return _mean_and_deviation(scaled), functional.avg_pool2d(joint, CELL)


def _lab(rgb: Tensor) -> Tensor:
    """Returns CIELAB (D65) of sRGB values in [0, 1]."""
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
    """Returns (n, bins, ...) how much of each value falls to each bin, shared between the two nearest."""
    place = ((values - low) / (high - low) * (bins - 1)).clamp(0, bins - 1)
    centres = torch.arange(bins, dtype=values.dtype).view(1, bins, 1, 1)
    return (1 - (place[:, None] - centres).abs()).clamp_min(0)


def batch_of(pictures: Sequence[UInt8[np.ndarray, "_ _ 3"]], size: int) -> Float[Tensor, "both 3 size size"]:
    """Returns the two views of each picture as the tower takes them, those of one picture beside each other."""
    squares = np.concatenate([views(pixels, size) for pixels in pictures])
    return torch.from_numpy(squares).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def describe_places(trunk: Any, pixels: Float[Tensor, "n 3 height width"]) -> Float[Tensor, "n 81 1760"]:
    """Returns what each place of a 9 x 9 grid looks like: the tower's last features, and its fifth block's.

    The fifth block sees places a quarter as large; the four that fall into one place stand side by side.

    Args:
        trunk: timm's EfficientNet.
        pixels: values in [-1, 1].
    """
    x = trunk.bn1(trunk.conv_stem(pixels))
    for depth, block in enumerate(trunk.blocks):
        x = block(x)
        if depth == FINER_BLOCK:
            finer = functional.interpolate(x, 2 * GRID, mode="bilinear", align_corners=False)
    last = trunk.bn2(trunk.conv_head(x))
    return torch.cat([last, functional.pixel_unshuffle(finer, 2)], dim=1).flatten(2).transpose(1, 2)
