"""Asks by itself with the words in a field when nobody has typed there for a while; until then the field says so."""

from __future__ import annotations

from html import escape

import gradio as gr

from demo import copy
from demo.widgets.sources import script

PAUSE = 0.6
"""Seconds without a key after which typed words count."""


class TypingPause(gr.HTML):
    """Says at the field's lower edge that typed words wait; its event `input` comes when typing has paused.

    It belongs beside the field's `submit`, which ends the wait, as does a button in the field's row. The event must
    leave the field alone (`gr.skip()`) when its words are a person's: what was typed since would be lost.

    Args:
        field: `elem_id` of the text field.
        seconds: how long a pause is.
    """

    def __init__(self, field: str, seconds: float = PAUSE) -> None:
        super().__init__(
            f'<p class="typing-note" role="status" data-field="{escape(field)}" '
            f'data-milliseconds="{round(1000 * seconds)}" data-waiting="{escape(copy.NOT_APPLIED)}"></p>',
            js_on_load=script("pause.js"),
            apply_default_css=False,
            elem_classes="typing-pause",
        )
