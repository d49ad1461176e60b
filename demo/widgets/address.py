"""The address of a tab: the browser's bar follows what the tab shows, and what stands in it is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from demo.links import LONGEST_ADDRESS
from demo.widgets.sources import script


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A part of an address that the browser reads off the page.

    Attributes:
        key: in the address.
        place: CSS selector of where it stands.
        how: "now" (the numbers in `data-now`), "rising" (the same, where none is below the one before it), "chosen"
            (the name of the radio button that is on), "on" (whether a box is ticked) or "strokes" (of a drawing pad).
    """

    key: str
    place: str
    how: str


class Address(gr.HTML):
    """`note` comes when another question was answered, `open` with an address to be shown, `shorten` with a long one.

    Args:
        value: {"query"}, what Python says of the question; {"short", "of"}, a short name of an address.
        tab: what addresses call this tab.
        name: of the live answer, whose questions these are; "" where `watches` says when there is another one.
        watches: CSS selector of what changes with the answer; "" where `name` does.
        reads: what the browser adds.
        first: whether this tab is in front when the page opens.
    """

    def __init__(
        self,
        value: Mapping[str, Any] | None = None,
        *,
        tab: str,
        reads: Sequence[LiveKey],
        name: str = "",
        watches: str = "",
        first: bool = False,
        **options: Any,
    ) -> None:
        data = {
            "tab": tab,
            "name": name,
            "watches": watches,
            "first": "yes" if first else "",
            "longest": str(LONGEST_ADDRESS),
            "reads": json.dumps([[read.key, read.place, read.how] for read in reads]),
        }
        # Gradio reads an attribute of each argument's name; one that the script writes in quotes it takes for an event.
        self.tab = tab
        attributes = " ".join(f'data-{key}="{escape(text)}"' for key, text in data.items())
        super().__init__(
            value=value,
            html_template=f'<div class="address" {attributes}></div>',
            js_on_load=script("stroke_text.js") + script("address.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "the question as a query, or a short name of a long one"}
