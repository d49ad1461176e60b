"""What the encoders find for one query of street to shop: how near picture, words and box are to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.tasks.headline import Fit, fits_from_json, fits_to_json
from core.tasks.ranking import copies_from_json, copies_to_json, repeats
from core.tasks.results import Copies, ItemName, short_floats
from core.types import Caption, Conversation


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
