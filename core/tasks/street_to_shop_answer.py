"""The answer of street to shop: a blend of picture, words and box over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core.checks import clamp_k
from core.errors import InputError
from core.tasks.headline import Fit, fits_from_json, fits_to_json
from core.tasks.ranking import (
    Placed,
    RankedAnswer,
    copies_from_json,
    copies_to_json,
    placed,
    repeats,
    spoken,
    verdict,
)
from core.tasks.results import Copies, Hit, ItemName, hits, short_floats
from core.types import Caption, Conversation

PARTS = ("picture", "words", "box")
VOICES = dict(zip(PARTS, ("the picture", "the words", "the box"), strict=True))
WITHOUT_BOX = (0.85, 0.15, 0.0)  # where the sliders start; more words cost recall on validation pairs


@dataclass(frozen=True, slots=True, eq=False)
class StreetEvidence:
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        caption: the words in use.
        parts: (3, n) standardised similarities of picture, words and box; the last row is 0 without a box.
        has_box: whether there is a box.
        items: (id, file) of every gallery picture.
        titles: (n,) what people call them; empty when nobody has said.
        dialogue: what the captioner answered to fixed questions; None without a dialogue.
        copies: row -> the later rows with the same bytes.
        fits: "picture", "words" or "box" -> how well its best candidate fits; those that were measured.
    """

    profile: str
    models: dict[str, str]
    caption: Caption
    parts: Float32[np.ndarray, "3 n"]
    has_box: bool
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()
    dialogue: Conversation | None = None
    copies: Copies = field(default_factory=dict)
    fits: Mapping[str, Fit] = field(default_factory=dict)

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows that are no part of the ranking: they only repeat an earlier picture."""
        return repeats(self.copies)

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "caption": self.caption.to_json(),
            "parts": short_floats(self.parts),
            "has_box": self.has_box,
            "items": [list(item) for item in self.items],
            "titles": list(self.titles),
            "dialogue": None if self.dialogue is None else self.dialogue.to_json(),
            "copies": copies_to_json(self.copies),
            "fits": fits_to_json(self.fits),
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
            tuple(str(title) for title in value.get("titles") or ()),
            Conversation.from_json(value["dialogue"]) if value.get("dialogue") else None,
            copies_from_json(value.get("copies")),
            fits_from_json(value.get("fits")),
        )


@dataclass(frozen=True, slots=True)
class StreetAnswer(RankedAnswer):
    """The ranking for one choice of weights of picture, words and box.

    Attributes:
        caption: the sentence in use.
    """

    caption: str = ""

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/find_in_shop` gives."""
        head = {"profile": self.profile, "models": dict(self.models), "caption": self.caption}
        weights = dict(zip(PARTS, self.weights, strict=True))
        return head | RankedAnswer.to_json(self) | {"weights": weights}


def answer(
    evidence: StreetEvidence,
    w_picture: float,
    w_words: float,
    w_box: float,
    k: int = 10,
    right: Collection[str] = (),
) -> StreetAnswer:
    """Ranks the gallery for these weights; runs no encoder.

    Args:
        evidence: what the encoders found.
        w_picture: weight of the whole picture; the three are rescaled to sum to 1.
        w_words: weight of the caption.
        w_box: weight of the crop; counts as 0 without a box.
        k: how many hits; clamped to 1..min(n, 100). A picture that the gallery holds several times is one hit.
        right: ids of the items known to be right, whose place the answer tells.

    Raises:
        InputError: a weight is not finite, or no weight is left to rescale.
    """
    weights = _usable_weights((float(w_picture), float(w_words), float(w_box)), evidence.has_box)
    shares = blend.contributions(weights, evidence.parts)
    scores = blend.blend(weights, evidence.parts)
    chosen = blend.order(scores, clamp_k(k, len(evidence.items)), evidence.hidden).tolist()
    found = hits(chosen, scores, shares, PARTS, evidence.items, evidence.copies)
    known = placed(right, scores, shares, PARTS, evidence.items, evidence.copies, evidence.hidden)
    return StreetAnswer(
        evidence.profile,
        evidence.models,
        (float(weights[0]), float(weights[1]), float(weights[2])),
        found,
        _sentence(evidence, weights, found, known),
        known,
        evidence.caption.sentence,
    )


def _usable_weights(raw: tuple[float, float, float], has_box: bool) -> Float[np.ndarray, " 3"]:
    if has_box or not np.isfinite(raw).all():
        return blend.simplex_weights(raw)
    if raw[2] and not raw[0] and not raw[1]:
        raise InputError(
            "Only the box has a weight, but there is no box; draw one, or give the picture some weight."
        )
    return blend.simplex_weights((raw[0], raw[1], 0.0))


def _sentence(
    evidence: StreetEvidence, weights: Float[np.ndarray, " 3"], found: tuple[Hit, ...], right: Placed | None
) -> str:
    if not found:
        return "The gallery is empty."
    shown = right or Placed(found[0], 1)
    name = spoken(shown.hit.index, shown.rank, evidence.items, evidence.titles)
    sentences = verdict(
        name,
        evidence.parts,
        weights,
        VOICES,
        shown,
        hidden=evidence.hidden,
        fits=evidence.fits,
        right=right is not None,
    )
    return " ".join(filter(None, [*sentences, "" if weights[2] else _of_the_box(evidence.has_box)]))


def _of_the_box(has_box: bool) -> str:
    if has_box:
        return "The box has no weight, so it is not counted."
    return "There is no box, so its weight is 0."
