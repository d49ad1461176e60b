"""Street to shop: a worn garment asks, shop pictures answer; picture, words and box each have a weight.

The parts live in different spaces, so each is a cosine standardised by two constants of the gallery. The
encoders run in `StreetToShopTask.evidence`; `core.tasks.street_to_shop_answer` is pure arithmetic on what they found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float32

from core import text as words_door
from core.blend import dot_products
from core.captioners.dialogue import Conversation
from core.errors import ArtifactError
from core.tasks.results import (
    Reader,
    SearchableGallery,
    check_readable,
    check_same_models,
    item_names,
    item_titles,
    notes_on,
)
from core.tasks.street_to_shop_answer import WITHOUT_BOX, StreetAnswer, StreetEvidence, answer
from core.types import Box, Caption, Picture

__all__ = ["WITHOUT_BOX", "StreetAnswer", "StreetEvidence", "StreetToShopTask", "answer"]


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


class BoxProposer(Protocol):
    """Says where the garment is."""

    def propose(self, towers: Any, pictures: Sequence[Picture]) -> list[Box]:
        """Returns a box for each picture, in pixels of its upright original."""
        ...


class StreetToShopTask:
    """Runs the encoders for one gallery of shop pictures; safe to call from several threads.

    Args:
        gallery: with vectors "garment" (unit, shop side) and "words" (unit), and the six constants
            `{picture,words,box}_{mean,std}`.
        joint: its sentence vectors live in the space of "words".
        garment: takes the joint encoder's garment features to the space of "garment".
        captioner: writes the caption when a person gives none.
        interviewer: asks further questions about the picture, None for none.
        boxes: proposes boxes, None when there are no weights for it.
        profile: name of the set of models.
        models: role -> id.
        remark: said with every answer, such as that nothing was trained.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        *,
        joint: StreetEncoder,
        garment: GarmentHead,
        captioner: Captioner,
        interviewer: Interviewer | None = None,
        boxes: BoxProposer | None = None,
        profile: str,
        models: Mapping[str, str],
        remark: str = "",
    ) -> None:
        self.gallery = gallery
        self._joint = joint
        self._garment = garment
        self._captioner = captioner
        self._interviewer = interviewer
        self._boxes = boxes
        self.profile = profile
        self.models = dict(models)
        self._items, self._titles = item_names(gallery), item_titles(gallery)
        self._remarks = (remark,) if remark else ()

    def caption(self, picture: Picture) -> Caption:
        """Returns the captioner's sentence about a picture."""
        return self._captioner.caption(picture)

    def evidence(self, picture: Picture, crop: Picture | None, caption: str = "") -> StreetEvidence:
        """Compares a worn garment with every shop picture.

        Args:
            picture: the whole picture.
            crop: what the box cuts from it, None without a box.
            caption: a person's words; "" lets the captioner write them.

        Raises:
            InputError: the words cannot be used.
        """
        clean = words_door.clean(caption, allow_empty=True)
        check_readable(self._joint, clean)
        words = Caption(clean, "person") if clean else self.caption(picture)
        parts = np.stack(
            [self._seen([picture], "picture")[0], self._said([words.sentence])[0], self._boxed(crop)]
        )
        talk = None if self._interviewer is None else self._interviewer.about(picture)
        return StreetEvidence(
            self.profile, self.models, words, parts, crop is not None, self._items, self._titles, talk
        )

    def propose(self, picture: Picture) -> Box:
        """Returns where the box head sees the garment, in pixels of the upright original.

        Args:
            picture: the whole picture.

        Raises:
            ArtifactError: these models have no box head.
        """
        if self._boxes is None:
            raise ArtifactError("These models propose no box; draw one over the garment.")
        return self._boxes.propose(self._joint, [picture])[0]

    def notes(self, text: str) -> tuple[str, ...]:
        """Returns what the page must say about a text, such as that it was shortened."""
        return (*self._remarks, *notes_on(self._joint, text))

    def with_words(self, evidence: StreetEvidence, caption: str | Caption) -> StreetEvidence:
        """Returns the evidence with other words; only the words are encoded again.

        Raises:
            InputError: the words are empty or cannot be used, or other models found the evidence.
        """
        check_same_models(evidence.models, self.models)
        words = caption if isinstance(caption, Caption) else Caption(words_door.clean(caption), "person")
        check_readable(self._joint, words.sentence)
        parts = np.stack([evidence.parts[0], self._said([words.sentence])[0], evidence.parts[2]])
        return replace(evidence, caption=words, parts=parts)

    def with_box(self, evidence: StreetEvidence, crop: Picture | None) -> StreetEvidence:
        """Returns the evidence with another box, or without one; only the crop is encoded.

        Raises:
            InputError: other models found the evidence.
        """
        check_same_models(evidence.models, self.models)
        parts = np.stack([evidence.parts[0], evidence.parts[1], self._boxed(crop)])
        return replace(evidence, parts=parts, has_box=crop is not None)

    def score_parts(self, pictures: Sequence[Picture], captions: Sequence[str] | None = None) -> np.ndarray:
        """Compares many worn garments with every shop picture, without boxes.

        Args:
            pictures: n whole pictures.
            captions: their words; None lets the captioner write them.

        Returns:
            (3, n, gallery) standardised cosines of picture, words and box; the last is 0.
        """
        said = (
            [self.caption(picture).sentence for picture in pictures] if captions is None else list(captions)
        )
        seen = self._seen(pictures, "picture")
        return np.stack([seen, self._said(said), np.zeros_like(seen)])

    def _seen(self, pictures: Sequence[Picture], part: str) -> Float32[np.ndarray, "n gallery"]:
        rows = self._garment.street(self._joint.garment_features(pictures))
        return self._standardised(dot_products(rows, self.gallery.vectors("garment")), part)

    def _said(self, captions: Sequence[str]) -> Float32[np.ndarray, "n gallery"]:
        rows = self._joint.sentences(captions)
        lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return self._standardised(dot_products(rows / lengths, self.gallery.vectors("words")), "words")

    def _boxed(self, crop: Picture | None) -> Float32[np.ndarray, " gallery"]:
        if crop is None:
            return np.zeros(len(self._items), dtype=np.float32)
        return np.asarray(self._seen([crop], "box")[0])

    def _standardised(self, cosines: np.ndarray, part: str) -> Float32[np.ndarray, "n gallery"]:
        mean, spread = self.gallery.constants[f"{part}_mean"], self.gallery.constants[f"{part}_std"]
        return np.asarray((cosines - mean) / max(spread, 1e-6), dtype=np.float32)
