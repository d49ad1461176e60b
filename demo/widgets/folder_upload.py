"""A button that uploads the pictures of a whole folder, each by itself, with its name in that folder."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

MOST_PICTURES = 200
"""Of a folder, and of all pictures that are asked about at once."""
_TEMPLATE = """
<div class="folder-upload" data-most="{most}">
  <button type="button" class="tool">{words}</button>
  <input type="file" webkitdirectory multiple hidden aria-hidden="true" tabindex="-1">
  <span class="fine" role="status"></span>
</div>
"""


class FolderUpload(gr.HTML):
    """Sends `chosen` with `files`, [where it was uploaded, its name with its folders] each, once all are uploaded.

    Args:
        value: a sentence that stands beside the button.
        words: what stands on it.
        most: how many pictures are sent at most, evenly taken of all.
    """

    def __init__(self, value: str = "", *, words: str, most: int, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(words=escape(words), most=most),
            js_on_load=script("folder_upload.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "a sentence on the folder that was uploaded"}
