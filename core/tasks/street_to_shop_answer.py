"""The answer of street to shop: a blend of picture, words and box over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core.captioners.dialogue import Conversation
from core.errors import InputError
from core.tasks.results import Hit, ItemName, clamped, hits, short_floats, title_of, who_finds_what
from core.types import Caption

PARTS = ("picture", "words", "box")
VOICES = ("the picture", "the words", "the box")
WITHOUT_BOX = (0.85, 0.15, 0.0)  # where the sliders start; more words cost recall on validation pairs


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
        titles: (n,) what people call them; empty when nobody has said.
        dialogue: what the captioner answered to fixed questions; None without a dialogue.
    """

    profile: str
    models: dict[str, str]
    caption: Caption
    parts: Float32[np.ndarray, "3 n"]
    has_box: bool
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()
    dialogue: Conversation | None = None

    def title(self, index: int) -> str:
        """Returns what a sentence calls an item: its title, or its id when it has none."""
        return title_of(index, self.items, self.titles)

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
        VOICES[row]: evidence.title(int(blend.order(evidence.parts[row], 1)[0]))
        for row in range(len(PARTS))
        if weights[row] > 0
    }
    sentence = who_finds_what(firsts, evidence.title(found[0].index), found[0].score)
    return sentence if evidence.has_box else f"{sentence} There is no box, so its weight is 0."
