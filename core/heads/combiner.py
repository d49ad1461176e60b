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
from core.manifest import Mix
from core.store import load_artifact
from core.types import Picture

KIND = "combiner"
ALIKE = 0.8
"""Cosine of the mean pictures of two galleries of one kind. For 100 pictures drawn from a catalogue it is at least 0.84
in 99 of 100 draws; the two catalogues have 0.38, and our own shop 0.63 with the nearer of them."""


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
            self._gates = Linear.of(tensors, "gates", fed=hidden, size=3)
            self._out = Linear.of(tensors, "out", fed=hidden, size=width)
            self._galleries = tuple(self.manifest.details["galleries"].values())
            self._middles = tensor_of(tensors, "galleries", len(self._galleries), width)
        self.id = f"pocket-combiner-{self.manifest.tensors_sha256[:12]}"

    def fuse(
        self,
        reference: Picture,
        modification: str,
        q: Float32[np.ndarray, "1 d"],
        t: Float32[np.ndarray, "1 d"],
    ) -> Float32[np.ndarray, "1 d"]:
        """Returns f(q, t) as a unit row; this network needs nothing of the two but their rows."""
        return self.combine(q, t)

    def combine(
        self, pictures: Float32[np.ndarray, "n d"], words: Float32[np.ndarray, "n d"]
    ) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each pair.

        Args:
            pictures: (n, d) the encoder's row of each picture, of any length.
            words: (n, d) that of each text.
        """
        q, t = unit(pictures), unit(words)
        # Unit rows of width d have entries near d ** -0.5; the hidden layer wants entries near 1.
        scale = np.float32(q.shape[1] ** 0.5)
        hidden = gelu(self._mix(np.concatenate([scale * q, scale * t, scale * scale * q * t], axis=1)))
        gates = sigmoid(self._gates(hidden))
        mixed = gates[:, :1] * dot_products(q, self._picture) + gates[:, 1:2] * dot_products(t, self._words)
        return checked(unit(mixed + gates[:, 2:] * self._out(hidden)), unit=True, by=self.id)

    def weights_for(self, rows: Float32[np.ndarray, "n d"]) -> Mix | None:
        """Returns the weights of the mix that validation chose for a kind of gallery, None where it is no known kind.

        A gallery is of a kind when the mean of its pictures points where that of the kind does.

        Args:
            rows: (n, d) unit rows of the gallery's pictures.
        """
        if not len(rows) or not self._galleries:
            return None
        likeness = dot_products(unit(rows.mean(axis=0, keepdims=True)), unit(self._middles))[0]
        best = int(np.argmax(likeness))
        w0, w1, w2 = map(float, self._galleries[best])
        return (w0, w1, w2) if likeness[best] >= ALIKE else None
