"""A result, enlarged: a dialog over the page that closes with Esc and gives the focus back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.sources import script

_TEMPLATE = """
<dialog class="enlarged" aria-label="The picture, enlarged">
  <figure><div class="enlarged-picture"><img alt=""></div>
  <figcaption><b></b><span class="tabular"></span> <span class="enlarged-size tabular"></span></figcaption></figure>
  <div class="enlarged-tools"><button type="button" class="tool" data-do="size" aria-pressed="false" hidden>Original
    size</button>{bring}
    <button type="button" class="tool" data-do="also" aria-pressed="false">Also right</button>
    <button type="button" class="tool" data-do="rank">Map its rank</button>{ask}
    <button type="button" class="tool" data-do="close">Close</button></div>
</dialog>
"""
_ASK = '<button type="button" class="tool" data-do="choose">{words}</button>'
_BRING = '<button type="button" class="tool" data-do="bring" data-k="{k}">{words}</button>'
BRINGS = {1: "Bring this first", 10: "Bring this to the first 10"}
_COUNT = itertools.count(1)


@dataclass(frozen=True, slots=True)
class EnlargedView:
    """A picture to look at.

    Attributes:
        index: its place in the gallery; what the event `choose` gives back.
        title: its name for people.
        source: its address, a data URL; "" when the picture is missing.
        details: rank, score and parts, as the tile says them.
        whole: address of the picture at its original size; "" where the gallery has only the small copy.
    """

    index: int
    title: str
    source: str
    details: str = ""
    whole: str = ""


class Enlarged(gr.HTML):
    """Opens when Python sets a value; `choose` comes from its button, where it has one, `bring`
    with a number k, `also` and `rank`.

    Args:
        value: None, for a page opens with nothing enlarged.
        asks: what stands on the button; "" for no button.
    """

    def __init__(self, value: EnlargedView | None = None, *, asks: str = "", **options: Any) -> None:
        self.asks = asks
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(
                ask=_ASK.format(words=escape(asks)) if asks else "",
                bring="".join(_BRING.format(k=k, words=words) for k, words in BRINGS.items()),
            ),
            js_on_load=script("enlarged.js"),
            apply_default_css=False,
            **options,
        )

    def postprocess(self, value: EnlargedView | None) -> Any:  # type: ignore[override, unused-ignore]
        """Returns what the script takes; numbered, so that the same picture opens twice."""
        if value is None:
            return None
        return {
            "index": value.index,
            "title": value.title,
            "src": value.source,
            "details": value.details,
            "whole": value.whole,
            "number": next(_COUNT),
        }

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "a picture of the gallery and what is said of it"}
