"""Saves what stands on the page as a figure: the button, and the dialog that asks for its size and ground."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

SAVE = "Save figure"
SIZES = (("column", "One column"), ("two-columns", "Two columns"), ("slide", "Slide, 16:9"))
GROUNDS = (("light", "Light"), ("dark", "Dark"))
NOTHING = "Nothing that can be drawn stands here yet: ask first, or open an instrument."
DRAWING = "It is being drawn …"
STALE = "What stands here is not the answer to what was asked last, so it is not drawn; ask first."
ON_ITS_WAY = "An answer is on its way; save the figure once it has come."
TOO_LARGE = "This figure has more than can be sent; show fewer pictures."
HINT = (
    "A ZIP archive with PDF, SVG, PNG, LaTeX, the table as CSV, and the figure file that "
    "\u201cpython -m core figure\u201d draws again."
)
_TEMPLATE = """
<dialog class="figure-dialog" aria-labelledby="figure-title">
<form data-nothing="{nothing}" data-drawing="{drawing}" data-large="{large}"
  data-stale="{stale}" data-coming="{coming}">
  <h2 id="figure-title">{save}</h2>
  <fieldset><legend>What</legend><div class="figure-what"></div></fieldset>
  <fieldset><legend>Size</legend><div>{sizes}</div></fieldset>
  <fieldset><legend>Ground</legend><div>{grounds}</div></fieldset>
  <p class="fine">{hint}</p><p class="figure-said" role="status" aria-live="polite"></p>
  <div class="figure-does"><button type="submit" class="tool" data-do="save">Save</button>
  <button type="button" class="tool" data-do="close">Close</button></div>
</form></dialog>
"""


class FigureSaver(gr.HTML):
    """Unseen until a button of `figure_button` is pressed; `save` comes with the evidence, the size and the ground.

    Args:
        value: {"number", "name", "archive", "remark"}, an archive in base64, or {"number", "reason"}.
    """

    def __init__(self, value: Mapping[str, Any] | None = None, **options: Any) -> None:
        template = _TEMPLATE.format(
            nothing=escape(NOTHING), drawing=escape(DRAWING), large=escape(TOO_LARGE), save=SAVE, hint=escape(HINT),
            stale=escape(STALE), coming=escape(ON_ITS_WAY),
            sizes=_choices("figure-size", SIZES), grounds=_choices("figure-ground", GROUNDS),
        )  # fmt: skip
        scripts = (
            "fixed.js",
            "written_numbers.js",
            "figure_sources.js",
            "figure_pictures.js",
            "earlier.js",
            "figure_saver.js",
        )
        super().__init__(
            value=value,
            html_template=template,
            js_on_load="".join(map(script, scripts)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "an archive with a figure, or why there is none"}


def figure_button() -> str:
    """Returns the button that saves what stands beside it."""
    return f'<button type="button" class="tool save-figure">{SAVE}</button>'


def _choices(name: str, choices: tuple[tuple[str, str], ...]) -> str:
    return "".join(
        f'<label><input type="radio" name="{name}" value="{value}"{"" if at else " checked"}> {escape(words)}</label>'
        for at, (value, words) in enumerate(choices)
    )
