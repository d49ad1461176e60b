"""Maps of galleries of many pictures: some drawn by chance are mapped as ever, the others placed by their nearest.

So a map costs each picture the same, however many there are, and a new one moves nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float32, Int64

from core.index.picture_map import PictureMap, picture_maps

ANCHORS, SEED = 2048, 45
NEAREST = 5
BLOCK = 1024
SAME = 1e-6
"""A cosine nearer to 1 than this is that of an equal row."""
BY_NEAREST = "{method} of {count:,} pictures drawn by chance, the others placed by their nearest"


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """The pictures by which all others are placed on one map.

    Attributes:
        rows: (a, d) their unit rows.
        places: (a, 2) where they lie.
    """

    rows: Float32[np.ndarray, "a d"]
    places: Float32[np.ndarray, "a 2"]

    def place(self, rows: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n 2"]:
        """Returns where pictures lie: among their five nearest anchors, the nearer the more; an anchor's equal on it.

        Args:
            rows: (n, d) unit rows.
        """
        found = np.empty((len(rows), 2), np.float32)
        k = min(NEAREST, len(self.rows) - 1)
        for start in range(0, len(rows), BLOCK):
            near = rows[start : start + BLOCK] @ self.rows.T
            best = np.argpartition(near, len(self.rows) - 1 - k, axis=1)[:, -k - 1 :]
            cosines = np.take_along_axis(near, best, axis=1).astype(np.float64)
            # How much nearer than the sixth: so nobody leaps when another one enters the five.
            weights = cosines - cosines.min(axis=1, keepdims=True) + 1e-9
            equal = cosines >= 1 - SAME
            weights = np.where(equal.any(axis=1, keepdims=True), equal, weights)
            weights /= weights.sum(axis=1, keepdims=True)
            found[start : start + BLOCK] = np.einsum("nk,nkc->nc", weights, self.places[best])
        return np.clip(found, -1, 1)


def sampled(count: int) -> Int64[np.ndarray, " a"]:
    """Returns which of so many pictures become anchors, ascending; the same ones each time."""
    return np.sort(np.random.default_rng(SEED).choice(count, min(ANCHORS, count), replace=False))


def maps_of_anchors(
    vectors: Mapping[str, Float32[np.ndarray, "a _"]],
) -> tuple[dict[str, PictureMap], dict[str, Anchors]]:
    """Returns the maps of the anchors, and the anchors, for each set of vectors.

    Args:
        vectors: name -> (a, d) unit rows of the pictures that were drawn, at least two.
    """
    maps = picture_maps(vectors)
    anchors = {name: Anchors(rows, maps[name].places) for name, rows in vectors.items()}
    named = {
        name: replace(each, method=BY_NEAREST.format(method=each.method, count=len(each.places)))
        for name, each in maps.items()
    }
    return named, anchors
