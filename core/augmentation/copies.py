"""Copies of a landscape: cropped, mirrored, recoloured, grey, blurred, or under another picture's sky."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from core.types import Picture

LONGEST = 384
SIDE = 300
STRANGE = ("grey", "blurred", "grey and square")
"""Copies by which settings are chosen: what unseen pictures may look like and no training picture does."""


def altered(picture: Picture, number: int) -> Picture:
    """Returns a copy of a picture, changed by chance; the same picture and number give the same copy.

    A crop of 50 to 100 % of the area, mirrored half of the time; brightness, contrast and saturation times 0.6
    to 1.4; grey half of the time; blurred half of the time by 0.5 to 2.5 pixels at the size of the encoder.
    """
    draw = np.random.default_rng([int(picture.digest[:12], 16), number])
    pixels = _tensor(picture)
    _, height, width = pixels.shape
    share, shape = draw.uniform(0.5, 1.0), np.exp(draw.uniform(-0.3, 0.3))
    high = min(height, round(height * np.sqrt(share / shape)))
    wide = min(width, round(width * np.sqrt(share * shape)))
    top, left = draw.integers(0, height - high + 1), draw.integers(0, width - wide + 1)
    pixels = functional.crop(pixels, int(top), int(left), max(high, 1), max(wide, 1))
    if draw.random() < 0.5:
        pixels = functional.horizontal_flip(pixels)
    for change in (functional.adjust_brightness, functional.adjust_contrast, functional.adjust_saturation):
        pixels = change(pixels, float(draw.uniform(0.6, 1.4)))
    if draw.random() < 0.5:
        pixels = functional.rgb_to_grayscale(pixels, num_output_channels=3)
    if draw.random() < 0.5:
        pixels = _blurred(pixels, float(draw.uniform(0.5, 2.5)))
    return _picture(picture, pixels)


def swapped(picture: Picture, other: Picture, number: int) -> Picture:
    """Returns a picture's ground under another picture's upper part, so that the ground alone tells the class.

    Roads of the training pictures lie under mountains and wide skies, fields do not; a head that learns so much
    takes every wide country for a road. The horizon is drawn from 35 to 55 % of the height, softly.

    Args:
        picture: gives the ground, and the digest.
        other: gives what stands above it; of the other class.
        number: which copy.
    """
    draw = np.random.default_rng([int(picture.digest[:12], 16), number])
    horizon, softness = draw.uniform(0.35, 0.55) * SIDE, draw.uniform(1.0, 6.0)
    ground, above = (functional.resize(_tensor(part), [SIDE, SIDE]).float() for part in (picture, other))
    share = torch.sigmoid((torch.arange(SIDE) - horizon) / softness)[None, :, None]
    return _picture(picture, (ground * share + above * (1 - share)).byte())


def strange(picture: Picture, kind: str) -> Picture:
    """Returns one of the copies by which settings are chosen, of a kind of `STRANGE`."""
    pixels = _tensor(picture)
    if "grey" in kind:
        pixels = functional.rgb_to_grayscale(pixels, num_output_channels=3)
    if "blurred" in kind:
        pixels = _blurred(pixels, 2.0)
    if "square" in kind:
        pixels = functional.center_crop(pixels, [min(pixels.shape[1:])] * 2)
    return _picture(picture, pixels)


def _tensor(picture: Picture) -> torch.Tensor:
    """Returns (3, height, width) bytes, the longest side at most 384."""
    pixels = torch.from_numpy(picture.pixels.copy()).permute(2, 0, 1)
    if max(pixels.shape) <= LONGEST:
        return pixels
    smaller: torch.Tensor = v2.Resize(size=None, max_size=LONGEST, antialias=True)(pixels)
    return smaller


def _blurred(pixels: torch.Tensor, sigma: float) -> torch.Tensor:
    """Blurs by `sigma` pixels of a picture whose longest side is 260."""
    spread = sigma * max(pixels.shape) / 260
    size = 2 * int(np.ceil(2.5 * spread)) + 1
    size = min(size, 2 * (min(pixels.shape[1:]) // 2) - 1)
    blurred: torch.Tensor = functional.gaussian_blur(pixels, [max(size, 1)] * 2, [spread] * 2)
    return blurred


def _picture(original: Picture, pixels: torch.Tensor) -> Picture:
    return replace(original, pixels=np.ascontiguousarray(pixels.permute(1, 2, 0).numpy()))
