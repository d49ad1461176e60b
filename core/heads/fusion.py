"""Report 1's heads: z = alpha f + beta g, each Linear(512) -> ReLU -> Linear, and the concatenation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32, Float64

from core.blend import dot_products, two_player_shapley
from core.fitting import fitting
from core.heads.layers import Linear, relu, summands_through, tensor_of
from core.store import load_artifact

KIND = "sketch"
HIDDEN = 512
SIDES = ("picture", "words")
CONCAT = "concat"


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A trained classifier: features standardised -> Linear(512) -> ReLU -> Linear.

    Attributes:
        mean: (d,) of the training features, or 0.
        scale: (d,) their deviation, or 1.
        first: the hidden layer.
        last: gives the logits.
    """

    mean: Float32[np.ndarray, " d"]
    scale: Float32[np.ndarray, " d"]
    first: Linear
    last: Linear

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], name: str) -> Classifier:
        """Returns the classifier that an artefact holds under a name.

        Raises:
            KeyError: a tensor is missing.
            ValueError: tensors do not fit each other.
        """
        mean = tensor_of(tensors, f"{name}.0.mean", None)
        scale = tensor_of(tensors, f"{name}.0.scale", len(mean))
        first = Linear.of(tensors, f"{name}.1", fed=len(mean), size=HIDDEN)
        return cls(mean, scale, first, Linear.of(tensors, f"{name}.4", fed=HIDDEN))

    def __call__(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns the logits."""
        return self.last(relu(self.first((features - self.mean) / self.scale)))

    def summands(
        self, rows: Float64[np.ndarray, "summands d"]
    ) -> Float64[np.ndarray, "summands_and_bias classes"]:
        """Returns what each of several rows that sum to features adds to the logits, and last what biases add.

        Args:
            rows: (summands, d), whose mean of training counts as a bias; see `core.heads.layers.summands_through`.
        """
        standard = np.vstack([rows, -self.mean[None].astype(np.float64)]) / self.scale
        shares = summands_through(self.first, self.last, standard)
        return np.vstack([shares[:-2], shares[-2] + shares[-1]])

    def inside(self, features: Float32[np.ndarray, "n w"], own: slice) -> Float32[np.ndarray, "n hidden"]:
        """Returns the share that some of the features have in the hidden layer, before its bias.

        Args:
            features: (n, w).
            own: which w of the features they are.
        """
        rows = (features - self.mean[own]) / self.scale[own]
        return np.asarray(dot_products(rows, self.first.weight[:, own]))

    def outside(self, inside: Float32[np.ndarray, "n hidden"]) -> Float[np.ndarray, "n classes"]:
        """Returns the logits from the sum of all shares, in double precision."""
        hidden = relu(inside.astype(np.float64) + self.first.bias)
        return np.asarray(dot_products(hidden, self.last.weight.astype(np.float64)) + self.last.bias)


class FusionHead:
    """f, g and the learned pair; thread-safe.

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
            self._sides = {side: Classifier.of(tensors, side) for side in SIDES}
            self._concat = Classifier.of(tensors, CONCAT) if f"{CONCAT}.1.weight" in tensors else None
            if self._concat is not None:
                absent = [tensors[f"absent.{side}"].astype(np.float32)[None] for side in SIDES]
                self._absent = [self._inside(i, rows) for i, rows in enumerate(absent)]
            self._check_sizes()

    def _check_sizes(self) -> None:
        for side, classifier in {**self._sides, CONCAT: self._concat}.items():
            classes = len(self.labels) if classifier is None else len(classifier.last.bias)
            if classes != len(self.labels):
                raise ValueError(f"{side} knows {classes} classes, but {len(self.labels)} are named")

    def picture_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns f of the picture features, biases included."""
        return self._sides["picture"](features)

    def words_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns g of the caption features, biases included."""
        return self._sides["words"](features)

    def summands(
        self, side: str, rows: Float64[np.ndarray, "summands d"]
    ) -> Float64[np.ndarray, "summands_and_bias classes"]:
        """Returns what each of several rows adds to f or g of their sum, and last what biases add.

        Args:
            side: one of `SIDES`.
            rows: (summands, d), whose sum is what the side is asked about.
        """
        return self._sides[side].summands(rows)

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
        assert self._concat is not None
        read, logits_of = self._inside(1, words), self._concat.outside
        no_picture, no_words = self._absent
        both, picture = logits_of(inside + read), logits_of(inside + no_words)
        spoken, neither = logits_of(no_picture + read), logits_of(no_picture + no_words)
        base = np.broadcast_to(neither, both.shape)
        shares = two_player_shapley(both, picture, spoken, base)
        return np.stack([*shares, base], axis=1).astype(np.float32)

    def _inside(self, side: int, features: np.ndarray) -> Float32[np.ndarray, "n hidden"]:
        """Returns a side's share of the hidden layer: the picture's features come first, the words' last."""
        assert self._concat is not None
        width, both = features.shape[1], len(self._concat.mean)
        return self._concat.inside(features, slice(0, width) if side == 0 else slice(both - width, both))
