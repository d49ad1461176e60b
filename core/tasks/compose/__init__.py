"""Compose: a reference picture and a modification in words ask; m = w0 q + w1 t + w2 f(q, t) answers.

q and t are one row each before they are mixed, so the score of every candidate is linear in the weights.
"""

from core.tasks.compose.answer import answer, ranking
from core.tasks.compose.evidence import ComposeEvidence
from core.tasks.compose.task import F_ALONE, REPORTS_BEST, ComposeTask
from core.tasks.compose.what_if import what_if

__all__ = [
    "F_ALONE",
    "REPORTS_BEST",
    "ComposeEvidence",
    "ComposeTask",
    "answer",
    "ranking",
    "what_if",
]
