"""Boxes: from JSON, fitted to a picture, and cut out of it."""

from __future__ import annotations

import math

from PIL import Image

from core.checks import finite_number
from core.errors import InputError
from core.types import Box

SMALLEST_BOX = 8
LARGEST_ASPECT = 20

_FORM = "A box must be null or four finite numbers [x0, y0, x1, y1] in pixels of the upright picture."


def parse_box(value: object) -> Box | None:
    """Returns the box that JSON describes; `open_picture` fits it to the picture.

    Args:
        value: None, or a list [x0, y0, x1, y1] of finite numbers in pixels of the upright original.

    Raises:
        InputError: anything else, or a box whose right edge is not right of the left one, or whose lower
            edge is not below the upper one, or an edge beyond a million pixels.
    """
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise InputError(_FORM)
    if not all(type(number) in (int, float) and abs(number) < math.inf for number in value):
        raise InputError(_FORM)
    x0, y0, x1, y1 = (finite_number(number, name="An edge of the box") for number in value)
    if x0 >= x1 or y0 >= y1:
        raise InputError("The box is empty: give its left and upper edge first, [x0, y0, x1, y1].")
    return Box(x0, y0, x1, y1)


def inside(box: Box, width: int, height: int) -> Box:
    """Cuts a box to a picture of the given size and checks that enough of it is left."""
    edges = (box.x0, box.y0, box.x1, box.y1)
    if not all(map(math.isfinite, edges)):
        raise InputError(_FORM)
    x0, x1 = max(0.0, box.x0), min(float(width), box.x1)
    y0, y1 = max(0.0, box.y0), min(float(height), box.y1)
    if x0 >= x1 or y0 >= y1:
        raise InputError(
            f"The box lies outside the picture, which is {width} x {height} pixels; draw it inside."
        )
    wide, high = x1 - x0, y1 - y0
    if wide < min(SMALLEST_BOX, width) or high < min(SMALLEST_BOX, height):
        raise InputError(f"The box is less than {SMALLEST_BOX} pixels wide or high; draw a larger one.")
    if max(wide, high) > LARGEST_ASPECT * min(wide, high):
        raise InputError(f"The box is more than {LARGEST_ASPECT} times longer than wide; draw a fuller one.")
    return Box(x0, y0, x1, y1)


def cut(image: Image.Image, box: Box, across: float, down: float) -> Image.Image:
    """Cuts every pixel that a box touches; `across` and `down` are the decoder's reductions, in (0, 1]."""
    edges = (
        int(math.floor(box.x0 * across)),
        int(math.floor(box.y0 * down)),
        min(image.width, int(math.ceil(box.x1 * across))),
        min(image.height, int(math.ceil(box.y1 * down))),
    )
    return image.crop(edges)
