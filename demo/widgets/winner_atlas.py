"""The winner atlas: a triangle of all mixes, cut into the polygons in which each picture comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr
import numpy as np

from core.polygons import inner_circle
from demo.html import isolated
from demo.widgets.atlas_layer import AtlasLayer, layer_data, layer_html, layer_words
from demo.widgets.simplex import CORNERS, HEIGHT, LEFT, SIDE, TOP
from demo.widgets.sources import script

BAND = 120.0
"""How tall the line of two kinds of evidence is drawn."""
SMALLEST = 7.0
"""Radius in which a thumbnail can still be told from another."""
KEYS = "arrow keys move the mix, and the sliders follow."
HINT = (
    "Drag the dot with the arrows, or press on a picture: the sliders follow. The grey part is where you are."
)
_HANDLE = (
    '<g class="atlas-here"><circle r="13"/><path d="M-10 0 l5 -4 v8 z M10 0 l-5 -4 v8 z '
    'M0 -10 l-4 5 h8 z M0 10 l-4 -5 h8 z"/></g>'
)


@dataclass(frozen=True, slots=True)
class AtlasCell:
    """Where a picture comes first.

    Attributes:
        index: its place in the gallery.
        title: its name for people; any text, escaped here.
        address: of its small picture, "" when that is missing.
        share: of all mixes, in (0, 1].
        corners: of the polygon, or both ends of the stretch: the weights there.
    """

    index: int
    title: str
    address: str
    share: float
    corners: tuple[tuple[float, ...], ...]


class WinnerAtlas(gr.HTML):
    """An atlas whose value is the HTML of `atlas_html`; `wanted` comes when it is seen and has none for the question.

    A press, a drag or an arrow key moves the sliders that it follows, in the browser.

    Args:
        value: HTML at first.
        name: begins the elem_id of the weights, and names the question that it is about.
    """

    def __init__(self, value: str = "", *, name: str, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=f'<div class="atlas-frame" data-name="{escape(name)}">${{value}}</div>',
            js_on_load=script("figure_giver.js")
            + script("fixed.js")
            + script("shares.js")
            + script("winner_atlas.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "HTML of the atlas of first answers"}


def atlas_html(
    cells: Sequence[AtlasCell],
    kinds: Sequence[tuple[str, str]],
    audit: str,
    layer: AtlasLayer | None = None,
) -> str:
    """Returns the atlas: polygons with thumbnails, the corners' names, and a table that says the same.

    Args:
        cells: the largest first; they fill the triangle, or the line.
        kinds: (kind of evidence, label) of each corner; two make a line, the second kind alone at its left end.
        audit: how far one kind alone explains the first answer, one sentence.
        layer: what is shown in place of the pictures; their borders stay.
    """
    line = len(kinds) == 2
    shapes = [_outline(cell.corners, line=line) for cell in cells]
    drawn = "".join(
        _cell(cell, shape, number) for number, (cell, shape) in enumerate(zip(cells, shapes, strict=True))
    )
    tall = TOP + (BAND if line else HEIGHT) + 46
    where = "line" if line else "triangle"
    under = layer_html(layer, line=line, tall=BAND) if layer else ""
    words, data = (layer_words(layer), layer_data(layer)) if layer else ("", "")
    label = f"Which picture comes first at which mix: {where} with {len(cells)} parts; {KEYS}"
    return (
        f'<figure class="atlas{" has-layer" if layer else ""}" data-kinds="{len(kinds)}"{data}>'
        f'<p class="atlas-said">{isolated(audit)}</p>{words}<p class="simplex-hint">{HINT}</p>'
        f'<div class="atlas-field" role="application" tabindex="0" aria-label="{escape(label)}">'
        f'<svg viewBox="0 0 440 {tall:.0f}" aria-hidden="true">{under}{drawn}{_edges(kinds)}'
        f"{_HANDLE}</svg></div>"
        '<p class="atlas-read tabular" aria-live="polite"></p>'
        f"{_table(cells)}</figure>"
    )


def _outline(corners: Sequence[Sequence[float]], *, line: bool) -> np.ndarray:
    """Returns (corners, 2) where a polygon stands in the picture."""
    if not line:
        return np.asarray(np.array(corners) @ CORNERS)
    left, right = (LEFT + SIDE * corner[0] for corner in corners)
    return np.array([(left, TOP), (right, TOP), (right, TOP + BAND), (left, TOP + BAND)])


def _cell(cell: AtlasCell, shape: np.ndarray, number: int) -> str:
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shape.tolist())
    x, y, radius = inner_circle(shape)
    picture = ""
    if cell.address and radius >= SMALLEST:
        side = 1.5 * radius
        picture = (
            f'<image href="{escape(cell.address)}" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" '
            f'width="{side:.1f}" height="{side:.1f}"/>'
        )
    words = escape(f"{cell.title}, first at {cell.share:.0%} of all mixes")
    return (
        f'<g class="atlas-cell" data-cell="{number}" data-words="{words}"><polygon points="{points}"/>{picture}'
        f"<title>{words}</title></g>"
    )


def _edges(kinds: Sequence[tuple[str, str]]) -> str:
    """Returns the outline and the corners, each named as one kind of evidence alone."""
    if len(kinds) == 2:
        outline = f'<rect class="atlas-edge" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{BAND}"/>'
        places = [(LEFT + SIDE, TOP + BAND, 434.0, "end"), (LEFT, TOP + BAND, 6.0, "start")]
    else:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in CORNERS.tolist())
        outline = f'<polygon class="atlas-edge" points="{corners}"/>'
        (x0, y0), (x1, y1), (x2, y2) = CORNERS.tolist()
        places = [(x0, y0, 6.0, "start"), (x1, y1, 434.0, "end"), (x2, y2, x2, "middle")]
    drawn = "".join(
        f'<circle class="simplex-corner evidence-{kind}" cx="{x:.1f}" cy="{y:.1f}" r="8"/>'
        f'<text x="{at:.1f}" y="{y - 18 if anchor == "middle" else y + 34:.1f}" text-anchor="{anchor}">'
        f"{escape(label)} alone</text>"
        for (kind, label), (x, y, at, anchor) in zip(kinds, places, strict=True)
    )
    return outline + drawn


def _table(cells: Sequence[AtlasCell]) -> str:
    rows = "".join(
        f'<tr><td>{_picture(cell)}</td><th scope="row">'
        f'<button type="button" class="atlas-go" data-to="{_middle(cell)}">'
        f"<bdi>{escape(cell.title)}</bdi></button></th><td>{cell.share:.1%}</td></tr>"
        for cell in cells
    )
    return (
        '<details class="fold"><summary>The same as a table</summary>'
        '<table class="atlas-table tabular"><thead><tr><td></td>'
        '<th scope="col">comes first</th><th scope="col">at so many of all mixes</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )


def _picture(cell: AtlasCell) -> str:
    return f'<img alt="" loading="lazy" src="{escape(cell.address)}">' if cell.address else ""


def _middle(cell: AtlasCell) -> str:
    """Returns weights inside a cell, as JSON."""
    return str([round(weight, 6) for weight in np.mean(cell.corners, axis=0).tolist()])
