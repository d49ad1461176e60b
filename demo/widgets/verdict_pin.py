"""A pinned verdict beside the one that stands: what two classifiers said then and say now, drawn in the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.pin_board import board_html
from demo.widgets.sources import script

HINT = (
    "Pin the answer that stands, then change anything: picture, captions, the head, your own head against the shipped "
    "one. The pin outlives the page, so the app may answer next with other models."
)
NONE = "There is no answer here yet, so nothing can be pinned."

_SCRIPTS = (
    "figure_giver.js",
    "fixed.js",
    "written_numbers.js",
    "earlier.js",
    "kept_pin.js",
    "verdict_pin.js",
)


class VerdictPin(gr.HTML):
    """Keeps what an element with `verdict_data` says, and draws it beside what it says now.

    Args:
        answer: `elem_id` of the answer in which that element lies.
        profile: whose models answer what is asked.
    """

    def __init__(self, *, answer: str, profile: str, **options: Any) -> None:
        super().__init__(
            html_template=board_html(hint=HINT, none=NONE, profile=profile, answer=answer),
            js_on_load="".join(map(script, _SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "nothing: the board is the browser's"}


def verdict_data(value: Mapping[str, Any]) -> str:
    """Returns an unseen element that says a verdict to scripts.

    Args:
        value: labels (the two classes), shares (name of a classifier -> probability of the second), verdict, captions
            and models (each a list of words).
    """
    return f'<div class="verdict-data" hidden data-verdict="{escape(json.dumps(value))}"></div>'
