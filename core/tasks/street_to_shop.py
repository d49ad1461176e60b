"""Street to shop: a worn garment asks, shop pictures answer; picture, words and box each have a weight.

The parts live in different spaces, so each is a cosine standardised by two constants of the gallery. The
encoders run in `StreetToShopTask.evidence`; `answer` is pure arithmetic on what they found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core import text as words_door
from core.errors import InputError
from core.tasks.results import (
    Hit,
    ItemName,
    Reader,
    SearchableGallery,
    clamped,
    hits,
    item_names,
    notes_on,
    short_floats,
    who_finds_what,
)
from core.types import Caption, Picture

PARTS = ("picture", "words", "box")
VOICES = ("the picture", "the words", "the box")
WITHOUT_BOX = (0.85, 0.15, 0.0)  # where the sliders start; more words cost recall on validation pairs


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


@dataclass(frozen=True, slots=True, eq=False)
class StreetEvidence:
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        caption: the words in use.
        parts: (3, n) standardised cosines of picture, words and box; the last row is 0 without a box.
        has_box: whether there is a box.
        items: (id, file) of every gallery picture.
    """

    profile: str
    models: dict[str, str]
    caption: Caption
    parts: Float32[np.ndarray, "3 n"]
    has_box: bool
    items: tuple[ItemName, ...]

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "caption": self.caption.to_json(),
            "parts": short_floats(self.parts),
            "has_box": self.has_box,
            "items": [list(item) for item in self.items],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> StreetEvidence:
        """Returns the evidence that `to_json` wrote."""
        return cls(
            value["profile"],
            dict(value["models"]),
            Caption.from_json(value["caption"]),
            np.asarray(value["parts"], dtype=np.float32),
            bool(value["has_box"]),
            tuple((str(name), str(file)) for name, file in value["items"]),
        )


@dataclass(frozen=True, slots=True)
class StreetAnswer:
    """The ranking for one choice of weights.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        caption: the sentence in use.
        weights: of picture, words and box; they sum to 1.
        hits: best first.
        sentence: one plain sentence made from the numbers.
    """

    profile: str
    models: dict[str, str]
    caption: str
    weights: tuple[float, float, float]
    hits: tuple[Hit, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/find_in_shop` gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "caption": self.caption,
            "weights": dict(zip(PARTS, self.weights, strict=True)),
            "hits": [hit.to_json() for hit in self.hits],
            "sentence": self.sentence,
        }


def answer(
    evidence: StreetEvidence, w_picture: float, w_words: float, w_box: float, k: int = 10
) -> StreetAnswer:
    """Ranks the gallery for these weights; runs no encoder.

    Args:
        evidence: what the encoders found.
        w_picture: weight of the whole picture; the three are rescaled to sum to 1.
        w_words: weight of the caption.
        w_box: weight of the crop; counts as 0 without a box.
        k: how many hits; clamped to 1..min(n, 100).

    Raises:
        InputError: a weight is not finite, or no weight is left to rescale.
    """
    weights = _usable_weights((float(w_picture), float(w_words), float(w_box)), evidence.has_box)
    shares = blend.contributions(weights, evidence.parts)
    scores = blend.blend(weights, evidence.parts)
    chosen = blend.order(scores, clamped(k, len(evidence.items)))
    found = hits(chosen.tolist(), scores, shares, PARTS, evidence.items)
    return StreetAnswer(
        evidence.profile,
        evidence.models,
        evidence.caption.sentence,
        (float(weights[0]), float(weights[1]), float(weights[2])),
        found,
        _sentence(evidence, weights, found),
    )


def _usable_weights(raw: tuple[float, float, float], has_box: bool) -> Float[np.ndarray, " 3"]:
    if has_box or not np.isfinite(raw).all():
        return blend.simplex_weights(raw)
    if raw[2] and not raw[0] and not raw[1]:
        raise InputError(
            "Only the box has a weight, but there is no box; draw one, or give the picture some weight."
        )
    return blend.simplex_weights((raw[0], raw[1], 0.0))


def _sentence(evidence: StreetEvidence, weights: Float[np.ndarray, " 3"], found: tuple[Hit, ...]) -> str:
    if not found:
        return "The gallery is empty."
    firsts = {
        VOICES[row]: evidence.items[blend.order(evidence.parts[row], 1)[0]][0]
        for row in range(len(PARTS))
        if weights[row] > 0
    }
    sentence = who_finds_what(firsts, found[0].item, found[0].score)
    return sentence if evidence.has_box else f"{sentence} There is no box, so its weight is 0."


class StreetToShopTask:
    """Runs the encoders for one gallery of shop pictures; safe to call from several threads.

    Args:
        gallery: with vectors "garment" (unit, shop side) and "words" (unit), and the six constants
            `{picture,words,box}_{mean,std}`.
        joint: its sentence vectors live in the space of "words".
        garment: takes the joint encoder's garment features to the space of "garment".
        captioner: writes the caption when a person gives none.
        profile: name of the set of models.
        models: role -> id.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        *,
        joint: StreetEncoder,
        garment: GarmentHead,
        captioner: Captioner,
        profile: str,
        models: Mapping[str, str],
    ) -> None:
        self.gallery = gallery
        self._joint = joint
        self._garment = garment
        self._captioner = captioner
        self.profile = profile
        self.models = dict(models)
        self._items = item_names(gallery)

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
        words = Caption(clean, "person") if clean else self.caption(picture)
        parts = np.stack(
            [self._seen([picture], "picture")[0], self._said([words.sentence])[0], self._boxed(crop)]
        )
        return StreetEvidence(self.profile, self.models, words, parts, crop is not None, self._items)

    def notes(self, text: str) -> tuple[str, ...]:
        """Returns what the page must say about a text, such as that it was shortened."""
        return notes_on(self._joint, text)

    def with_words(self, evidence: StreetEvidence, caption: str | Caption) -> StreetEvidence:
        """Returns the evidence with other words; only the words are encoded again.

        Raises:
            InputError: the words are empty or cannot be used.
        """
        words = caption if isinstance(caption, Caption) else Caption(words_door.clean(caption), "person")
        parts = np.stack([evidence.parts[0], self._said([words.sentence])[0], evidence.parts[2]])
        return replace(evidence, caption=words, parts=parts)

    def with_box(self, evidence: StreetEvidence, crop: Picture | None) -> StreetEvidence:
        """Returns the evidence with another box, or without one; only the crop is encoded."""
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
        cosines = (
            self._garment.street(self._joint.garment_features(pictures)) @ self.gallery.vectors("garment").T
        )
        return self._standardised(cosines, part)

    def _said(self, captions: Sequence[str]) -> Float32[np.ndarray, "n gallery"]:
        rows = self._joint.sentences(captions)
        lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return self._standardised(rows / lengths @ self.gallery.vectors("words").T, "words")

    def _boxed(self, crop: Picture | None) -> Float32[np.ndarray, " gallery"]:
        if crop is None:
            return np.zeros(len(self._items), dtype=np.float32)
        return np.asarray(self._seen([crop], "box")[0])

    def _standardised(self, cosines: np.ndarray, part: str) -> Float32[np.ndarray, "n gallery"]:
        mean, spread = self.gallery.constants[f"{part}_mean"], self.gallery.constants[f"{part}_std"]
        return np.asarray((cosines - mean) / max(spread, 1e-6), dtype=np.float32)
