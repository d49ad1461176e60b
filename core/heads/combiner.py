"""f(q, t): a small gated network that puts a picture and a modification in words together, in the joint space."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32
from torch import Tensor, nn

from core.encoders.base import checked
from core.fitting import fitting
from core.store import load_artifact
from core.types import Picture

KIND = "combiner"


class CombinerNetwork(nn.Module):
    """Two gates mix linear views of q and t; a hidden layer over [q, t, q * t] adds what neither says alone.

    After the Combiner of CLIP4CIR (Baldrati et al. 2022), with linear maps that start as the identity.

    Args:
        width: d, the size of the joint space.
        hidden: size of the hidden layer.
        dropout: share of inputs and hidden values that training leaves out, in [0, 1).
    """

    def __init__(self, width: int, hidden: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.picture = nn.Linear(width, width, bias=False)
        self.words = nn.Linear(width, width, bias=False)
        self.mix = nn.Linear(3 * width, hidden)
        self.gates = nn.Linear(hidden, 2)
        self.out = nn.Linear(hidden, width)
        self.drop = nn.Dropout(dropout)
        with torch.no_grad():
            self.picture.weight.copy_(torch.eye(width))
            self.words.weight.copy_(torch.eye(width))
            self.out.weight.mul_(0.1)

    def forward(self, pictures: Tensor, words: Tensor) -> Tensor:
        """Returns (n, d) unit rows for (n, d) mean-pooled tokens of pictures and of words, of any length."""
        q, t = functional.normalize(pictures, dim=-1), functional.normalize(words, dim=-1)
        # Unit rows of width d have entries near d ** -0.5; the hidden layer wants entries near 1.
        scale = q.shape[-1] ** 0.5
        features = torch.cat([scale * q, scale * t, scale * scale * q * t], dim=-1)
        hidden = self.drop(functional.gelu(self.mix(self.drop(features))))
        gates = torch.sigmoid(self.gates(hidden))
        mixed = gates[:, :1] * self.picture(q) + gates[:, 1:] * self.words(t) + self.out(hidden)
        return functional.normalize(mixed, dim=-1)


class CombinerHead:
    """The trained network; safe to call from several threads.

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
            self._network = CombinerNetwork(self.manifest.details["width"], self.manifest.details["hidden"])
            values = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}
            self._network.load_state_dict(values)
        self._network.eval().requires_grad_(False)
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
        with torch.inference_mode():
            rows = self._network(torch.from_numpy(pictures), torch.from_numpy(words)).numpy()
        return checked(rows, unit=True, by=self.id)
