"""A code for phones: a dialog with the link to what is shown, as a QR code large enough for the back row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from demo.widgets.sources import script

_TEMPLATE = """
<dialog class="qr-code" aria-labelledby="qr-code-title">
  <div class="qr-sheet" role="img" aria-label="QR code"></div>
  <div class="qr-words"><h2 id="qr-code-title">This view on a phone</h2>
    <p role="status"></p><p class="qr-link"></p>
    <div class="dialog-tools"><button type="button" class="tool" data-do="copy">Copy link</button>
      <button type="button" class="tool" data-do="close">Close</button></div></div>
</dialog>
"""


class QrCode(gr.HTML):
    """`make` comes with the page's address and a view when somebody wants the code of what is shown.

    Args:
        value: {"svg", "link", "says"}, or {"failed"}, why there is no code.
    """

    def __init__(self, value: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=_TEMPLATE,
            js_on_load=script("qr_code.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "a link and its code, or why there is none"}
