"""Sliders for the weights of a blend: they keep their sum at 1, in the browser, without a server call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

EVIDENCE = ("picture", "words", "both")
"""The kinds of evidence; each has one colour and one pattern everywhere."""


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One weight.

    Attributes:
        label: what it weighs, such as "Picture".
        symbol: its name in the formula, such as "w₀".
        evidence: "picture", "words" or "both": gives the colour and the pattern.
    """

    label: str
    symbol: str
    evidence: str


@dataclass(frozen=True, slots=True)
class WeightsView:
    """What the sliders show.

    Attributes:
        weights: one finite number a row; they sum to 1.
        reasons: for each row the sentence that says why it is fixed at 0, or None while it can be moved.
        start: where the question that is shown began, to which a button leads back; None for where the last one did.
    """

    weights: Sequence[float]
    reasons: Sequence[str | None]
    start: Sequence[float] | None = field(default=None, compare=False)


_TEMPLATE = """
<div class="weights" role="group" aria-label="{label}"{negative}>
  <div class="weight-mix" aria-hidden="true">{segments}</div>
  {rows}
  <p class="weight-message" role="status" hidden></p>
  <button type="button" class="weight-back tabular" hidden></button>
</div>
"""
_ROW = """
<div class="weight-row evidence-{evidence}">
  <span class="weight-name"><span class="swatch part-{evidence}"></span>{label} <i>{symbol}</i></span>
  <input type="range" class="dial" min="0" max="1" step="0.01" aria-label="{label}">
  <span class="weight-ticks" role="group" aria-label="Where {label} changes the first answer"></span>
  <input type="text" class="typed tabular" inputmode="decimal" autocomplete="off" maxlength="12"
    aria-label="{label}, typed">
  <span class="weight-reason" hidden></span>
</div>
"""


class Weights(gr.HTML):
    """Sliders and number fields for weights that sum to 1.

    Moving one slider rescales the others in proportion. Typed numbers, with a decimal point or comma, are rescaled when
    the last field is left; the page says so, and what else it made of them. The event `input` comes at most once a
    frame, unless whoever has the evidence in the browser answers the move; Python reads a tuple of floats and sets a
    `WeightsView`. Ticks under each slider stand where the first answer changes on its path, as the same one tells.
    Once the weights are not those at the start, a button leads back to them.

    Args:
        rows: the weights, in order.
        value: at first; None for equal weights.
        label: what the weights are for.
        negative: whether typed weights may be negative.
    """

    def __init__(
        self,
        rows: Sequence[WeightRow],
        value: WeightsView | None = None,
        *,
        label: str = "Weights",
        negative: bool = False,
        **options: Any,
    ) -> None:
        self.rows = tuple(rows)
        self.negative = negative
        super().__init__(
            value=value,
            label=label,
            html_template=_TEMPLATE.format(
                label=escape(label),
                negative=" data-negative" if negative else "",
                segments="".join(f'<span class="part-{row.evidence}"></span>' for row in rows),
                rows="".join(
                    _ROW.format(evidence=row.evidence, label=escape(row.label), symbol=escape(row.symbol))
                    for row in rows
                ),
            ),
            js_on_load=script("numbers.js")
            + script("fixed.js")
            + script("shares.js")
            + script("weights.js")
            + script("weight_ticks.js"),
            apply_default_css=False,
            **options,
        )

    def preprocess(self, payload: Any) -> tuple[float, ...]:  # type: ignore[override, unused-ignore]
        """Returns the weights that were sent; what is no number becomes NaN, for core to refuse."""
        sent = payload.get("weights") if isinstance(payload, dict) else None
        if not isinstance(sent, list) or len(sent) != len(self.rows):
            return (float("nan"),) * len(self.rows)
        return tuple(float(number) if type(number) in (int, float) else float("nan") for number in sent)

    def postprocess(self, value: WeightsView | None) -> Any:  # type: ignore[override, unused-ignore]
        """Returns what the script takes."""
        if value is None:
            return None
        sent = {"weights": list(value.weights), "reasons": list(value.reasons)}
        return sent if value.start is None else {**sent, "start": list(value.start)}

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "the weights, and for each why it is fixed or null"}
