"""Pictures of which some places are hidden: what a map over places, or an effect without one, is judged by."""

from __future__ import annotations

from math import isqrt

import numpy as np
from jaxtyping import Bool, UInt8

from core import images
from core.types import Picture

SIDE = 260
"""Of the square that is looked at, in pixels: as a whole picture lies in it, see `core.images.fitted`."""


def hidden_squares(picture: Picture, shown: Bool[np.ndarray, "pictures places"]) -> list[Picture]:
    """Returns the whole picture as a square, with its mean colour where a place is hidden.

    Args:
        picture: what is shown of it.
        shown: (pictures, places) which places of a square grid are shown, line by line.
    """
    square = images.fitted(picture.pixels, SIDE)
    mean = np.round(square.reshape(-1, 3).mean(axis=0)).astype(np.uint8)
    squares = []
    for row in shown:
        pixels = np.where(spread(row, SIDE, SIDE)[:, :, None], square, mean)
        squares.append(Picture(pixels, (SIDE, SIDE), f"{picture.digest}-{row.tobytes().hex()}"))
    return squares


def hidden_parts(picture: Picture, shown: Bool[np.ndarray, "pictures places"]) -> list[Picture]:
    """Returns a picture in its own shape, with its mean colour where a place of a grid over all of it is hidden."""
    mean = np.round(picture.pixels.reshape(-1, 3).mean(axis=0)).astype(np.uint8)
    parts = []
    for row in shown:
        pixels = np.where(spread(row, *picture.pixels.shape[:2])[:, :, None], picture.pixels, mean)
        parts.append(Picture(pixels, picture.original_size, f"{picture.digest}-{row.tobytes().hex()}"))
    return parts


def hidden_ink(
    ink: UInt8[np.ndarray, "size size"], shown: Bool[np.ndarray, "pictures places"]
) -> UInt8[np.ndarray, "pictures size size"]:
    """Returns ink with bare paper where a place is hidden; arguments as of `hidden_squares`."""
    return np.stack([np.where(spread(row, *ink.shape), ink, 0).astype(np.uint8) for row in shown])


def spread(places: Bool[np.ndarray, " places"], height: int, width: int) -> Bool[np.ndarray, "height width"]:
    """Returns the places of a square grid as pixels of a picture that it covers."""
    grid = isqrt(len(places))
    rows, columns = (np.arange(side) * grid // side for side in (height, width))
    return np.asarray(places.reshape(grid, grid)[rows][:, columns])
