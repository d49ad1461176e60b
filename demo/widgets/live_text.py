"""Words that are applied while one types: after a pause a button is pressed, and until then the page says so."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

_TEMPLATE = (
    '<p class="fine live-text" role="status" data-watches="{watches}" data-presses="{presses}" '
    'data-waiting="Not applied yet \u2026">{ready}</p>'
)


class LiveText(gr.HTML):
    """Presses a button when somebody paused after typing in a field.

    Args:
        watches: elem_id of the text field.
        presses: elem_id of the button.
        ready: said while nothing waits.
    """

    def __init__(
        self,
        value: str = "",
        *,
        watches: str = "",
        presses: str = "",
        ready: str = "Applied when you pause, or press Enter.",
        **options: Any,
    ) -> None:
        self.watches, self.presses, self.ready = watches, presses, ready
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(
                watches=escape(watches), presses=escape(presses), ready=escape(ready)
            ),
            js_on_load=script("live_text.js"),
            apply_default_css=False,
            **options,
        )
