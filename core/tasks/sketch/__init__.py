"""Sketch: which of 125 classes is it? z = alpha f(picture) + beta g(caption), as report 1 blends them."""

from core.tasks.sketch.answer import (
    CLASSES,
    ClassScore,
    SketchAnswer,
    answer,
    beginning,
    blended_of,
    concat_answer,
    pair_of,
    part_rows,
    start_alpha,
)
from core.tasks.sketch.evidence import SketchEvidence
from core.tasks.sketch.ink import ink, numbered, strokes_on
from core.tasks.sketch.task import SketchTask
from core.tasks.sketch.what_if import what_if

__all__ = [
    "CLASSES",
    "ClassScore",
    "SketchAnswer",
    "SketchEvidence",
    "SketchTask",
    "answer",
    "beginning",
    "blended_of",
    "concat_answer",
    "ink",
    "numbered",
    "pair_of",
    "part_rows",
    "start_alpha",
    "strokes_on",
    "what_if",
]
