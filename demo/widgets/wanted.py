"""HTML that is computed only when somebody looks at it."""

from __future__ import annotations

from html import escape
from typing import Any, ClassVar

import gradio as gr

from demo.widgets.sources import script


class WantedHTML(gr.HTML):
    """A frame around the HTML of an instrument; `wanted` comes when it is seen and the answer is another one.

    Args:
        value: HTML at first.
        watches: `elem_id` of what changes with the answer.
        data: name -> text, what the script finds as `frame.dataset`.
    """

    frame: ClassVar[str]
    """CSS class of the frame."""
    source: ClassVar[str]
    """File name of the script that runs behind `wanted.js`."""
    shows: ClassVar[str]
    """What the value is, for the description of the interface."""

    def __init__(
        self, value: str = "", *, watches: str, data: dict[str, str] | None = None, **options: Any
    ) -> None:
        named = {"watches": watches, **(data or {})}
        attributes = " ".join(f'data-{name}="{escape(text)}"' for name, text in named.items())
        super().__init__(
            value=value,
            html_template=f'<div class="{self.frame}" {attributes}>${{value}}</div>',
            js_on_load=script("figure_giver.js") + script("wanted.js") + script(self.source),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": self.shows}
