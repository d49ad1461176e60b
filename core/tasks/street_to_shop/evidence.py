"""What the encoders find for one query of street to shop: how near picture, words and box are to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.tasks.candidates import RankedEvidence, fields_from_json
from core.tasks.evidence import short_floats
from core.types import Caption, Conversation


@dataclass(frozen=True, slots=True, eq=False)
class StreetEvidence(RankedEvidence):
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        caption: the words in use.
        parts: (3, n) standardised similarities of picture, words and box; the last row is 0 without a box.
        has_box: whether there is a box.
        dialogue: what the captioner answered to fixed questions; None without a dialogue.
    """

    caption: Caption
    parts: Float32[np.ndarray, "3 n"]
    has_box: bool
    dialogue: Conversation | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss."""
        return RankedEvidence.to_json(self) | {
            "caption": self.caption.to_json(),
            "parts": short_floats(self.parts),
            "has_box": self.has_box,
            "dialogue": None if self.dialogue is None else self.dialogue.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> StreetEvidence:
        """Returns the evidence that `to_json` wrote."""
        return cls(
            Caption.from_json(value["caption"]),
            np.asarray(value["parts"], dtype=np.float32),
            bool(value["has_box"]),
            Conversation.from_json(value["dialogue"]) if value.get("dialogue") else None,
            **fields_from_json(value),
        )
