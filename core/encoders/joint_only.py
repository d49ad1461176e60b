"""What captioners, dialogues and garment heads ask of an encoder that has no towers below its joint space."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.types import Picture


class JointOnly(ABC):
    """The joint space is all there is: it stands in for the features of towers and for their projections."""

    mean_by_tokens = True

    @abstractmethod
    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture."""

    @abstractmethod
    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each text."""

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns `encode_pictures`."""
        return self.encode_pictures(pictures)

    def project_pictures(self, pooled: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        """Returns what `pooled` gave."""
        return pooled

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns `encode_texts`."""
        return self.encode_texts(texts)

    def project_sentences(self, sentences: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        """Returns what `sentences` gave."""
        return sentences

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns `encode_pictures`."""
        return self.encode_pictures(pictures)
