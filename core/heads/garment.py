"""The garment embedding: one linear map on standardised garment features, each side with its own statistics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.blend import unit
from core.encoders.base import checked
from core.fitting import fitting
from core.store import load_artifact

KIND = "garment"
LIMIT = 5.0
SIDES = ("street", "shop")


def standardised(
    features: Float32[np.ndarray, "n f"],
    mean: Float32[np.ndarray, " f"],
    deviation: Float32[np.ndarray, " f"],
) -> Float32[np.ndarray, "n f"]:
    """Returns features in deviations from a side's mean, cut at 5: one odd picture must not drown the rest."""
    return np.asarray(np.clip((features - mean) / deviation, -LIMIT, LIMIT), dtype=np.float32)


class GarmentHead:
    """Turns garment features into unit vectors that compare worn garments with shop pictures; thread-safe.

    Args:
        folder: what `core.training.garment` wrote.
        models: role -> id of the models in use, which must be those that the head was trained on.

    Attributes:
        width: d, the size of an embedding.
        id: names these weights.

    Raises:
        ArtifactError: the weights are missing, damaged, or were trained on other features.
    """

    def __init__(self, folder: Path, models: Mapping[str, str]) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models=models)
        values = {name: array.astype(np.float32) for name, array in tensors.items()}
        with fitting(folder, tensors):
            self._weight, self._bias = values["weight"], values["bias"]
            self._statistics = {side: (values[f"{side}_mean"], values[f"{side}_deviation"]) for side in SIDES}
            self.width, features = self._weight.shape
            if self._bias.shape != (self.width,):
                raise ValueError(f"the bias has shape {self._bias.shape}, not ({self.width},)")
            if any(row.shape != (features,) for pair in self._statistics.values() for row in pair):
                raise ValueError(f"its statistics are not of {features} numbers")
        self.id = f"garment-{self.manifest.tensors_sha256[:12]}"

    def street(self, features: Float32[np.ndarray, "n f"]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture of a worn garment, or a crop of one."""
        return self._embedded(features, "street")

    def shop(self, features: Float32[np.ndarray, "n f"]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each shop picture."""
        return self._embedded(features, "shop")

    def _embedded(self, features: Float32[np.ndarray, "n f"], side: str) -> Float32[np.ndarray, "n d"]:
        rows = standardised(features, *self._statistics[side]) @ self._weight.T + self._bias
        return checked(unit(rows), unit=True, by=self.id)
