"""The box tool of the street-to-shop tab: a rectangle drawn on a picture, in pixels of its original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from core.images import parse_box
from core.types import Box
from demo.widgets.sources import script

_SIDES = (("x0", "Left"), ("y0", "Top"), ("x1", "Right"), ("y1", "Bottom"))
_GRIPS = ("nw", "n", "ne", "e", "se", "s", "sw", "w")
_TEMPLATE = """
<div class="box-tool" data-upload="{upload}">
  <div class="box-stage">
    <p class="box-empty">{empty}</p>
    <img alt="" draggable="false">
    <div class="box-clip"><div class="box-shade" hidden></div></div>
    <div class="box-frame" tabindex="0" role="group" hidden
      aria-label="Box: the arrow keys move it, with Shift they resize it, Delete removes it.">{grips}</div>
  </div>
  <div class="box-side">
    <p class="box-help">{help}</p>
    <button type="button" class="tool" data-do="remove" disabled>Remove box</button>
    <details class="box-typed"><summary>Box in numbers</summary>
      <fieldset class="box-numbers">
        <legend>Pixels of the original, <span class="box-size tabular"></span></legend>
        {fields}
      </fieldset>
      <p class="fine box-told" role="status"></p>
    </details>
  </div>
  <p role="status" class="visually-hidden box-status"></p>
</div>
"""
_FIELD = """
      <label>{name}
        <input type="number" class="tabular" data-side="{side}" min="0" step="1" inputmode="numeric">
      </label>"""


@dataclass(frozen=True, slots=True)
class BoxView:
    """A picture to draw a box on.

    Attributes:
        source: address of the picture as displayed, a static file's or a data URL; any reduction will do.
        width: of the upright original, in pixels.
        height: of the upright original, in pixels.
        box: the box at first, in pixels of the upright original.
        description: what the picture shows, for those who cannot see it.
    """

    source: str
    width: int
    height: int
    box: Box | None = None
    description: str = "The picture you ask with"


class BoxTool(gr.HTML):
    """A picture with a box that can be drawn, moved, resized and removed, by pointer or by numbers.

    Python sets the value to a `BoxView` or None and reads a `Box` or None. The event `input` comes when the
    box was let go.

    Args:
        value: the picture and its box at first.
        help: the sentence beside the picture.
        empty: the words where the picture will be.
        lands_in: elem_id of the upload button that takes pictures dropped or pasted here.
    """

    def __init__(
        self,
        value: BoxView | None = None,
        *,
        help: str = "Drag over the garment to draw a box; drag its edges to change it.",
        empty: str = "Drop a picture here",
        lands_in: str = "",
        **options: Any,
    ) -> None:
        self.help = help
        self.empty = empty
        self.lands_in = lands_in
        grips = "".join(f'<span class="box-grip" data-grip="{grip}"></span>' for grip in _GRIPS)
        fields = "".join(_FIELD.format(side=side, name=name) for side, name in _SIDES)
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(
                grips=grips, fields=fields, help=help, empty=empty, upload=lands_in
            ),
            js_on_load=script("box_tool.js") + script("drop.js"),
            apply_default_css=False,
            **options,
        )

    def preprocess(self, payload: Any) -> Box | None:  # type: ignore[override, unused-ignore]
        """Returns the box that the page sent, None for none.

        Raises:
            InputError: what was sent is no box.
        """
        return parse_box(payload.get("box")) if isinstance(payload, dict) else None

    def postprocess(self, value: BoxView | None) -> Any:  # type: ignore[override, unused-ignore]
        """Returns what the script takes: the picture's address, its size and the box."""
        if value is None:
            return None
        box = value.box
        return {
            "src": value.source,
            "width": value.width,
            "height": value.height,
            "box": None if box is None else [box.x0, box.y0, box.x1, box.y1],
            "alt": value.description,
        }

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "a picture's address, size and box in its pixels"}
