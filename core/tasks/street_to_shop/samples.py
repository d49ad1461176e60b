"""Samples of cloth, drawn: what a named colour or pattern looks like to a model that reads no words."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import numpy as np
from jaxtyping import Bool, Float

from core.types import Picture

COLOURS = {
    "black": (25, 25, 28), "white": (245, 245, 245), "grey": (128, 128, 128), "beige": (222, 203, 170),
    "brown": (110, 70, 40), "red": (200, 30, 35), "orange": (240, 130, 30), "yellow": (245, 210, 50),
    "green": (40, 130, 60), "olive": (105, 105, 45), "teal": (0, 120, 125), "blue": (45, 95, 190),
    "navy": (28, 36, 80), "purple": (110, 50, 140), "pink": (240, 150, 180),
}  # fmt: skip
"""The colours that a caption may name, as red, green and blue."""
PATTERNS = ("plain", "striped", "checked", "dotted", "floral")
OTHER_WORDS = {
    "navy blue": "navy", "light blue": "blue", "sky blue": "blue", "dark blue": "navy", "burgundy": "red",
    "maroon": "red", "crimson": "red", "scarlet": "red", "cream": "beige", "ivory": "white", "off-white": "white",
    "mint": "green", "emerald": "green", "lavender": "purple", "lilac": "purple", "violet": "purple",
    "magenta": "pink", "rose": "pink", "silver": "grey", "gray": "grey", "charcoal": "grey", "khaki": "olive",
    "turquoise": "teal", "mustard": "yellow", "gold": "yellow", "tan": "beige", "camel": "beige", "peach": "orange",
    "rust": "orange", "stripes": "striped", "stripy": "striped", "stripe": "striped", "check": "checked",
    "checks": "checked", "chequered": "checked", "checkered": "checked", "tartan": "checked", "plaid": "checked",
    "gingham": "checked", "dots": "dotted", "polka": "dotted", "spotted": "dotted", "flowers": "floral",
    "flowered": "floral", "flowery": "floral",
}  # fmt: skip
"""What people also say -> the colour or pattern of which there is a sample."""
HEIGHT, WIDTH = 300, 240
GROUNDS = ((40, 60, 140), (190, 40, 50), (40, 40, 44))
"""In which colours a pattern is drawn."""
LIGHT, BLOSSOMS = (245, 245, 245), ((230, 90, 120), (240, 200, 80), (250, 250, 250))
_WORDS = {name: name for name in (*COLOURS, *PATTERNS)} | OTHER_WORDS
_NAMED = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")\b", re.IGNORECASE
)


def named(text: str) -> tuple[str, ...]:
    """Returns the colours and patterns that a text names, each once, in order."""
    return tuple(dict.fromkeys(_WORDS[word.lower()] for word in _NAMED.findall(text)))


def cloth(name: str) -> list[Picture]:
    """Draws samples, cut like a T-shirt on white.

    Args:
        name: one of `COLOURS` for one plain sample, or of `PATTERNS` for one in each of three colours.
    """
    if name in COLOURS:
        return [_drawn(np.zeros((HEIGHT, WIDTH, 3)) + COLOURS[name])]
    return [_drawn(_patterned(name, np.zeros((HEIGHT, WIDTH, 3)) + ground)) for ground in GROUNDS]


@cache
def cloth_digests(name: str) -> tuple[str, ...]:
    """Returns the digests of `cloth`, which draws them when they are first asked for."""
    return tuple(picture.digest for picture in cloth(name))


def _drawn(colours: Float[np.ndarray, "height width 3"]) -> Picture:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    body = (x > 60) & (x < 180) & (y > 40) & (y < 270)
    cut: Bool[np.ndarray, "height width"] = body | ((y > 40) & (y < 120) & (x > 20) & (x < 220))
    threads = np.random.default_rng(1).normal(0, 6, (HEIGHT, WIDTH, 1))
    pixels = np.full((HEIGHT, WIDTH, 3), 255, dtype=np.uint8)
    pixels[cut] = np.clip(colours + threads, 0, 255)[cut].astype(np.uint8)
    return Picture(pixels, (WIDTH, HEIGHT), hashlib.sha256(pixels.tobytes()).hexdigest())


def _patterned(
    name: str, colours: Float[np.ndarray, "height width 3"]
) -> Float[np.ndarray, "height width 3"]:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    light = np.array(LIGHT, dtype=np.float64)
    if name == "striped":
        return np.where(((y // 10) % 2 == 0)[..., None], colours, light)
    if name == "checked":
        rows = np.where(((y // 14) % 2 == 0)[..., None], 0.6 * colours + 0.4 * light, colours)
        return np.where(((x // 14) % 2 == 0)[..., None], rows, 0.5 * rows + 0.5 * light)
    if name == "dotted":
        return np.where((((x % 20) - 10) ** 2 + ((y % 20) - 10) ** 2 < 25)[..., None], light, colours)
    if name == "floral":
        random = np.random.default_rng(0)
        for number in range(120):
            centre_x, centre_y, radius = (
                random.integers(20, 220),
                random.integers(40, 270),
                random.integers(4, 10),
            )
            inside = (x - centre_x) ** 2 + (y - centre_y) ** 2 < radius * radius
            colours = np.where(inside[..., None], np.array(BLOSSOMS[number % 3], dtype=np.float64), colours)
    return colours
