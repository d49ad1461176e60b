"""Report 1's fusion z = alpha f + beta g: f and g are each Linear(512) -> ReLU -> Dropout -> Linear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32
from torch import nn

from core.store import load_artifact

KIND = "sketch"
HIDDEN = 512
DROPOUT = 0.2
SIDES = ("picture", "words")


class Standardise(nn.Module):
    """Takes the mean and the scale of the training features away, so that one learning rate suits both sides.

    Args:
        width: number of features.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mean = nn.Buffer(torch.zeros(width))
        self.scale = nn.Buffer(torch.ones(width))

    def fit(self, rows: torch.Tensor) -> None:
        """Takes mean and deviation from (n, width) training rows."""
        self.mean.copy_(rows.mean(0))
        self.scale.copy_(rows.std(0).clamp_min(1e-3))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Returns (n, width) standardised rows."""
        return (rows - self.mean) / self.scale


def build_classifier(width: int, classes: int, dropout: float = DROPOUT) -> nn.Sequential:
    """Returns f or g, untrained.

    Args:
        width: number of input features.
        classes: number of classes.
        dropout: share of hidden units dropped in training.
    """
    return nn.Sequential(
        Standardise(width),
        nn.Linear(width, HIDDEN),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(HIDDEN, classes),
    )


def penalty(alpha: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    """Returns report 1's penalty: the negative parts of both weights, and |alpha + beta - 1|."""
    return torch.relu(-alpha) + torch.relu(-beta) + (alpha + beta - 1).abs()


class FusionHead:
    """f, g and the learned pair.

    Attributes:
        labels: names of the classes.
        alpha: learned weight of the picture.
        beta: learned weight of the words.
        none_threshold: highest probability below which no class fits; set on classes left out of training.

    Args:
        folder: the artefact "sketch".
        models: role -> id of the models in use.

    Raises:
        ArtifactError: missing, damaged, or trained for other encoders.
    """

    def __init__(self, folder: Path, models: Mapping[str, str]) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models=models)
        details = self.manifest.details
        self.labels: tuple[str, ...] = tuple(details["labels"])
        self.alpha, self.beta = float(details["alpha"]), float(details["beta"])
        self.none_threshold = float(details["none_threshold"])
        self._sides = {side: _restored(tensors, side) for side in SIDES}

    def picture_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns f of the picture features, biases included."""
        return self._logits("picture", features)

    def words_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns g of the caption features, biases included."""
        return self._logits("words", features)

    def _logits(self, side: str, features: np.ndarray) -> Float32[np.ndarray, "n classes"]:
        with torch.inference_mode():
            return np.asarray(self._sides[side](torch.from_numpy(features)).numpy())


def _restored(tensors: Mapping[str, np.ndarray], side: str) -> nn.Sequential:
    own = {
        name.removeprefix(f"{side}."): array for name, array in tensors.items() if name.startswith(f"{side}.")
    }
    network = build_classifier(own["1.weight"].shape[1], own["4.weight"].shape[0])
    network.load_state_dict({name: torch.from_numpy(array.astype(np.float32)) for name, array in own.items()})
    return network.eval().requires_grad_(False)
