"""The question of a slide as HTML: what was asked with, in pictures and words that nobody changes any more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from core.joining import SUM
from demo.answers.joining import BRIEFLY
from demo.html import isolated
from demo.recent_pictures import recent_picture
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxView

LARGE = 640
"""Longest side in pixels of a picture that is asked with."""
DRAWING = "The drawing that is asked about"
PHOTO = "The photo that is asked about"
TICK = re.compile(r'(?<=style=")left:([\d.]+)%')
CAPTIONER = "The captioner’s words"


def told(tab: Any, shown: Any) -> Any:
    """Returns the evidence of the answer that is shown.

    Args:
        tab: its events.
        shown: their fields.
    """
    question = tab.question(shown.showing, shown.held)
    return getattr(question, "evidence", question)


def asked_words(texts: Sequence[str], *, own: bool = True) -> str:
    """Returns the words of a question in quotation marks.

    Args:
        texts: one, or two captions.
        own: whether a person wrote them.
    """
    lines = "".join(f"<q>{isolated(text)}</q>" for text in texts)
    who = "" if own else f"<small>{CAPTIONER}</small>"
    return f'<p class="deck-words">{lines}{who}</p>'


def settings_line(rule: str, pooling: str = "", *, cosine: bool = False) -> str:
    """Returns what else the answer depends on, where it is not as usual.

    Args:
        rule: of joining.
        pooling: over tokens, "" where there is none.
        cosine: whether the mix is renormalised.
    """
    said = [f"Pooling over tokens: {pooling}."] if pooling not in ("", "mean") else []
    said += ["Scores are cosines."] if cosine else []
    said += [f"Joined by the rule \u201c{rule}\u201d: {BRIEFLY[rule]}."] if rule != SUM else []
    return f'<p class="fine deck-settings">{escape(" ".join(said))}</p>' if said else ""


def band_line(low: float, high: float) -> str:
    """Returns the band in which the head counts as unsure."""
    return f'<p class="fine deck-settings tabular">Unsure from {low:.2f} to {high:.2f}.</p>'


def rowed_scale(scale: Any) -> Any:
    """Returns the scale under a slider with where each tick stands as a number, by which its label stays within.

    Args:
        scale: as `demo.widgets.bars.slider_scale` gives it; what is no text stays.
    """
    return TICK.sub(r"\g<0>;--at:\1", scale) if isinstance(scale, str) else scale


def drawing(address: str | None) -> str:
    """Returns a drawing on its sheet."""
    return _figure(address or "", DRAWING, "deck-drawing") if address else ""


def file_picture(path: str | None) -> str:
    """Returns a photo of a file."""
    return _figure(data_address(recent_picture(path), LARGE), PHOTO, "") if path else ""


def boxed_picture(view: BoxView | None) -> str:
    """Returns a picture with the box that was drawn on it; a frame as wide as the picture keeps the two together."""
    if view is None:
        return ""
    size, frame = f'width="{view.width}" height="{view.height}"', ""
    if view.box is not None:
        box = view.box
        edge = (
            f'<rect x="{box.x0:g}" y="{box.y0:g}" width="{box.x1 - box.x0:g}" height="{box.y1 - box.y0:g}"/>'
        )
        frame = edge + edge
    shown = f'viewBox="0 0 {view.width} {view.height}" preserveAspectRatio="xMinYMin meet"'
    picture = f'<image href="{escape(view.source)}" {size}/>{frame}'
    return (
        f'<figure class="deck-picture"><svg {shown} role="img" aria-label="{escape(view.description)}">'
        f"{picture}</svg></figure>"
    )


def _figure(address: str, description: str, kind: str) -> str:
    shown = f'<img alt="{escape(description)}" src="{escape(address)}">'
    return f'<figure class="deck-picture {kind}">{shown}</figure>'
