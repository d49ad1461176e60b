"""Classes that the browser goes on with: the evidence of the last question, unseen."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

_SCRIPTS = ("figure_giver.js", "blend.js", "fixed.js", "written_numbers.js", "live_classes.js")


class LiveClasses(gr.HTML):
    """Unseen: answers moves of alpha from the evidence that is its value; None leaves them to the server.

    Args:
        value: what `demo.answers.sketch.question_value` returns.
        slider: elem_id of the slider.
        answer: elem_id of the answer.
    """

    def __init__(
        self, value: Mapping[str, Any] | None = None, *, slider: str, answer: str, **options: Any
    ) -> None:
        # Gradio reads an attribute of each argument's name; one that the script writes in quotes it takes for an event.
        self.slider, self.answer = slider, answer
        ids = f'data-slider="{escape(slider)}" data-answer="{escape(answer)}"'
        super().__init__(
            value=value,
            html_template=f'<div class="live-classes" hidden {ids}></div>',
            js_on_load="".join(map(script, _SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "what picture and words say of every class"}
