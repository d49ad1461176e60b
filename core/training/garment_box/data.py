"""What the box head sees of scenes: the tower's map of each in fewer channels, and what is true of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.augmentation.albums import Album
from core.encoders.garment_features import PLACES_ID
from core.encoders.towers import TOWERS_ID, Towers
from core.heads.garment_box import projected
from core.types import Picture

SAMPLE = 100
CHANNELS = 192


def principal_components(
    rows: Float32[np.ndarray, "n w"],
) -> tuple[Float32[np.ndarray, " w"], Float32[np.ndarray, "w c"]]:
    """Returns (w,) mean and (w, c) weight of the projection on the strongest components, of deviation about 1."""
    mean = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((rows - mean).astype(np.float64).T))
    strongest = np.argsort(-values)[:CHANNELS]
    weight = vectors[:, strongest] / np.sqrt(np.maximum(values[strongest], 1e-6))
    return mean.astype(np.float32), weight.astype(np.float16).astype(np.float32)


class SceneReader:
    """Reads scenes as the network takes them, in a projection that the places of a sample of scenes give."""

    def __init__(self, towers: Towers, sample: Album) -> None:
        self._towers = towers
        name = f"raw {PLACES_ID} {TOWERS_ID}"
        rows = sample.rows(name, towers.garment_places)
        self.projection = principal_components(rows.reshape(-1, rows.shape[-1]))

    def rows(self, album: Album) -> tuple[Float32[np.ndarray, "n 81 c"], Float32[np.ndarray, "n 7"]]:
        """Returns the projected places of an album's scenes, and what is true of them."""

        def encode(pictures: Sequence[Picture]) -> Any:
            places = self._towers.garment_places(pictures)
            return projected(places, *self.projection).astype(np.float16)

        return album.rows(f"projected {CHANNELS}/{SAMPLE} {PLACES_ID} {TOWERS_ID}", encode), album.truth()
