"""The task: it runs the encoder."""

from __future__ import annotations

from core.tasks.brightness.evidence import BrightnessEvidence

from core.contracts import PictureEncoder
from core.types import Picture


class BrightnessTask:
    """Tells how light pictures are.

    Args:
        encoder: its first number is the lightness.
    """

    def __init__(self, encoder: PictureEncoder) -> None:
        self._encoder = encoder

    def evidence(self, picture: Picture) -> BrightnessEvidence:
        """Runs the encoder."""
        return BrightnessEvidence({"picture": self._encoder.id}, float(self._encoder.pooled([picture])[0, 0]))
