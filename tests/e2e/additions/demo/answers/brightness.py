"""The answer as HTML."""

from __future__ import annotations

from core.tasks.brightness import BrightnessEvidence, answer

from demo.html import sentence


def shown(evidence: BrightnessEvidence) -> str:
    """Returns the sentence."""
    result = answer(evidence)
    return sentence(f"This picture is {'bright' if result.bright else 'dark'} ({result.lightness:.2f}).")
