"""The trail of questions: a list to walk back, latest last."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script


class Trail(gr.HTML):
    """`note` comes when another question was answered, `walk` with the number of the one to go back to.

    Args:
        value: {"labels", "here"} as `demo.events.trail.trail_value` returns it.
        name: of the live answer whose questions these are.
    """

    def __init__(self, value: Mapping[str, Any] | None = None, *, name: str, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=(
                f'<nav class="trail" data-name="{escape(name)}" aria-label="Questions asked before" hidden>'
                "<b>Asked before</b><ol></ol></nav>"
            ),
            js_on_load=script("trail.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {
            "type": "object",
            "description": "labels of the questions asked before, and which one is shown",
        }
