"""A map of recall over all weights of a mix: a triangle whose corners are q, t and f(q, t), darker is better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import gradio as gr
import numpy as np
from jaxtyping import Float

from core import blend
from core.polygons import held_apart
from core.shares import told_together
from demo.widgets.sources import script

SIDE, LEFT, TOP = 360.0, 40.0, 44.0
HEIGHT = SIDE * 3**0.5 / 2
QTF = (("picture", "q"), ("words", "t"), ("both", "f(q, t)"))
# Where the corners q, t and f stand in the picture.
CORNERS = np.array([(LEFT, TOP + HEIGHT), (LEFT + SIDE, TOP + HEIGHT), (LEFT + SIDE / 2, TOP)])
APART = 27.0
"""Least distance of two signs, whose rings have a radius of 12."""
SHADES, FAINTEST, STRONGEST = 32, 4, 84
# Recall is flat where f rules: shades that rise with the cube tell the best points apart.
CONTRAST = 3
HINT = "Click the map, or press Enter on it, and the sliders take these weights."
KEYS = "arrow keys move over the map, Home goes to the sliders, End to the best, Enter takes the weights."
INK = "More ink, more recall: ink grows with the cube, so that the best stand apart."
# Learned weights may be a little negative: so far outside they are drawn.
MARGIN, EDGE = -0.1, -0.005


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that is pointed out.

    Attributes:
        symbol: what stands in its ring, one character.
        label: what it is, in the legend.
        weights: w0, w1, w2 of any sum; far outside the triangle it is named but not drawn.
    """

    symbol: str
    label: str
    weights: tuple[float, float, float]


