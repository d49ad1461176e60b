"""What the tabs are laid out with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from demo import copy
from demo.uploads import KEPT_FOR


def kept_state() -> gr.State:
    """Returns what holds a session's evidence; it is put away an hour after the last question."""
    return gr.State(None, time_to_live=KEPT_FOR)


def shown_html(value: str = "", **options: Any) -> gr.HTML:
    """Returns a place for HTML of ours, without gradio's own styles for prose."""
    return gr.HTML(value, apply_default_css=False, **options)


def thinking_mark() -> gr.HTML:
    """Returns a small word that appears when an answer takes longer than a blink; for the top of an answer."""
    return shown_html(f'<p aria-hidden="true">{copy.THINKING}</p>', elem_classes="thinking")


def memory(showing: str) -> dict[str, Any]:
    """Returns the two fields that every tab keeps: what the page shows, and the question of the visitor's own.

    Args:
        showing: what the page shows at first.
    """
    return {"showing": gr.Textbox(showing, visible="hidden", label="which question"), "held": kept_state()}


def question_column() -> gr.Column:
    """Returns the left column of a tab: what is asked."""
    return gr.Column(scale=5, min_width=340, elem_classes="question")


def answer_column() -> gr.Column:
    """Returns the right column of a tab: what answers, dimmed while a notice stands in it."""
    return gr.Column(scale=7, min_width=340, elem_classes="answer")


def example_buttons(titles: Sequence[str]) -> list[gr.Button]:
    """Returns a button for each worked example."""
    return [gr.Button(title, size="sm", elem_classes="example") for title in titles]
