"""Report 1's heads: z = alpha f + beta g, each Linear(512) -> ReLU -> Dropout -> Linear, and the concatenation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32
from torch import nn

from core.blend import two_player_shapley
from core.fitting import fitting
from core.store import load_artifact

KIND = "sketch"
HIDDEN = 512
DROPOUT = 0.2
SIDES = ("picture", "words")
CONCAT = "concat"


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
        with fitting(folder, tensors):
            details = self.manifest.details
            self.labels: tuple[str, ...] = tuple(details["labels"])
            self.alpha, self.beta = float(details["alpha"]), float(details["beta"])
            self.none_threshold = float(details["none_threshold"])
            self._sides = {side: _restored(tensors, side) for side in SIDES}
            self._concat = _restored(tensors, CONCAT) if f"{CONCAT}.1.weight" in tensors else None
            if self._concat is not None:
                absent = [tensors[f"absent.{side}"][None] for side in SIDES]
                self._absent = [self._inside(i, rows) for i, rows in enumerate(absent)]
            self._check_sizes()

    def _check_sizes(self) -> None:
        for side, network in {**self._sides, CONCAT: self._concat}.items():
            classes = len(self.labels) if network is None else network[4].out_features
            if classes != len(self.labels):
                raise ValueError(f"{side} knows {classes} classes, but {len(self.labels)} are named")

    def picture_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns f of the picture features, biases included."""
        return self._logits("picture", features)

    def words_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns g of the caption features, biases included."""
        return self._logits("words", features)

    def concat_picture(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n hidden"] | None:
        """Returns what pictures bring into the hidden layer of the concatenation, None when there is none."""
        return None if self._concat is None else self._inside(0, features)

    def concat_parts(
        self, inside: Float32[np.ndarray, "n hidden"], words: Float32[np.ndarray, "n e"]
    ) -> Float32[np.ndarray, "n 3 classes"]:
        """Returns the parts of picture, words and neither in the concatenation's logits; they sum to the logits.

        Exact Shapley values of two players (Shapley 1953): each side's part is what it adds, averaged over coming
        first and coming second. A side that is absent is the mean embedding of training.

        Args:
            inside: (n, hidden) from `concat_picture`.
            words: (n, e) embeddings of captions.
        """
        read = self._inside(1, words)
        no_picture, no_words = self._absent
        both, picture = self._outside(inside + read), self._outside(inside + no_words)
        spoken, neither = self._outside(no_picture + read), self._outside(no_picture + no_words)
        base = np.broadcast_to(neither, both.shape)
        shares = two_player_shapley(both, picture, spoken, base)
        return np.stack([*shares, base], axis=1).astype(np.float32)

    def _inside(self, side: int, features: np.ndarray) -> Float32[np.ndarray, "n hidden"]:
        """Returns a side's share of the first linear layer, before its bias."""
        assert self._concat is not None
        first, linear = self._concat[0], self._concat[1]
        assert isinstance(first, Standardise) and isinstance(linear, nn.Linear)
        width = features.shape[1]
        own = slice(0, width) if side == 0 else slice(linear.in_features - width, linear.in_features)
        with torch.inference_mode():
            rows = (torch.from_numpy(features) - first.mean[own]) / first.scale[own]
            return np.asarray((rows @ linear.weight[:, own].T).numpy())

    def _outside(self, inside: np.ndarray) -> np.ndarray:
        """Returns the logits from the sum of both sides' shares, in double precision."""
        assert self._concat is not None
        first, last = self._concat[1], self._concat[4]
        assert isinstance(first, nn.Linear) and isinstance(last, nn.Linear)
        with torch.inference_mode():
            hidden = torch.relu(torch.from_numpy(inside).double() + first.bias.double())
            return np.asarray((hidden @ last.weight.T.double() + last.bias.double()).numpy())

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
