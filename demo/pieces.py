"""What the events of all tabs share: how they are queued, what a session keeps, how a mistake is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import gradio as gr

from core.errors import BlendscopeError, InputError
from demo.html import models_line, notice, question_line, remarks, report_table, said, sentence
from demo.uploads import KEPT_FOR

__all__ = [
    "FOLLOW",
    "MODEL",
    "OWN",
    "inline",
    "kept_state",
    "models_line",
    "notice",
    "question_line",
    "remarks",
    "remembered",
    "report_table",
    "said",
    "sentence",
    "shown_html",
]

MODEL: dict[str, Any] = {
    "concurrency_id": "model",
    "concurrency_limit": 1,
    "trigger_mode": "always_last",
    "show_progress": "minimal",
    "api_visibility": "private",
}
"""For events that run models: one at a time; while one runs, only the last of those that follow is kept."""

FOLLOW: dict[str, Any] = {
    "queue": False,
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""For events that follow a slider: outside the queue, without any model."""

OWN = "own"
Evidence = TypeVar("Evidence")


def kept_state() -> gr.State:
    """Returns what holds a session's evidence; it is put away an hour after the last question."""
    return gr.State(None, time_to_live=KEPT_FOR)


def shown_html(value: str = "", **options: Any) -> gr.HTML:
    """Returns a place for HTML of ours, without gradio's own styles for prose."""
    return gr.HTML(value, apply_default_css=False, **options)


def remembered(asked: str, state: Evidence | None, examples: Sequence[Evidence]) -> Evidence:
    """Returns the evidence that the page shows.

    The page says whether it shows a worked example ("example 0") or a question of its own; so evidence
    that was put away is never mistaken for an example.

    Args:
        asked: what the page shows.
        state: the session's evidence, None before the first question and after it was put away.
        examples: the evidence of the worked examples.

    Raises:
        InputError: there is nothing to show any more.
    """
    kind, _, number = str(asked).partition(" ")
    if kind == "example" and number.isdecimal() and int(number) < len(examples):
        return examples[int(number)]
    if state is None:
        raise InputError("There is no answer to change yet, or it was put away after an hour; ask again.")
    return state


def inline(outputs: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Shows a person's mistake in the notice of the answer, and leaves every other output as it was.

    The notice is the first output of the event; the decorated function returns the others, as a tuple.

    Args:
        outputs: how many others there are.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def shown(*inputs: Any) -> tuple[Any, ...]:
            try:
                return "", *function(*inputs)
            except BlendscopeError as error:
                return notice(str(error)), *(gr.skip() for _ in range(outputs))

        return shown

    return decorate
