"""A talk on the page: a dialog with the slides that were kept, and a stage on which the finished talk is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from core.state import tab_name
from core.talk import FORMAT, KIND, LONGEST_NOTES, LONGEST_TITLE, MOST_SLIDES
from core.task_table import TASKS
from demo.links import LONGEST_ADDRESS
from demo.widgets.figure_saver import figure_button
from demo.widgets.sources import script

LARGEST_SENT = 11_000_000
"""Characters of a talk that the page sends; the server takes requests of 12 MB."""
SCRIPTS = ("talk_list.js", "talk_pictures.js", "talk_rows.js", "talk_panel.js", "talk_stage.js")
_TEMPLATE = """
<dialog class="talk" aria-labelledby="talk-heading" {data}>
  <div class="talk-head"><h2 id="talk-heading">Talk</h2>
    <label class="talk-title">Title <input type="text" class="typed" maxlength="{title}"></label></div>
  <p class="talk-said"><span role="status"></span>
    <button type="button" class="tool" data-do="undo" hidden>Undo</button>
    <button type="button" class="tool" data-do="last" hidden>Show the one made ready before</button></p>
  <div class="talk-here dialog-tools"><button type="button" class="tool" data-do="add">Add to talk</button>
    <button type="button" class="tool" data-do="code">QR code</button>{figure}</div>
  <p class="talk-empty">No slide yet. “Add to talk” keeps what the page shows, with its sliders as they stand.</p>
  <ol class="talk-slides"></ol>
  <p class="talk-progress" hidden><progress max="1" value="0" aria-label="Slides that are ready"></progress>
    <span role="status"></span> <button type="button" class="tool" data-do="cancel">Cancel</button></p>
  <p class="talk-alone fine" hidden></p>
  <div class="dialog-tools"><label class="tool talk-file">Open a talk
      <input type="file" class="visually-hidden" accept=".json,application/json"></label>
    <button type="button" class="tool" data-do="download">Download</button>
    <button type="button" class="tool" data-do="handout">Download hand-out</button>
    <button type="button" class="tool" data-do="close">Close</button>
    <button type="button" class="tool is-first" data-do="start">Start</button></div>
</dialog>
<dialog class="talk-stage" aria-label="The talk"><iframe title="The talk" allow="fullscreen"></iframe></dialog>
"""


class TalkPanel(gr.HTML):
    """`keep` comes with a view whose picture only the server has, `read` with a file's text, `fetch` for the talk that
    the page was started with, `place` with a slide to be shown on the page, `begin` with a talk to be made ready, and
    `cease` when that is not wanted any more, `shorten` with a view that is too long for an address. All but `cease`
    carry a `number`, which the answer names.

    Args:
        value: {"offered"}, what the page was started with; else an answer.
    """

    def __init__(self, value: Mapping[str, Any] | None = None, **options: Any) -> None:
        data = {
            "format": FORMAT,
            "kind": KIND,
            "most": MOST_SLIDES,
            "notes": LONGEST_NOTES,
            "largest": LARGEST_SENT,
            "long": LONGEST_ADDRESS,
            "tabs": json.dumps({tab_name(task): task.title for task in TASKS}),
        }
        attributes = " ".join(f'data-{key}="{escape(str(text))}"' for key, text in data.items())
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(data=attributes, title=LONGEST_TITLE, figure=figure_button()),
            js_on_load="".join(map(script, SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "what the server says of a talk"}
