"""What the encoder finds in a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrightnessEvidence:
    """How light a picture is.

    Attributes:
        models: role -> id.
        lightness: in [0, 1].
    """

    models: dict[str, str]
    lightness: float
