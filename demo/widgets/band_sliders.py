"""The sliders of the field-or-road tab: the band in which the head counts as unsure, and conformal sets."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.widgets.slider import Slider, SliderView

BAND = (0.4, 0.6)
COVERAGE = 0.9
NO_SET = "Needs a conformal set."


def coverage_view(wanted: Any, coverage: float) -> SliderView:
    """Returns the slider of the coverage, which counts only where there are sets."""
    return SliderView(coverage, None if wanted else NO_SET)


def band_sliders(ends: tuple[float, float]) -> dict[str, Any]:
    """Returns by name the ends of the band, whether there are conformal sets, and their coverage."""
    with gr.Row(elem_classes="pair", elem_id="field-road-band"):
        low = Slider(ends[0], label="Unsure from", min_width=150)
        high = Slider(ends[1], label="Unsure up to", min_width=150)
    with gr.Row(elem_classes="pair"):
        conformal = gr.Checkbox(False, label="Conformal set", min_width=150, container=False)
        coverage = Slider(
            SliderView(COVERAGE, NO_SET),
            low=0.5,
            high=0.99,
            label="Coverage",
            min_width=150,
            elem_id="field-road-coverage",
        )
    return {"low": low, "high": high, "conformal": conformal, "coverage": coverage}
