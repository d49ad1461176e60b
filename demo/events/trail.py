"""The trail of questions: what was asked before in a tab, so that one can walk back without asking a model again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.checks import whole_number
from core.errors import InputError
from demo import copy
from demo.events.tab import OWN

MOST_QUESTIONS = 8
"""So many questions are remembered; their evidence of 20,000 pictures takes 6 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question that was asked.

    Attributes:
        label: what the list calls it.
        showing: what the page showed, see `demo.events.tab.remembered`.
        held: the question of the visitor's own.
        mix: where the sliders stood when it was asked.
    """

    label: str
    showing: str
    held: Any
    mix: Any

    def is_that(self, showing: str, held: Any) -> bool:
        """Tells whether this is the question that the page shows."""
        return self.showing == showing and (showing != OWN or self.held is held)


def with_question(past: Any, question: Asked) -> tuple[Asked, ...]:
    """Returns the trail with a question at its end, unless it stands there already.

    Args:
        past: the trail, None before the first question.
        question: that was asked.
    """
    before: tuple[Asked, ...] = tuple(past or ())
    if any(entry.is_that(question.showing, question.held) for entry in before):
        return before
    return (*before, question)[-MOST_QUESTIONS:]


def trail_value(past: tuple[Asked, ...], showing: str, held: Any) -> dict[str, Any]:
    """Returns the list as the page takes it: labels, the latest last, and which one the page shows."""
    here = next((place for place, entry in enumerate(past) if entry.is_that(showing, held)), None)
    return {"labels": [entry.label for entry in past], "here": here}


def asked_before(past: Any, event: Any) -> Asked:
    """Returns the question that an event names.

    Raises:
        InputError: it is not remembered.
    """
    number = whole_number(getattr(event, "number", None), name="The chosen question")
    before: tuple[Asked, ...] = tuple(past or ())
    if not 0 <= number < len(before):
        raise InputError(copy.NO_SUCH_QUESTION)
    return before[number]
