"""A pinned answer beside the one that stands: a slope graph of ranks, drawn in the browser from the evidence there."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

_SCRIPTS = (
    "figure_giver.js",
    "fixed.js",
    "written_numbers.js",
    "comparison.js",
    "earlier.js",
    "kept_pin.js",
    "pin_board.js",
)
HINT = "Pin the answer that stands, change anything, and see what moves."
NONE = "There is no answer here whose whole order the browser knows, so nothing can be pinned."
WHOSE = (
    "What stands is a worked example, which other models answered beforehand. Press Enter in the field of its words, "
    "and the {profile} models answer it."
)
_TEMPLATE = """
<div class="pin-board" {data}>
  <div class="pin-tools"><button type="button" class="tool" data-do="pin">Pin this answer</button>
  <button type="button" class="tool" data-do="unpin" hidden>Take the pin away</button></div>
  <p class="fine pin-whose" hidden>{whose}</p>
  <p class="pin-said" aria-live="polite">{hint}</p><div class="pin-graph"></div>
</div>
"""


class PinBoard(gr.HTML):
    """Asks whoever has the evidence of the tab for its answer, keeps one of them, and draws both side by side.

    Args:
        name: by which the live answer of the tab goes.
        words: `elem_id` of the field whose words are asked with.
        profile: whose models answer what is asked; "" where none do.
    """

    def __init__(self, *, name: str, words: str, profile: str = "", **options: Any) -> None:
        super().__init__(
            html_template=board_html(hint=HINT, none=NONE, profile=profile, name=name, words=words),
            js_on_load="".join(map(script, _SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "nothing: the board is the browser's"}


def board_html(*, hint: str, profile: str, **data: str) -> str:
    """Returns an empty board: its buttons, and what a script finds in the `dataset`.

    Args:
        hint: what is said before anything is pinned.
        profile: whose models answer what is asked.
        **data: name -> text.
    """
    named = {"hint": hint, "profile": profile, **data}
    attributes = " ".join(f'data-{name}="{escape(text)}"' for name, text in named.items())
    return _TEMPLATE.format(data=attributes, hint=escape(hint), whose=escape(WHOSE.format(profile=profile)))
