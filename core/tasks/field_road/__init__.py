"""Field or road: a small trained head beside zero-shot CLIP with two captions, as report 2 compares them."""

from core.heads.labels import LABELS, THREE
from core.tasks.field_road.answer import Classification, FieldRoadAnswer, answer
from core.tasks.field_road.evidence import FieldRoadEvidence
from core.tasks.field_road.task import FIELD_CAPTION, ROAD_CAPTION, FieldRoadTask
from core.tasks.field_road.what_if import what_if

__all__ = [
    "FIELD_CAPTION",
    "LABELS",
    "ROAD_CAPTION",
    "THREE",
    "FieldRoadAnswer",
    "FieldRoadEvidence",
    "FieldRoadTask",
    "Classification",
    "answer",
    "what_if",
]
