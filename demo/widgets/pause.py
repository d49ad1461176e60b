"""Asks by itself with the words in a field when nobody has typed there for a while: no button, no forgotten words."""

from __future__ import annotations

from html import escape

import gradio as gr

from demo.widgets.sources import script

PAUSE = 0.6
"""Seconds without a key after which typed words count."""


class TypingPause(gr.HTML):
    """Shows nothing; its event `input` comes when typing in a field has paused.

    It belongs beside the field's `submit`, which ends the wait. The event must leave the field alone (`gr.skip()`) when
    its words are a person's: what was typed since would be lost.

    Args:
        field: `elem_id` of the text field.
        seconds: how long a pause is.
    """

    def __init__(self, field: str, seconds: float = PAUSE) -> None:
        super().__init__(
            f'<i data-field="{escape(field)}" data-milliseconds="{round(1000 * seconds)}"></i>',
            js_on_load=script("pause.js"),
            apply_default_css=False,
            elem_classes="typing-pause",
        )
