"""Line drawings as tensors of ink, and the changes that leave them the same thing: bent, moved, thicker, cut."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import UInt8
from torch import Tensor

TURN = 0.3
SCALE = (0.8, 1.25)
STRETCH = 0.16
SHEAR = 0.2
SHIFT = 0.12
THICKER, MUCH_THICKER = 0.4, 0.12
ERASED = 0.3
PALEST = 0.6
EDGE = 8.0
"""How hard the edge of an enlarged stroke is: slope of the sigmoid over its grey."""


def as_ink(bytes_of_ink: UInt8[np.ndarray, "n side side"], size: int) -> Tensor:
    """Returns (n, 1, size, size) ink in [0, 1]; small drawings get back the sharp edges that enlarging blurs."""
    ink = torch.from_numpy(bytes_of_ink).float().div(255)[:, None]
    side = ink.shape[-1]
    if side == size:
        return ink
    resized = functional.interpolate(ink, size=size, mode="bicubic", antialias=True)
    return torch.sigmoid((resized - 0.5) * EDGE) if side < size // 2 else resized.clamp(0, 1)


def changed(ink: Tensor) -> Tensor:
    """Returns drawings as other hands would have put them on paper; draws from torch's global generator.

    Turned up to 17 degrees, mirrored, scaled, stretched, sheared and moved; some strokes thicker, some paler, and
    from some a rectangle erased.

    Args:
        ink: (n, 1, size, size) in [0, 1].
    """
    count, size = len(ink), ink.shape[-1]
    moved = functional.grid_sample(
        ink, functional.affine_grid(_maps(count), list(ink.shape), align_corners=False), align_corners=False
    )
    chance = torch.rand(count)[:, None, None, None]
    for share in (THICKER, MUCH_THICKER):
        moved = torch.where(chance < share, functional.max_pool2d(moved, 3, 1, 1), moved)
    for i in torch.nonzero(torch.rand(count) < ERASED).flatten().tolist():
        wide, high = torch.randint(size // 6, size // 3, (2,)).tolist()
        left, top = torch.randint(0, size - size // 3, (2,)).tolist()
        moved[i, :, top : top + high, left : left + wide] = 0
    return moved * torch.empty(count, 1, 1, 1).uniform_(PALEST, 1.0)


def _maps(count: int) -> Tensor:
    """Returns (n, 2, 3) random affine maps."""

    def between(low: float, high: float) -> Tensor:
        return torch.empty(count).uniform_(low, high)

    angle, wide = between(-TURN, TURN), between(*SCALE)
    high, shear = wide * between(1 - STRETCH, 1 + STRETCH), between(-SHEAR, SHEAR)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    cosine, sine = angle.cos(), angle.sin()
    first = torch.stack([wide * cosine * mirror, shear - high * sine, between(-SHIFT, SHIFT)], 1)
    second = torch.stack([wide * sine * mirror, high * cosine, between(-SHIFT, SHIFT)], 1)
    return torch.stack([first, second], 1)
