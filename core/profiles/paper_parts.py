"""What stands in the paper profile where the pocket profile has heads of its own, and what describes its galleries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.captioners.slots import SlotCaptioner
from core.listening import say
from core.types import EncodedPictures, Picture

AT_A_TIME = 4
"""Pictures between two words on how far it is, for some take seconds each on a CPU."""


class Unchanged:
    """Stands in for a garment head: both sides are compared as the encoder describes them."""

    def __init__(self, encoder: str) -> None:
        self.id = f"none, {encoder}"

    def street(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        """Returns the features of worn garments as they are."""
        return features

    def shop(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        """Returns the features of shop pictures as they are."""
        return features


class Grounded:
    """f(q, t) by BLIP's text encoder, reading the modification while looking at the picture (Ventura et al. 2024)."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def fuse(
        self,
        reference: Picture,
        modification: str,
        q: Float32[np.ndarray, "1 d"],
        t: Float32[np.ndarray, "1 d"],
    ) -> Float32[np.ndarray, "1 d"]:
        """Returns a unit row; the pooled tokens are not needed."""
        rows: Float32[np.ndarray, "1 d"] = self._encoder.compose([reference], [modification])
        return rows


class PaperGallery:
    """Describes the pictures of a gallery for those retrieval tasks whose models are here.

    Args:
        composing: the encoder of the compose task, None while its files are missing.
        garment: encoder, head and captioner of street to shop, None while its files are missing.
        models: role -> id.
    """

    def __init__(
        self, composing: Any, garment: tuple[Any, Any, SlotCaptioner] | None, models: dict[str, str]
    ) -> None:
        self._composing, self._garment = composing, garment
        self.models = models

    @property
    def lacks(self) -> tuple[str, ...]:
        """The retrieval tasks that cannot search what this describes, for their models are missing."""
        here = {"street to shop": self._garment, "compose": self._composing}
        return tuple(task for task, model in here.items() if model is None)

    @property
    def asked(self) -> tuple[tuple[str, ...], ...]:
        """The sets of vectors that these tasks ask side by side; typed words are compared with captions here."""
        here = {("joint",): self._composing, ("garment", "words"): self._garment}
        return tuple(names for names, model in here.items() if model is not None)

    def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
        """Returns captions and vectors, one for each picture; says after every few how far it is."""
        parts = []
        for start in range(0, max(len(pictures), 1), AT_A_TIME):
            say(start, f"of these {len(pictures)} are described")
            parts.append(self._described(pictures[start : start + AT_A_TIME]))
        vectors = {name: np.concatenate([part.vectors[name] for part in parts]) for name in parts[0].vectors}
        return EncodedPictures([caption for part in parts for caption in part.captions], vectors)

    def _described(self, pictures: Sequence[Picture]) -> EncodedPictures:
        vectors: dict[str, np.ndarray] = {}
        captions = [""] * len(pictures)
        if self._composing is not None:
            vectors["joint"] = self._composing.encode_pictures(pictures)
        if self._garment is not None:
            encoder, head, captioner = self._garment
            seen = encoder.garment_features(pictures)
            captions = [caption.sentence for caption in captioner.captions_of(seen)]
            vectors |= {"garment": head.shop(seen), "words": encoder.sentences(captions)}
        return EncodedPictures(captions, vectors)
