"""What the events of all tabs share: how they are queued, what a session keeps, how a mistake is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import gradio as gr

from core.errors import BlendscopeError, InputError
from demo import copy
from demo.html import models_line, notice, question_line, remarks, report_table, said, sentence, stale
from demo.uploads import KEPT_FOR

__all__ = [
    "FOLLOW",
    "MODEL",
    "NOTHING",
    "OWN",
    "asking",
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
    "stale",
    "thinking_mark",
]

MODEL: dict[str, Any] = {
    "concurrency_id": "model",
    "concurrency_limit": 1,
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""For events that run models: one at a time; while one runs, only the last of those that follow is kept.

What is shown stays as it is until the new answer is there, for a page that fades and comes back after every stroke
flickers; a tab with a `thinking_mark` says by it that an answer is on its way, see `asking`.
"""

FOLLOW: dict[str, Any] = {
    "queue": False,
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""For events that follow a slider: outside the queue, without any model."""

OWN, NOTHING = "own", "nothing"
"""What the page shows: an answer to a question of its visitor's, or an old one whose picture is gone."""
Evidence = TypeVar("Evidence")


def kept_state() -> gr.State:
    """Returns what holds a session's evidence; it is put away an hour after the last question."""
    return gr.State(None, time_to_live=KEPT_FOR)


def shown_html(value: str = "", **options: Any) -> gr.HTML:
    """Returns a place for HTML of ours, without gradio's own styles for prose."""
    return gr.HTML(value, apply_default_css=False, **options)


def thinking_mark() -> gr.HTML:
    """Returns a small word that appears when an answer takes longer than a blink; for the top of an answer."""
    return shown_html(f'<p aria-hidden="true">{copy.THINKING}</p>', elem_classes="thinking")


def asking(mark: gr.HTML) -> dict[str, Any]:
    """Returns the options of events that run models, as `MODEL`, and show by the tab's mark that they run.

    Args:
        mark: a `thinking_mark`.
    """
    return MODEL | {"show_progress": "minimal", "show_progress_on": mark}


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
    if asked == NOTHING:
        raise InputError(copy.NOTHING_ASKED)
    kind, _, number = str(asked).partition(" ")
    if kind == "example" and number.isdecimal() and int(number) < len(examples):
        return examples[int(number)]
    if state is None:
        raise InputError("There is no answer to change yet, or it was put away after an hour; ask again.")
    return state


def inline(outputs: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Shows a person's mistake in the notice of the answer, and leaves every other output as it was.

    The notice is the first output of the event; the decorated function returns the others, as a tuple. While the
    notice holds something, all the rest of the column `.answer` is dimmed: it is not what was asked last. An event
    that leaves an answer without its question, such as an emptied pad, returns `stale(...)` there.

    Args:
        outputs: how many others there are.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def shown(*inputs: Any, **options: Any) -> tuple[Any, ...]:
            try:
                return "", *function(*inputs, **options)
            except BlendscopeError as error:
                return stale(str(error), mistake=True), *(gr.skip() for _ in range(outputs))

        return shown

    return decorate
