"""A slider with a field to type in: what both show is what is answered, in the browser, without a server call."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

STEP = 0.01


@dataclass(frozen=True, slots=True)
class SliderView:
    """What a slider shows.

    Attributes:
        value: within the slider's bounds.
        reason: the sentence that says why it cannot be moved, None while it can.
    """

    value: float
    reason: str | None = None


_TEMPLATE = """
<div class="slider {track}" role="group" aria-label="{label}">
  <div class="slider-head"><span class="slider-name">{label}</span>
    <input type="text" class="typed tabular" inputmode="decimal" autocomplete="off" maxlength="12"
      aria-label="{label}, typed"></div>
  <input type="range" class="dial" min="{low}" max="{high}" step="{step}" aria-label="{label}"{described}>
  <p class="slider-reason" hidden></p>
  <p class="slider-message" role="status" hidden></p>
</div>
"""


class Slider(gr.HTML):
    """A slider and a field for one number.

    A typed number may have a decimal comma. One outside the bounds is brought inside, an empty field or words give
    the last number back, both with a sentence. The event `input` comes at most once a frame, unless whoever has the
    evidence in the browser answers the move; Python reads a float and sets a float or a `SliderView`.

    Args:
        value: at first, within the bounds.
        low: the least.
        high: the most.
        label: what is set; any text, escaped here.
        description: what more there is to say about it, read out with the label; any text, escaped here.
        track: colours of the track, "picture-words" for a weight of the picture against the words.
    """

    def __init__(
        self,
        value: float | SliderView | None = None,
        *,
        low: float = 0.0,
        high: float = 1.0,
        label: str = "Value",
        description: str = "",
        track: str = "",
        **options: Any,
    ) -> None:
        self.low, self.high, self.track = low, high, track
        described = f' aria-description="{escape(description)}"' if description else ""
        super().__init__(
            value=low if value is None else value,
            label=label,
            html_template=_TEMPLATE.format(
                label=escape(label), described=described, track=escape(track), low=low, high=high, step=STEP
            ),
            js_on_load=script("numbers.js") + script("slider.js"),
            apply_default_css=False,
            **options,
        )

    def preprocess(self, payload: Any) -> float:  # type: ignore[override, unused-ignore]
        """Returns the number that was sent; what is no number becomes NaN, for core to refuse."""
        sent = payload.get("value") if isinstance(payload, dict) else None
        if isinstance(sent, bool) or not isinstance(sent, int | float):
            return float("nan")
        return float(sent)

    def postprocess(self, value: float | SliderView | None) -> Any:  # type: ignore[override, unused-ignore]
        """Returns what the script takes."""
        if value is None:
            return None
        view = value if isinstance(value, SliderView) else SliderView(float(value))
        return {"value": view.value, "reason": view.reason}

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "the value, and why it is fixed or null"}
