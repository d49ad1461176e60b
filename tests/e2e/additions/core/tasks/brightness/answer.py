"""The answer: bright or dark; pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.tasks.brightness.evidence import BrightnessEvidence


@dataclass(frozen=True, slots=True)
class BrightnessAnswer:
    """Whether a picture is bright.

    Attributes:
        models: role -> id.
        lightness: in [0, 1].
        bright: whether it is above the limit.
    """

    models: dict[str, str]
    lightness: float
    bright: bool

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint gives."""
        return {"models": self.models, "lightness": self.lightness, "bright": self.bright}


def answer(evidence: BrightnessEvidence, limit: float = 0.5) -> BrightnessAnswer:
    """Returns whether a picture is bright.

    Args:
        evidence: what the encoder found.
        limit: in [0, 1].
    """
    return BrightnessAnswer(evidence.models, evidence.lightness, evidence.lightness > limit)
