"""The reference of the compose tab: the picture to start from, and whether it may answer itself."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script


class ReferenceView(gr.HTML):
    """Shows the reference; pictures dropped or pasted here go to an upload button.

    Args:
        value: HTML of `reference_html` at first.
        lands_in: elem_id of that button.
    """

    def __init__(self, value: str = "", *, lands_in: str = "", **options: Any) -> None:
        self.lands_in = lands_in
        super().__init__(
            value=value,
            html_template=f'<figure class="reference" data-upload="{escape(lands_in)}">${{value}}</figure>',
            js_on_load=script("drop.js"),
            apply_default_css=False,
            **options,
        )


def reference_html(address: str, title: str | None, copies: int = 0) -> str:
    """Returns the reference's picture and what becomes of it.

    Args:
        address: of the picture, "" without one.
        title: its title in the gallery, None when it is not there.
        copies: how many copies of it the gallery holds beside it.
    """
    if not address:
        return "<figcaption>Choose a picture below, or drop one here.</figcaption>"
    name, note = "your picture", "It is not in the gallery, so nothing is left out."
    if title is not None:
        together = (
            f", together with {'its copy' if copies == 1 else f'its {copies} copies'}" if copies else ""
        )
        name, note = title, f"In the gallery, and left out of the ranking{together}."
    return (
        f'<img alt="The reference: {escape(name)}" src="{escape(address)}"><figcaption><b>Reference</b>: '
        f"<bdi>{escape(name)}</bdi><small>{note}</small></figcaption>"
    )
