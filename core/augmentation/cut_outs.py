"""What a studio photo shows, cut out of its pale ground, and images as arrays on the way to a picture."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Bool, Float, Real, UInt8

from core.digests import sha256_of_arrays
from core.types import Picture

TOLERANCES = (7, 24)
"""How far at least and at most, in 255 levels, a studio's background may stray from the colour of its border."""
FRINGE = 2
"""Pixels taken off a cut-out's edge, lest a pale rim give the box away."""
SMALLEST_SHARE = 0.12
Pixels = UInt8[np.ndarray, "height width 3"]
Mask = Bool[np.ndarray, "height width"]
CutOut = tuple[UInt8[np.ndarray, "tall broad 3"], Bool[np.ndarray, "tall broad"]]


def cut_out(pixels: Pixels) -> CutOut:
    """Returns a studio photo and the mask of what it shows, both cut to the mask's box.

    The background is what can be reached from the border without leaving the border's colour. Where hardly
    anything is left (white on white), the whole photo counts.
    """
    smooth = resized(
        resized(pixels, pixels.shape[1] // 2 or 1, pixels.shape[0] // 2 or 1), *pixels.shape[1::-1]
    )
    border = np.concatenate([smooth[0], smooth[:, 0], smooth[:, -1]])
    strays = np.abs(border - np.median(border, axis=0)).max(axis=1)
    tolerance = np.clip(4 + 2 * np.median(strays), *TOLERANCES)
    near = np.abs(smooth - np.median(border, axis=0)).max(axis=2) <= tolerance
    background = _reached(near)
    for _ in range(FRINGE):
        background |= _grown(background)
    mask = ~background
    if mask.mean() < SMALLEST_SHARE:
        mask = np.ones_like(mask)
    return boxed(pixels, mask)


def boxed(pixels: Pixels, mask: Mask, smallest: int = 1) -> CutOut:
    """Returns both cut to the mask's box; as they are where it shows fewer rows or columns than `smallest`."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if min(len(rows), len(columns)) < smallest:
        return pixels, mask
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return pixels[part], mask[part]


def _reached(near: Mask) -> Mask:
    """Returns the pixels that a flood from the top and the sides reaches; the bottom may cut a person off."""
    reached = np.zeros_like(near)
    reached[0], reached[:, 0], reached[:, -1] = near[0], near[:, 0], near[:, -1]
    count = -1
    while np.count_nonzero(reached) != count:
        count = int(np.count_nonzero(reached))
        for _ in range(8):
            reached = _grown(reached) & near
    return reached


def _grown(mask: Mask) -> Mask:
    """Returns the mask with its neighbours above, below, left and right."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    return grown


def resized(
    values: Real[np.ndarray, "height width channels"], width: int, height: int
) -> Float[np.ndarray, "h w channels"]:
    """Returns an image (rows, columns, channels) of another size, smoothed before it is made smaller."""
    tensor = torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).permute(2, 0, 1)[None]
    small = functional.interpolate(tensor, (height, width), mode="bilinear", antialias=True)
    return np.asarray(small[0].permute(1, 2, 0).numpy())


def pictured(canvas: Float[np.ndarray, "height width 3"]) -> Picture:
    """Returns levels of 0 to 255, cut off beyond, as a picture that no file holds."""
    pixels = np.clip(canvas, 0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    return Picture(pixels, (width, height), sha256_of_arrays(pixels))
