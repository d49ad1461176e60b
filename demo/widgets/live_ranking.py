"""A ranking that the browser goes on with: the evidence of the last question, and the names of all pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from demo.widgets.gallery import MARKS
from demo.widgets.sources import script

_SCRIPTS = (
    "figure_giver.js",
    "blend.js",
    "fixed.js",
    "written_numbers.js",
    "ranking_words.js",
    "names.js",
    "tiles.js",
    "live_ranking.js",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a ranking is drawn, as the server draws it.

    Attributes:
        kinds: (kind of evidence, label) of each part, in order.
        decimals: of the numbers shown.
        sign: of the unit of scores, "" for plain numbers.
        results: how many tiles.
    """

    kinds: Sequence[tuple[str, str]]
    decimals: int
    sign: str
    results: int

    def to_json(self) -> str:
        """Returns what the script takes."""
        return json.dumps(
            {
                "kinds": [list(kind) for kind in self.kinds],
                "decimals": self.decimals,
                "sign": shown_sign(self.sign),
                "results": self.results,
                "truth": MARKS["truth"],
            }
        )


def shown_sign(sign: str) -> str:
    """Returns the sign of a unit as it follows a number; "" for none."""
    return f"\u00a0{sign}" if sign else ""


class LiveRanking(gr.HTML):
    """Unseen: answers moves of the sliders from the evidence that is its value; None leaves them to the server.

    Args:
        value: what `demo.answers.live.question_value` returns.
        look: how the answer is drawn.
        name: begins the ids of the sentence, of the gallery, of the weights and of the catalogue.
    """

    def __init__(
        self, value: Mapping[str, Any] | None = None, *, look: Look, name: str, **options: Any
    ) -> None:
        parts = ("sentence", "gallery", "weights", "catalogue")
        look_of = f'data-name="{escape(name)}" data-look="{escape(look.to_json())}"'
        ids = " ".join(f'data-{part}="{escape(name)}-{part}"' for part in parts)
        super().__init__(
            value=value,
            html_template=f'<div class="live-ranking" hidden {look_of} {ids}></div>',
            js_on_load="".join(map(script, _SCRIPTS)),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "what each kind of evidence says of every picture"}


class PictureNames(gr.HTML):
    """Unseen: what the gallery's pictures are called and where they are, once a gallery.

    Args:
        value: what `demo.answers.live.catalogue_value` returns.
        elem_id: by which others find it.
    """

    def __init__(self, value: Mapping[str, Any] | None = None, *, elem_id: str, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=f'<div hidden data-holder="{escape(elem_id)}"></div>',
            js_on_load=script("names.js") + script("catalogue.js"),
            apply_default_css=False,
            elem_id=elem_id,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "titles, files and small pictures of the gallery"}
