"""Two small maps for words about clothes: from a sentence, and from what a gallery holds of a picture, into one space.

The joint space knows kinds of garments and hardly their colours; the garment space knows colours and has no words.
Both rows of a picture together, and the sentence, are projected to where they can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.encoders.base import checked
from core.fitting import fitting
from core.heads.layers import Linear
from core.store import load_artifact

KIND = "typed_words"
LEAST = np.float32(1e-12)


class TypedWordsHead:
    """The trained maps, see `core.training.typed_words`; thread-safe.

    Args:
        folder: what the recipe wrote.
        models: role -> id of the models in use, "joint" and "garment"; those that the maps were trained on.

    Attributes:
        id: names these weights.
        manifest: what is known of them.
        scale: by which a cosine becomes a logit.

    Raises:
        ArtifactError: the weights are missing, damaged, or were trained for other encoders.
    """

    def __init__(self, folder: Path, models: Mapping[str, str]) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models=models)
        with fitting(folder, tensors):
            self._picture, self._words = Linear.of(tensors, "picture"), Linear.of(tensors, "words")
            if len(self._picture.bias) != len(self._words.bias):
                raise ValueError("pictures and words go to spaces of different sizes")
            self.scale = float(np.exp(tensors["scale"].item()))
        self.id = f"typed-words-{self.manifest.tensors_sha256[:12]}"

    def pictures(
        self, garment: Float32[np.ndarray, "n g"], joint: Float32[np.ndarray, "n j"]
    ) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture of a gallery, from its rows in the garment and in the joint space."""
        return self._unit(self._picture(np.concatenate([garment, joint], axis=1)))

    def words(self, sentences: Float32[np.ndarray, "n s"]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each sentence, from the mean of its token states."""
        return self._unit(self._words(sentences))

    def _unit(self, rows: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), LEAST)
        return checked(rows / lengths, unit=True, by=self.id)
