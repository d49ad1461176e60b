"""A pinned answer beside the one that stands: a slope graph of ranks, drawn in the browser from the evidence there."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

_SCRIPTS = ("written_numbers.js", "comparison.js", "pin_board.js")
HINT = "Pin the answer that stands, change anything, and see what moves."
NONE = "There is no answer here whose whole order the browser knows, so nothing can be pinned."
_TEMPLATE = """
<div class="pin-board" data-name="{name}" data-words="{words}" data-hint="{hint}" data-none="{none}">
  <div class="pin-tools"><button type="button" class="tool" data-do="pin">Pin this answer</button>
  <button type="button" class="tool" data-do="unpin" hidden>Take the pin away</button></div>
  <p class="pin-said" aria-live="polite">{hint}</p><div class="pin-graph"></div>
</div>
"""


class PinBoard(gr.HTML):
    """Asks whoever has the evidence of the tab for its answer, keeps one of them, and draws both side by side.

    Args:
        name: by which the live answer of the tab goes.
        words: `elem_id` of the field whose words are asked with.
    """

    def __init__(self, *, name: str, words: str, **options: Any) -> None:
        texts = {"name": name, "words": words, "hint": HINT, "none": NONE}
        super().__init__(
            html_template=_TEMPLATE.format(**{key: escape(text) for key, text in texts.items()}),
            js_on_load="".join(map(script, _SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "nothing: the board is the browser's"}
