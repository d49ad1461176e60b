"""Catalogue photos as other eyes see them: in another cut and colour, without the person, and in other places.

A catalogue shows most trousers on a man with shoes, and most shorts alone. What learns from its photos as they are
knows the kinds of clothes by such company; what learns from these views, too, must look at the garment.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32

from core.augmentation.cut_outs import CutOut, Mask, Pixels, boxed, cut_out, pictured, resized
from core.images import open_picture
from core.types import Picture

LOWER = frozenset(
    ("Trousers", "Jeans", "Track Pants", "Shorts", "Skirts", "Leggings", "Capris", "Churidar", "Tights")
)
LONG = frozenset(("Dresses", "Kurtas", "Kurtis", "Tunics", "Sarees", "Kurta Sets"))
SIDE, WIDEST = 260, 420


def on_paper(path: Path) -> Picture:
    """Returns what a photo shows, cut closer above and below, in other colours and proportions."""
    random, (pixels, mask) = _seeded("on paper", path), cut_out(open_picture(path).pixels)
    top, bottom = random.uniform(0, 0.22), random.uniform(0, 0.15)
    return _printed(*_part(pixels, mask, top, bottom), random)


def alone(path: Path, kind: str) -> Picture:
    """Returns the garment of a photo with little of the person who wears it: skin, head and feet are left out.

    Args:
        path: the photo.
        kind: of product, as the catalogue names it; it tells where on the body to look.
    """
    random, (pixels, mask) = _seeded("alone", path), cut_out(open_picture(path).pixels)
    bare = _skin(pixels) & mask
    top, bottom = _body(bare, kind, random)
    spread = _spread(bare)
    # A garment of the colour of skin stays, and sometimes the skin does.
    if bare.mean() < 0.35 and spread.sum() < 0.45 * mask.sum() and random.random() < 0.85:
        mask = mask & ~spread
    return _printed(*_part(pixels, mask, top, bottom), random)


def _seeded(view: str, path: Path) -> np.random.Generator:
    digest = hashlib.sha256(f"{view}:{path.name}".encode()).hexdigest()
    return np.random.default_rng(int(digest[:16], 16))


def _body(bare: Mask, kind: str, random: np.random.Generator) -> tuple[float, float]:
    """Returns the shares of the height above and below that show other things than the garment."""
    height, width = bare.shape
    face = bare[: int(0.22 * height)].mean() > 0.03
    if kind in LOWER:
        worn = height > 1.2 * width or bare[int(0.3 * height) :].mean() > 0.014
        if not worn:
            return 0.0, 0.0
        short = kind in ("Shorts", "Skirts")
        return random.uniform(0.08, 0.16), random.uniform(0.05, 0.3) if short else random.uniform(0.06, 0.12)
    if not face:
        return 0.0, 0.0
    return random.uniform(0.17, 0.26), 0.0 if kind in LONG else random.uniform(0.04, 0.14)


def _skin(pixels: Pixels) -> Mask:
    """Tells which pixels have the colour of skin (bounds on Cb and Cr after Chai and Ngan 1999, widened)."""
    red, green, blue = (pixels[..., channel].astype(np.float32) for channel in range(3))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    cr, cb = (red - light) * 0.713 + 128, (blue - light) * 0.564 + 128
    tone = (cr > 138) & (cr < 178) & (cb > 80) & (cb < 125)
    return np.asarray(tone & (red > 60) & (red > green) & (green > 0.95 * blue))


def _spread(mask: Mask) -> Mask:
    """Returns a mask with everything within two pixels of it."""
    return np.asarray(functional.max_pool2d(torch.from_numpy(mask)[None].float(), 5, 1, 2)[0].bool().numpy())


def _part(pixels: Pixels, mask: Mask, top: float, bottom: float) -> CutOut:
    """Takes shares of the height away above and below, then cuts to what the mask shows."""
    height = len(mask)
    rows = np.s_[int(height * top) : height - int(height * bottom)]
    return boxed(pixels[rows], mask[rows], smallest=9)


def _printed(pixels: Pixels, mask: Mask, random: np.random.Generator) -> Picture:
    """Lays a cut-out on pale ground: mirrored or not, in other colours, softer, narrower or wider."""
    values = pixels.astype(np.float32)
    if random.random() < 0.6:
        values = _dyed(values, random)
    height, width = mask.shape
    if random.random() < 0.6:
        less = random.uniform(1.5, 3.0)
        small = resized(values, max(8, int(width / less)), max(8, int(height / less)))
        values = resized(small, width, height)
    values = (values - 128) * random.uniform(0.7, 1.3) + 128 + random.uniform(-25, 25)
    wide = max(20, int(SIDE * width / height * np.exp(random.uniform(-0.3, 0.3))))
    high = SIDE if wide <= WIDEST else max(20, SIDE * WIDEST // wide)
    laid = resized(np.dstack([np.clip(values, 0, 255), mask * 255.0]), min(wide, WIDEST), high)
    if random.random() < 0.5:
        laid = laid[:, ::-1]
    left, right, above, below = (int(random.uniform(0.02, 0.18) * max(laid.shape[:2])) for _ in range(4))
    ground, opaque = random.uniform(225, 255), laid[..., 3:] / 255
    shown = np.pad(
        opaque * laid[..., :3] + (1 - opaque) * ground,
        ((above, below), (left, right), (0, 0)),
        constant_values=ground,
    )
    return pictured(shown)


def _dyed(values: Float32[np.ndarray, "h w 3"], random: np.random.Generator) -> np.ndarray:
    """Turns all hues by the same angle about the axis of greys, and makes them stronger or weaker."""
    angle, strength = random.uniform(0, 2 * np.pi), random.uniform(0.3, 1.6)
    grey = values.mean(axis=-1, keepdims=True)
    off = values - grey
    across = off[..., [2, 0, 1]] - off[..., [1, 2, 0]]
    return np.asarray(grey + strength * (np.cos(angle) * off + np.sin(angle) / np.sqrt(3) * across))
