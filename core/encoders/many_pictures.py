"""Many pictures through the image tower, on all cores: each different view once, and nothing remembered but the rows.

Each picture is worked on by one thread from its views to its features, so that cores that the tower leaves idle
resize the next picture and describe the last; a graph gives the same numbers in any company.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from jaxtyping import Float32, UInt8

from core import images
from core.encoders import garment_features
from core.encoders.runtimes import ImageTower, TowerMaps
from core.lookahead import each_of
from core.types import Picture

Rows = Float32[np.ndarray, "n _"]


def pooled_of(tower: ImageTower, pictures: Sequence[Picture], size: int) -> Rows:
    """Returns the mean feature (n, 1280) of each picture.

    Args:
        tower: takes squares of `size` pixels.
        pictures: at least one.
        size: see above.
    """

    def pooled(picture: Picture) -> Rows:
        return tower.pooled(images.scaled(images.fitted(picture.pixels, size)[None]))

    return np.concatenate(each_of(pooled, pictures))


def garments_of(tower: ImageTower, pictures: Sequence[Picture], size: int) -> Rows:
    """Returns the garment features (n, 5044) of each picture; arguments as of `pooled_of`."""

    def described(picture: Picture) -> Rows:
        squares = garment_features.views(picture.pixels, size)
        return _garment(tower.maps(images.scaled(squares)), squares)

    return np.concatenate(each_of(described, pictures))


def pooled_and_garments_of(tower: ImageTower, pictures: Sequence[Picture], size: int) -> tuple[Rows, Rows]:
    """Returns both, of two passes for a square picture, which looks the same to both, and of three for others.

    Arguments as of `pooled_of`.
    """
    pooled, garments = zip(*each_of(partial(_both, tower, size), pictures), strict=True)
    return np.concatenate(pooled), np.concatenate(garments)


def _both(tower: ImageTower, size: int, picture: Picture) -> tuple[Rows, Rows]:
    height, width = picture.pixels.shape[:2]
    squares = garment_features.views(picture.pixels, size)
    if height == width:  # neither bent nor padded: the tower takes the whole of it as the garment head does
        maps = tower.maps(images.scaled(squares))
        return maps.pooled[:1], _garment(maps, squares)
    whole = images.fitted(picture.pixels, size)
    maps = tower.maps(images.scaled(np.concatenate([squares, whole[None]])))
    return maps.pooled[2:], _garment(maps, squares)


def _garment(maps: TowerMaps, squares: UInt8[np.ndarray, "2 size size 3"]) -> Float32[np.ndarray, "1 5044"]:
    """Returns what the garment head reads of the whole and the middle of a picture, the first two of some views."""
    pixels = images.scaled(squares)
    parts = []
    for place in range(len(squares)):
        part = slice(place, place + 1)
        view = TowerMaps(maps.pooled[part], maps.last[part], tuple(block[part] for block in maps.blocks))
        parts.append(garment_features.describe(view, pixels[part]))
    return np.concatenate(parts, axis=1)
