"""Brightness: how light is a picture?"""

from core.tasks.brightness.answer import BrightnessAnswer, answer
from core.tasks.brightness.evidence import BrightnessEvidence
from core.tasks.brightness.task import BrightnessTask

__all__ = ["BrightnessAnswer", "BrightnessEvidence", "BrightnessTask", "answer"]
