"""The gallery as a map: thumbnails at their places, and the question among them by the evidence in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

AS_A_MAP = "The gallery as a map"
_SCRIPTS = (
    "figure_giver.js",
    "blend.js",
    "fixed.js",
    "written_numbers.js",
    "map_places.js",
    "map_view.js",
    "gallery_map.js",
    "map_hands.js",
)
KEYS = (
    "arrow keys go from picture to picture, with Shift they move the map; plus and minus zoom, 0 shows the whole; "
    "Enter looks at a picture"
)
HINT = (
    "Drag to move; wheel, fingers or + and − zoom (the wheel once you have clicked); press a picture to look at it or "
    "ask with it."
)
THREADS = (
    "Each thread leads from one kind of evidence alone to the mix, and follows the sliders; a place is the middle of "
    "the ten pictures that are liked best."
)
_TEMPLATE = """
<div class="map-frame" data-name="{name}">
  <p class="atlas-said map-said"></p>
  <div class="map-tools"><div class="map-charts" role="group" aria-label="What makes pictures neighbours"></div>
    <button type="button" class="tool" data-zoom="in" aria-label="Zoom in">+</button>
    <button type="button" class="tool" data-zoom="out" aria-label="Zoom out">−</button>
    <button type="button" class="tool" data-zoom="whole">Whole</button></div>
  <div class="map-field" role="application" tabindex="0" aria-label="The gallery as a map: {keys}.">
    <canvas aria-hidden="true"></canvas></div>
  <p class="map-read tabular" aria-live="polite"></p>
  <p class="simplex-hint"><span class="map-threads">{threads} </span>{hint} <span class="map-kept"></span></p>
  <details class="fold map-list"><summary>The same as a list</summary><div></div></details>
  <p class="map-reason" role="status"></p>
</div>
"""


class GalleryMap(gr.HTML):
    """A map whose value is what `demo.answers.live.map_value` returns; `wanted` comes when it is first seen.

    `enlarge` comes when a picture was pressed, with its index and its words. The names and small pictures are those of
    the tab's catalogue, the evidence is that of its live ranking.

    Args:
        value: the places at first; None until somebody looks.
        name: begins the ids of the tab's elements.
    """

    def __init__(self, value: Mapping[str, Any] | None = None, *, name: str, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(name=escape(name), keys=KEYS, hint=HINT, threads=THREADS),
            js_on_load="".join(map(script, _SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "the gallery's places on maps"}
