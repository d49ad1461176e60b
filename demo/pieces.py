"""What the events of all tabs share: how they are queued, what a session keeps, how a mistake is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar

import gradio as gr

from core.errors import BlendscopeError, InputError
from demo import copy
from demo.html import (
    empty,
    is_of_a_question,
    models_line,
    notice,
    question_line,
    remarks,
    report_table,
    said,
    sentence,
    slip,
    stale,
)
from demo.uploads import KEPT_FOR

__all__ = [
    "FOLLOW",
    "MODEL",
    "NOTHING",
    "OWN",
    "asking",
    "empty",
    "following",
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
"""What the page shows: an answer to a question of its visitor's; none yet, or an old one whose picture is gone."""
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


def remembered(
    asked: str, state: Evidence | None, examples: Sequence[Evidence], nothing: str = copy.NOTHING_ASKED
) -> Evidence:
    """Returns the evidence that the page shows.

    The page says whether it shows a worked example ("example 0") or a question of its own; so evidence
    that was put away is never mistaken for an example.

    Args:
        asked: what the page shows.
        state: the session's evidence, None before the first question and after it was put away.
        examples: the evidence of the worked examples.
        nothing: what to do first, where nothing is asked about.

    Raises:
        InputError: there is nothing to show yet, or not any more.
    """
    if asked == NOTHING:
        raise InputError(nothing)
    kind, _, number = str(asked).partition(" ")
    if kind == "example" and number.isdecimal() and int(number) < len(examples):
        return examples[int(number)]
    if state is None:
        raise InputError(copy.ANSWER_PUT_AWAY)
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


def following(outputs: int, *, speaks: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Shows a person's mistake as `inline` does, for events that change an answer and ask no question.

    Such an event cannot make an answer fit words or a picture that were refused: while the notice says why these have
    no answer, it stays, and with it the dimming, until a question was answered. The notice is the last input, which
    the decorated function is not given. Where no reason stands, nothing is sent: one that comes meanwhile, from a
    question under way, is not wiped out.

    Args:
        outputs: how many others there are.
        speaks: a mistake is said even while such a reason stands, and takes its place.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def shown(*inputs_and_notice: Any, **options: Any) -> tuple[Any, ...]:
            *inputs, standing = inputs_and_notice
            refused = is_of_a_question(standing)
            try:
                return "" if standing and not refused else gr.skip(), *function(*inputs, **options)
            except BlendscopeError as error:
                told = stale(str(error), mistake=True) if refused else slip(str(error))
                return told if speaks or not refused else gr.skip(), *(gr.skip() for _ in range(outputs))

        before = signature(function)
        given = list(before.parameters.values())
        if all(one.kind is Parameter.POSITIONAL_OR_KEYWORD for one in given):  # gradio counts them
            notice_itself = Parameter("standing", Parameter.POSITIONAL_OR_KEYWORD)
            shown.__signature__ = before.replace(parameters=[*given, notice_itself])  # type: ignore[attr-defined]
        return shown

    return decorate
