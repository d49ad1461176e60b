"""What street to shop asks of the models that it is built with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float32

from core.captioners.dialogue import Conversation
from core.tasks.headline import Fit
from core.tasks.results import Reader
from core.types import Box, Caption, Picture


class StreetEncoder(Reader, Protocol):
    """Turns pictures into features for the garment head, and captions into vectors."""

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n features"]:
        """Returns one row for each picture."""
        ...

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one row for each caption, of any length."""
        ...


class GarmentHead(Protocol):
    """Turns the features of a worn garment into a vector that shop pictures can be compared with."""

    def street(self, features: Float32[np.ndarray, "n features"]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture."""
        ...


class Captioner(Protocol):
    """Writes a caption."""

    def caption(self, picture: Picture) -> Caption:
        """Returns the sentence and how its gaps were filled."""
        ...


class Interviewer(Protocol):
    """Asks fixed questions about a picture."""

    def about(self, picture: Picture) -> Conversation:
        """Returns questions, answers and their summary."""
        ...


class WordsReader(Protocol):
    """Compares a person's words with the pictures of the gallery."""

    def compare(self, text: str) -> tuple[Float32[np.ndarray, " n"], Fit]:
        """Returns how well each picture fits the words, in deviations, and how well the best one does."""
        ...


class Looker(Protocol):
    """Compares a picture with all of the gallery."""

    def fit(self, picture: Picture) -> Fit:
        """Returns how near the nearest picture of the gallery is."""
        ...


class BoxProposer(Protocol):
    """Says where the garment is."""

    def propose(self, towers: Any, pictures: Sequence[Picture]) -> list[Box]:
        """Returns a box for each picture, in pixels of its upright original."""
        ...
