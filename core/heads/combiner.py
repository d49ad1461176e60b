"""f(q, t): a small gated network that puts a picture and a modification in words together, in the joint space."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.blend import dot_products, unit
from core.encoders.base import checked
from core.fitting import fitting
from core.heads.layers import Linear, gelu, sigmoid, tensor_of
from core.store import load_artifact
from core.types import Picture

KIND = "combiner"


class CombinerHead:
    """The trained network, see `core.training.compose.network`; thread-safe.

    Args:
        folder: what `core.training.compose` wrote.
        models: role -> id of the models in use; "joint" must be the encoder that the network was trained on.

    Attributes:
        id: names these weights.
        manifest: what is known of them.

    Raises:
        ArtifactError: the weights are missing, damaged, or were trained for another joint encoder.
    """

    def __init__(self, folder: Path, models: Mapping[str, str]) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models=models)
        with fitting(folder, tensors):
            width, hidden = self.manifest.details["width"], self.manifest.details["hidden"]
            self._picture = tensor_of(tensors, "picture.weight", width, width)
            self._words = tensor_of(tensors, "words.weight", width, width)
            self._mix = Linear.of(tensors, "mix", fed=3 * width, size=hidden)
            self._gates = Linear.of(tensors, "gates", fed=hidden, size=2)
            self._out = Linear.of(tensors, "out", fed=hidden, size=width)
        self.id = f"pocket-combiner-{self.manifest.tensors_sha256[:12]}"

    def fuse(
        self,
        reference: Picture,
        modification: str,
        q: Float32[np.ndarray, "1 d"],
        t: Float32[np.ndarray, "1 d"],
    ) -> Float32[np.ndarray, "1 d"]:
        """Returns f(q, t) as a unit row; this network needs nothing of the two but their mean-pooled tokens."""
        return self.combine(q, t)

    def combine(
        self, pictures: Float32[np.ndarray, "n d"], words: Float32[np.ndarray, "n d"]
    ) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each pair of mean-pooled tokens.

        Args:
            pictures: (n, d) mean over the unit tokens of each picture.
            words: (n, d) mean over the unit tokens of each text.
        """
        q, t = unit(pictures), unit(words)
        # Unit rows of width d have entries near d ** -0.5; the hidden layer wants entries near 1.
        scale = np.float32(q.shape[1] ** 0.5)
        hidden = gelu(self._mix(np.concatenate([scale * q, scale * t, scale * scale * q * t], axis=1)))
        gates = sigmoid(self._gates(hidden))
        mixed = gates[:, :1] * dot_products(q, self._picture) + gates[:, 1:] * dot_products(t, self._words)
        return checked(unit(mixed + self._out(hidden)), unit=True, by=self.id)