class SimplexMaps(gr.HTML):
    """Maps whose value is the HTML of `simplex_html`; `choose` tells the (w0, w1, w2) of a click or of Enter.

    Args:
        value: HTML at first.
        follows: elem_id of the `Weights` whose place is marked on the maps.
    """

    def __init__(self, value: str = "", *, follows: str = "", **options: Any) -> None:
        self.follows = follows
        super().__init__(
            value=value,
            html_template=f'<div class="simplex-maps" data-follows="{escape(follows)}">${{value}}</div>',
            js_on_load=script("fixed.js") + script("shares.js") + script("simplex.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "HTML of maps of recall over the weights"}


def simplex_html(
    values: Float[np.ndarray, " points"],
    steps: int,
    *,
    title: str,
    note: str,
    marks: Sequence[Mark] = (),
    corners: Sequence[tuple[str, str]] = QTF,
) -> str:
    """Returns one map, for a talk: darker on paper, lighter on a dark ground, is more.

    Args:
        values: (points,) shares at the points of `blend.simplex_grid(steps)`.
        steps: the grid has step 1/steps.
        title: what is drawn; escaped.
        note: where it comes from; escaped.
        marks: points that are pointed out.
        corners: (kind of evidence, label) of each corner.
    """
    low, high = float(values.min()), float(values.max())
    label = f"{title}: from {_percent(low)} to {_percent(high)}"
    outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in CORNERS)
    names = "|".join(label.partition("(")[0] for _, label in corners)
    name = "simplex-" + "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    return (
        f'<figure class="simplex" data-steps="{steps}" data-names="{escape(names)}" '
        f'data-values="{",".join(str(round(1000 * value)) for value in values)}">'
        f"<figcaption>{escape(title)}<small>{escape(note)}</small></figcaption>"
        f'<div class="simplex-field" role="application" tabindex="0" aria-label="{escape(title)}: {KEYS}">'
        f'<svg viewBox="0 0 440 404" role="img" aria-label="{escape(label)}">'
        f'<clipPath id="{name}"><polygon points="{outline}"/></clipPath>'
        f'<g clip-path="url(#{name})">{_cells(values, steps)}</g>'
        f'<polygon class="simplex-edge" points="{outline}"/>{_corners(corners)}'
        f"{_marks(marks)}"
        '<circle class="simplex-here" r="7"/><circle class="simplex-point" r="7"/></svg></div>'
        f'<p class="simplex-read tabular" aria-live="polite"></p><p class="simplex-hint">{HINT}</p>'
        f"{_scale(low, high)}{_legend(marks)}</figure>"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _scale(low: float, high: float) -> str:
    """Returns how much ink means which share: five shares, evenly spaced in ink."""
    shares = (low + (high - low) * (ink / 4) ** (1 / CONTRAST) for ink in range(5))
    ticks = "".join(f"<span>{_percent(share)}</span>" for share in shares)
    return (
        f'<div class="simplex-scale tabular"><i></i><div>{ticks}</div></div><p class="simplex-hint">{INK}</p>'
    )


def _cells(values: Float[np.ndarray, " points"], steps: int) -> str:
    """Returns the points in shades that tell the best ones apart."""
    span = float(values.max() - values.min()) or 1.0
    return ink_cells(((values - values.min()) / span) ** CONTRAST, steps)


def ink_cells(ink_of: Float[np.ndarray, " points"], steps: int) -> str:
    """Returns a hexagon around each point of `blend.simplex_grid(steps)`, one path for each shade.

    Args:
        ink_of: (points,) how dark each is, in [0, 1].
        steps: the grid has step 1/steps.
    """
    shades = np.rint(ink_of * (SHADES - 1)).astype(int).tolist()
    half = SIDE / steps / 2
    rise = half / 3**0.5
    hexagon = f"l{half:.2f} {rise:.2f}v{2 * rise:.2f}l{-half:.2f} {rise:.2f}l{-half:.2f} {-rise:.2f}v{-2 * rise:.2f}z"
    places = blend.simplex_grid(steps) @ CORNERS - (0, 2 * rise)
    drawn = sorted(zip(shades, places.tolist(), strict=True))
    paths = []
    for shade, cells in groupby(drawn, key=lambda cell: cell[0]):
        ink = FAINTEST + (STRONGEST - FAINTEST) * shade / (SHADES - 1)
        outline = "".join(f"M{x:.1f} {y:.1f}{hexagon}" for _, (x, y) in cells)
        paths.append(f'<path style="--shade:{ink:.0f}%" d="{outline}"/>')
    return "".join(paths)


def _corners(corners: Sequence[tuple[str, str]]) -> str:
    """Returns the evidence's colours at the corners."""
    drawn = []
    for (x, y), (evidence, label), shift in zip(CORNERS.tolist(), corners, (34, 34, -16), strict=True):
        drawn.append(
            f'<circle class="simplex-corner evidence-{evidence}" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
            f'<text x="{x:.1f}" y="{y + shift:.1f}">{escape(label)}</text>'
        )
    return "".join(drawn)


def _drawn(mark: Mark) -> np.ndarray | None:
    """Returns the weights of a mark with sum 1, None where they are far outside the triangle."""
    total = sum(mark.weights)
    weights = np.array(mark.weights) / total if total > 0 else np.full(3, -1.0)
    return weights if np.min(weights) >= MARGIN else None


def _marks(marks: Sequence[Mark]) -> str:
    """Returns the signs of points; where they would cover each other, a line leads to the point."""
    placed = [(mark.symbol, _drawn(mark)) for mark in marks]
    drawn = [(symbol, weights @ CORNERS) for symbol, weights in placed if weights is not None]
    points = np.array([point for _, point in drawn]).reshape(-1, 2)
    shown = []
    for (symbol, point), (x, y) in zip(drawn, held_apart(points, APART).tolist(), strict=True):
        left, top = point.tolist()
        lead = f'<path d="M{left:.1f} {top:.1f}L{x:.1f} {y:.1f}"/>' if (left, top) != (x, y) else ""
        shown.append(
            f'<g class="simplex-mark">{lead}<circle cx="{x:.1f}" cy="{y:.1f}" r="12"/>'
            f'<text x="{x:.1f}" y="{y + 6:.1f}">{escape(symbol)}</text></g>'
        )
    return "".join(shown)


def _legend(marks: Sequence[Mark]) -> str:
    places = {mark.symbol: _drawn(mark) for mark in marks}
    outside = {symbol for symbol, place in places.items() if place is None or place.min() < EDGE}
    rows = "".join(
        f'<li><b class="simplex-ring">{escape(mark.symbol)}</b> {escape(mark.label)}: '
        f'<span class="tabular">{_numbers(mark.weights)}</span>'
        f"{', outside the triangle' if mark.symbol in outside else ''}</li>"
        for mark in marks
    )
    here = '<li><b class="simplex-ring is-here"></b> the sliders now: <span class="simplex-now tabular"></span></li>'
    return f'<ul class="simplex-legend">{here}{rows}</ul>'


def _numbers(weights: tuple[float, float, float]) -> str:
    return ", ".join(told_together(weights))
