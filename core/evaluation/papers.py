"""Papers, lights and inks on which a drawing may reach us: what a scanner or a phone makes of dark ink on white.

They are made from a clean drawing by arithmetic, so that the same drawing can be measured on each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from jaxtyping import Float32, UInt8

Pixels = UInt8[np.ndarray, "height width 3"]
KRAFT = (0.76, 0.62, 0.45)
GREY = 160 / 255
FRAME = 0.06


def _grain(pixels: Pixels, strength: float) -> np.ndarray:
    """Returns the paper's fibres, the same for the same size of picture."""
    height, width = pixels.shape[:2]
    return np.random.default_rng(0).normal(0, strength, (height, width, 1)).astype(np.float32)


def _lit(pixels: Pixels, light: np.ndarray | float, grain: float = 0.01) -> Pixels:
    reflected: Float32[np.ndarray, "height width 3"] = pixels.astype(np.float32) / 255
    seen = reflected * np.asarray(light, dtype=np.float32) + _grain(pixels, grain)
    return np.asarray(np.clip(np.rint(seen * 255), 0, 255).astype(np.uint8))


def _across(pixels: Pixels) -> np.ndarray:
    return np.linspace(0, 1, pixels.shape[1], dtype=np.float32)[None, :, None]


def grey(pixels: Pixels) -> Pixels:
    """Grey paper, level 160 of 255."""
    return _lit(pixels, GREY)


def kraft(pixels: Pixels) -> Pixels:
    """Brown wrapping paper with visible fibres."""
    return _lit(pixels, np.array(KRAFT), 0.03)


def shaded(pixels: Pixels) -> Pixels:
    """White paper lit from the left: the right side gets 45 % of the light."""
    return _lit(pixels, 1 - 0.55 * _across(pixels))


def shadow(pixels: Pixels) -> Pixels:
    """A hand's shadow over the lower right: 60 % of the light, with an edge a twentieth of the picture wide."""
    down = np.linspace(0, 1, pixels.shape[0], dtype=np.float32)[:, None, None]
    inside = np.clip((_across(pixels) + down - 1.1) * 20, 0, 1)
    return _lit(pixels, 0.92 - 0.37 * inside)


def framed(pixels: Pixels) -> UInt8[np.ndarray, "_ _ 3"]:
    """The black frame of a scanner around the sheet."""
    height, width = pixels.shape[:2]
    wide = max(1, round(FRAME * max(height, width)))
    sheet = np.full((height + 2 * wide, width + 2 * wide, 3), 8, dtype=np.uint8)
    sheet[wide:-wide, wide:-wide] = pixels
    return sheet


def inverted(pixels: Pixels) -> Pixels:
    """Chalk on a blackboard."""
    return _lit(255 - np.asarray(pixels * 0.85 + 255 * 0.15 * 0.6, dtype=np.float32).astype(np.uint8), 1.0)


def faint(pixels: Pixels) -> Pixels:
    """A pencil: strokes keep a third of their ink, on paper that is not quite white."""
    return _lit(np.asarray(255 - (255 - pixels.astype(np.float32)) / 3).astype(np.uint8), 0.9)


PAPERS: MappingProxyType[str, Callable[[Pixels], Pixels]] = MappingProxyType(
    {
        "grey": grey,
        "kraft": kraft,
        "shaded": shaded,
        "shadow": shadow,
        "framed": framed,
        "inverted": inverted,
        "faint": faint,
    }
)
"""What is measured: name -> how a drawing looks there."""
