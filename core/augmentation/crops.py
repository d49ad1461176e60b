"""Photos as other photographers might have framed them: mirrored, or a part of them, now and then mirrored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from core.augmentation.cut_outs import pictured
from core.images import open_picture
from core.types import Box, Picture

SMALLEST, LARGEST = 0.45, 0.9
"""The share of a photo's area that a crop shows."""
STRETCH = 0.15
"""The logarithm of how much higher, or wider, than the photo a crop may be in its proportions."""
CROPS = 3


def mirrored(path: Path, _: Box | None = None) -> Picture:
    """Returns a photo with left and right exchanged."""
    return _picture_of(open_picture(path).pixels[:, ::-1])


def cropped(path: Path, _: Box | None = None, *, number: int) -> Picture:
    """Returns a part of a photo; which one depends on the file's name and the number alone."""
    seed = hashlib.sha256(f"{path.name} crop{number}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    draw, pixels = np.random.default_rng(int(seed, 16)), open_picture(path).pixels
    height, width = pixels.shape[:2]
    side, stretch = np.sqrt(draw.uniform(SMALLEST, LARGEST)), np.exp(draw.uniform(-STRETCH, STRETCH))
    high = min(height, max(1, int(height * side * stretch)))
    wide = min(width, max(1, int(width * side / stretch)))
    top, left = draw.integers(0, height - high + 1), draw.integers(0, width - wide + 1)
    part = pixels[top : top + high, left : left + wide]
    return _picture_of(part[:, ::-1] if draw.random() < 0.5 else part)


def _picture_of(pixels: UInt8[np.ndarray, "height width 3"]) -> Picture:
    return pictured(pixels.astype(np.float32))


VIEWS: Mapping[str, Callable[[Path, Box | None], Picture]] = {
    "mirror": mirrored,
    **{f"crop {number}": partial(cropped, number=number) for number in range(1, CROPS + 1)},
}
"""Name of each view -> what makes it of a file."""
