"""Many pictures through the image tower, on all cores: each different view once, and nothing remembered but the rows.

Each picture is worked on by one thread from its views to its features, one view after the other, so that no core waits
for another and what a pass leaves is described while it is near; a graph gives the same numbers in any company.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from jaxtyping import Float32, UInt8

from core import images
from core.encoders import garment_features
from core.encoders.runtimes import ImageTower
from core.lookahead import each_of
from core.types import Picture

Rows = Float32[np.ndarray, "n _"]
Squares = UInt8[np.ndarray, "views size size 3"]


def garments_of(tower: ImageTower, pictures: Sequence[Picture], size: int) -> Rows:
    """Returns the garment features (n, 5044) of each picture.

    Args:
        tower: takes squares of `size` pixels; see `core.encoders.runtimes.TowerRuntime.side_by_side`.
        pictures: at least one.
        size: see above.
    """

    def described(picture: Picture) -> Rows:
        return _described(tower, garment_features.views(picture.pixels, size))[1]

    return np.concatenate(each_of(described, pictures))


def pooled_and_garments_of(tower: ImageTower, pictures: Sequence[Picture], size: int) -> tuple[Rows, Rows]:
    """Returns the mean feature (n, 1280) and the garment features (n, 5044) of each picture.

    They take two passes for a square picture, which looks the same to both, and three for others. Arguments as of
    `garments_of`.
    """
    pooled, garments = zip(*each_of(partial(_both, tower, size), pictures), strict=True)
    return np.concatenate(pooled), np.concatenate(garments)


def _both(tower: ImageTower, size: int, picture: Picture) -> tuple[Rows, Rows]:
    height, width = picture.pixels.shape[:2]
    whole, garments = _described(tower, garment_features.views(picture.pixels, size))
    if (
        height != width
    ):  # else neither bent nor padded: the tower takes the whole of it as the garment head does
        whole = tower.pooled(images.scaled(images.fitted(picture.pixels, size)[None]))
    return whole, garments


def _described(tower: ImageTower, squares: Squares) -> tuple[Rows, Rows]:
    """Returns the mean feature of the first view, and what the garment head reads of all of them side by side."""
    wholes, parts = [], []
    for square in squares:
        pixels = images.scaled(square[None])
        maps = tower.maps(pixels)
        wholes.append(maps.pooled)
        parts.append(garment_features.describe(maps, pixels))
    return wholes[0], np.concatenate(parts, axis=1)
