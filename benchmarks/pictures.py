"""Pictures of chance, so that whoever measures asks about what nothing has been remembered of."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw


def photo(seed: int, size: tuple[int, int] = (900, 1200)) -> bytes:
    """Returns a JPEG of smooth colours, another one for each seed.

    Args:
        seed: which picture.
        size: (width, height) in pixels.
    """
    colours = np.random.default_rng(seed).integers(0, 255, (16, 12, 3)).astype(np.uint8)
    return _encoded(Image.fromarray(colours).resize(size, Image.Resampling.BICUBIC), "JPEG")


def sketch(seed: int, size: int = 600, *, coloured: bool = False) -> bytes:
    """Returns a PNG of ellipses drawn on white, other ones for each seed.

    Args:
        seed: which picture.
        size: of each side in pixels.
        coloured: whether each has a colour of its own instead of black.
    """
    image = Image.new("RGB", (size, size), "white")
    pen, chance = ImageDraw.Draw(image), np.random.default_rng(seed)
    for _ in range(8):
        x, y, width, height = chance.integers(size // 32, size * 15 // 32, 4).tolist()
        colour = tuple(chance.integers(0, 200, 3).tolist()) if coloured else (0, 0, 0)
        pen.ellipse((x, y, x + width, y + height), outline=colour, width=6)
    return _encoded(image, "PNG")


def _encoded(image: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()
