"""What the sketch task needs of its models, whichever profile they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from jaxtyping import Float32

from core.types import Caption, Picture, Unread


class PictureEncoder(Protocol):
    """Turns pictures into the features that f takes."""

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one row for each picture."""
        ...


class WordsEncoder(Protocol):
    """Turns captions into the features that g takes."""

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one row for each caption."""
        ...

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        ...

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        ...


class Head(Protocol):
    """The two classifiers f and g, and the pair that blends them."""

    labels: tuple[str, ...]
    alpha: float
    beta: float
    none_threshold: float

    def picture_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns f, biases included."""
        ...

    def words_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns g, biases included."""
        ...

    def concat_picture(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n hidden"] | None:
        """Returns what pictures bring into the classifier on both embeddings; None when there is none."""
        ...

    def concat_parts(
        self, inside: Float32[np.ndarray, "n hidden"], words: Float32[np.ndarray, "n e"]
    ) -> Float32[np.ndarray, "n 3 classes"]:
        """Returns what picture, words and neither add to that classifier's logits; they sum to them."""
        ...


class Captioner(Protocol):
    """Writes a caption."""

    def caption(self, picture: Picture) -> Caption:
        """Returns the sentence and how its gaps were filled."""
        ...
