"""Whether anything here answers: the p-value of a question, and a slider for alpha that moves the line beside it."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import gradio as gr

from core.tasks.promise import SMALLEST_SHOWN, Finding
from demo.widgets.sources import script

LOW, HIGH, STEP = 0.01, 0.5, 0.01
SCALE = (0, 0.25, 0.5, 0.75, 1)
"""What stands below the line of p-values."""
NONE_YET = (
    "Nothing is ranked, or nobody has measured when something answers with these models and this gallery."
)
NOTE = (
    "The dot is p: the share of questions that have no answer here and whose best candidate still does as well as this "
    "one; no weight here moves it. The line is α, the share of such questions that you let pass for answered by "
    "mistake: a dot left of the line is promised an answer."
)
_TEMPLATE = """
<div class="promise-panel" data-here="{here}" data-smallest="{smallest:g}">
  <p class="promise-said" aria-live="polite"></p>
  <div class="promise-line" aria-hidden="true"><i class="promise-within"></i><b class="promise-p"></b>
    <span class="promise-at tabular"></span><span class="promise-level">α</span>{scale}</div>
  <p class="promise-ends" aria-hidden="true"><span>0: no question without an answer does as well</span>
    <span>1: each does</span></p>
  <label class="promise-alpha">Mistakes allowed, α <output class="tabular"></output>
    <input type="range" class="dial" min="{low}" max="{high}" step="{step}" aria-label="α, mistakes allowed"></label>
  <p class="fine promise-note">{note}</p>
</div>
"""


class PromisePanel(gr.HTML):
    """Shows a question's p-value; its slider moves alpha in the browser, and the line below the answer follows.

    Args:
        value: what was found of the question, None where nobody knows.
        here: among what nothing answers, such as "among these classes".
    """

    def __init__(self, value: Finding | None = None, *, here: str = "here", **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(
                here=escape(here),
                smallest=SMALLEST_SHOWN,
                low=LOW,
                high=HIGH,
                step=STEP,
                note=escape(NOTE),
                scale="".join(f'<s style="left:{100 * at:g}%">{at:g}</s>' for at in SCALE),
            ),
            js_on_load=f"const NONE_YET = {json.dumps(NONE_YET)};\n"
            + script("figure_giver.js")
            + script("fixed.js")
            + script("promise.js"),
            apply_default_css=False,
            **options,
        )

    def postprocess(self, value: Finding | None) -> Any:  # type: ignore[override, unused-ignore]
        """Returns what the script takes."""
        return None if value is None else value.to_json()

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "p-value, n, alpha and why it is a hint"}
