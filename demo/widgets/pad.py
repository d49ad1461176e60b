"""The drawing pad of the sketch tab: strokes in the browser, a PNG for Python."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import gradio as gr

from core.errors import InputError
from core.images import encode_png
from core.types import Picture
from demo.widgets.sources import script

PREFIX = "data:image/png;base64,"
LARGEST_DRAWING = 2_000_000
"""Longest data URL taken, in characters; a drawing of 512 by 512 pixels needs about 20,000."""

_BUTTON = '<button type="button" class="tool" data-do="{do}" title="{title}"{extra}>{label}</button>'
_TEMPLATE = """
<div class="pad">
  <div class="pad-sheet">
    <canvas tabindex="0" role="application" aria-label="{label}. Draw with a mouse, a finger or a pen;
      or with the arrow keys after the space bar lowered the pen."></canvas>
    <p class="pad-hint" aria-hidden="true">{hint}</p>
  </div>
  <div class="pad-tools" role="toolbar" aria-label="Drawing tools">{buttons}
    <label class="pad-width">Width
      <input type="range" data-width min="2" max="16" step="1" value="{width}">
    </label>
  </div>
  <p role="status" class="visually-hidden"></p>
</div>
"""
_TOOLS = (
    ("pen", "Pen", "Draw black lines", ' aria-pressed="true"'),
    ("eraser", "Eraser", "Rub out", ' aria-pressed="false"'),
    ("undo", "Undo", "Take the last stroke back (Ctrl Z)", " disabled"),
    ("redo", "Redo", "Draw it again (Ctrl Y)", " disabled"),
    ("clear", "Clear", "Empty the pad", " disabled"),
)


class DrawingPad(gr.HTML):
    """A square sheet to draw on; its value is a PNG data URL, or None when it is empty.

    The event `input` comes when a stroke has ended, the drawing black on white, 512 pixels square, in the
    value. Python may set the value: None empties the pad, a data URL or the address of a picture of ours is
    drawn under the strokes.

    Args:
        label: what the pad is for, read to those who cannot see it.
        hint: the words on the empty sheet.
        pen_width: at first, in pixels of a sheet 512 pixels wide, 2 to 16.
    """

    def __init__(
        self,
        value: str | None = None,
        *,
        label: str = "Drawing pad",
        hint: str = "Draw here",
        pen_width: int = 5,
        **options: Any,
    ) -> None:
        buttons = "".join(
            _BUTTON.format(do=do, label=name, title=title, extra=extra) for do, name, title, extra in _TOOLS
        )
        self.hint = hint
        self.pen_width = pen_width
        super().__init__(
            value=value,
            label=label,
            html_template=_TEMPLATE.format(label=label, hint=hint, width=pen_width, buttons=buttons),
            js_on_load=script("pad.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "PNG data URL of a drawing, black on white"}


def as_ground(picture: Picture) -> str:
    """Returns a picture as a pad's value, to draw on."""
    return PREFIX + base64.b64encode(encode_png(picture.pixels)).decode()


def drawing_bytes(value: object) -> bytes | None:
    """Returns the PNG bytes of a pad's value, None for an empty pad.

    The bytes are not yet known to be a picture: `core.images.open_picture` decides that.

    Args:
        value: what the page sent; anybody may send anything.

    Raises:
        InputError: the value is no PNG data URL, or longer than `LARGEST_DRAWING`.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.startswith(PREFIX):
        raise InputError("The drawing pad sent something that is not a drawing; clear it and draw again.")
    if len(value) > LARGEST_DRAWING:
        raise InputError("The drawing is too large; clear the pad and draw again.")
    try:
        return base64.b64decode(value[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("The drawing arrived damaged; draw one more stroke to send it again.") from error
