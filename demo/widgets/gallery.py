"""The gallery: ranked pictures by their addresses, each with its score and the parts of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr

from demo.html import signed_numbers
from demo.widgets.sources import script

MARKS = {"truth": "the right one", "reference": "reference, left out", "chosen": "chosen"}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one kind of evidence adds to a score.

    Attributes:
        evidence: "picture", "words" or "both": gives the colour and the pattern.
        label: its name for people, such as "words".
        value: of either sign, in the unit of the score.
    """

    evidence: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a gallery.

    Attributes:
        index: its place in the gallery; what the event `choose` gives back.
        title: its name for people; any text, escaped here.
        address: of its small picture, "" when that is missing.
        rank: 1 for the best, None outside a ranking.
        score: None outside a ranking.
        parts: they add up to the score.
        mark: "truth", "reference", "chosen" or "".
        note: more for the tooltip, such as the file's name.
        copies: how many further files of the gallery hold the very same picture.
    """

    index: int
    title: str
    address: str
    rank: int | None = None
    score: float | None = None
    parts: tuple[ScorePart, ...] = field(default=())
    mark: str = ""
    note: str = ""
    copies: int = 0


class ResultGallery(gr.HTML):
    """A gallery whose value is the HTML of `gallery_html`.

    `choose` or `enlarge` comes when a tile was clicked, with its index and its words.

    Args:
        value: HTML at first.
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(
            value=value,
            js_on_load=script("roving.js") + script("gallery.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "HTML of a gallery"}


def gallery_html(
    tiles: Sequence[Tile],
    *,
    decimals: int = 2,
    does: str = "",
    strip: bool = False,
    label: str = "Results, best first",
    empty: str = "Nothing to show yet.",
    apart: Tile | None = None,
    unit: str = "",
) -> str:
    """Returns the HTML of a gallery; every text in it is escaped.

    Args:
        tiles: in order; the bars of all tiles share one scale and one zero.
        decimals: of the numbers shown; tooltips have two more.
        does: the event that a click on a tile raises, "choose" or "enlarge"; "" for tiles that do nothing.
        strip: one row to scroll sideways instead of a grid.
        label: what the list is, for those who cannot see it.
        empty: the sentence when there are no tiles.
        apart: one more tile below the others, such as the right one that is not among them.
        unit: sign of the unit that scores are in, "" for plain numbers.
    """
    if not tiles:
        return f'<p class="gallery-empty">{escape(empty)}</p>'
    shown = [*tiles, *([apart] if apart else [])]
    low = max((_span(tile, -1) for tile in shown), default=0.0)
    high = max((_span(tile, 1) for tile in shown), default=0.0)
    items = "".join(f"<li>{_tile(tile, low, high, decimals, does, unit)}</li>" for tile in tiles)
    kind = "gallery-strip" if strip else "gallery-grid"
    html = f'<ol class="gallery {kind}" aria-label="{escape(label)}">{items}</ol>'
    if apart is not None:
        html += f'<div class="gallery gallery-apart">{_tile(apart, low, high, decimals, does, unit)}</div>'
    return f'<div class="gallery-frame">{html}</div>'


def legend_html(parts: Sequence[tuple[str, str]]) -> str:
    """Returns a key to the colours and patterns.

    Args:
        parts: (evidence, label) in order.
    """
    entries = "".join(
        f'<span><span class="swatch part-{evidence}"></span>{escape(label)}</span>'
        for evidence, label in parts
    )
    return f'<div class="evidence-legend">{entries}</div>'


def _span(tile: Tile, sign: int) -> float:
    # One after the other, as the browser adds them: from Python 3.12 on `sum` keeps what rounding loses.
    reach = 0.0
    for part in tile.parts:
        reach += max(0.0, sign * part.value)
    return reach


def _tile(tile: Tile, low: float, high: float, decimals: int, does: str, unit: str) -> str:
    tag, kind = (
        ("button", f' type="button" data-do="{does}"') if does else ("span", ' tabindex="0" role="group"')
    )
    marked = f" is-{tile.mark}" if tile.mark in MARKS else ""
    ribbon = f'<span class="tile-mark">{escape(MARKS[tile.mark])}</span>' if marked else ""
    words = escape(_words(tile, decimals + 2, unit))
    return (
        f'<{tag}{kind} class="tile{marked}" data-index="{tile.index}" title="{words}" aria-label="{words}">'
        f'<span class="tile-picture">{_picture(tile)}{_rank(tile)}{ribbon}</span>'
        f'<span class="tile-words"><bdi class="tile-title">{escape(tile.title)}</bdi>{_copies(tile)}'
        f'<span class="tile-line">{_bar(tile, low, high)}{_figures(tile, decimals, unit)}</span></{tag}>'
    )


def _copies(tile: Tile) -> str:
    return f'<span class="tile-copies">{and_copies(tile.copies)}</span>' if tile.copies else ""


def and_copies(count: int) -> str:
    """Returns "and 1 copy" or "and 3 copies"."""
    return f"and {count} {'copy' if count == 1 else 'copies'}"


def _picture(tile: Tile) -> str:
    if not tile.address:
        return '<span class="tile-missing">picture missing</span>'
    return f'<img loading="lazy" decoding="async" alt="" src="{escape(tile.address)}">'


def _rank(tile: Tile) -> str:
    return "" if tile.rank is None else f'<span class="tile-rank tabular">{tile.rank}</span>'


def _figures(tile: Tile, decimals: int, unit: str) -> str:
    """Returns the score, which ends the line of the bar, and below it the parts."""
    score, *values = _numbers(tile, decimals)
    shown = "" if tile.score is None else f'<span class="tile-score tabular">{score}{_sign(unit)}</span>'
    if not tile.parts:
        return f"{shown}</span>"
    parts = "".join(
        f'<span><span class="swatch part-{part.evidence}"></span>{_brief(value)}</span>'
        for part, value in zip(tile.parts, values, strict=True)
    )
    return f'{shown}</span><span class="tile-parts tabular" aria-hidden="true">{parts}</span>'


def _numbers(tile: Tile, decimals: int) -> list[str]:
    """Returns the score, 0 without one, and then the parts."""
    return signed_numbers((tile.score or 0.0, *(part.value for part in tile.parts)), decimals)


def _sign(unit: str) -> str:
    return f"\u00a0{escape(unit)}" if unit else ""


def _brief(number: str) -> str:
    """Returns a number without the 0 before its point, so that three stand in one line."""
    return number.replace("0.", ".", 1) if number.lstrip("−").startswith("0.") else number


def _bar(tile: Tile, low: float, high: float) -> str:
    """Returns stacked signed segments: what adds lies right of the zero line, what takes away left of it."""
    whole = low + high
    if not tile.parts or whole <= 0:
        return ""
    zero = 100 * low / whole
    right, left, segments = zero, zero, ""
    for part in tile.parts:
        width = 100 * abs(part.value) / whole
        if part.value < 0:
            left -= width
        segments += (
            f'<span class="part-{part.evidence}" style="left:{right if part.value >= 0 else left:.2f}%;'
            f'width:{width:.2f}%"></span>'
        )
        right += width if part.value >= 0 else 0
    return f'<span class="tile-bar">{segments}<span class="tile-zero" style="left:{zero:.2f}%"></span></span>'


def _words(tile: Tile, decimals: int, unit: str) -> str:
    """Returns the tile in words: its tooltip, and what a screen reader says."""
    score, *values = _numbers(tile, decimals)
    sentence = tile.title if tile.rank is None else f"{tile.rank}. {tile.title}"
    if tile.score is not None:
        sentence += f": score {score}{_sign(unit)}"
    if tile.parts:
        parts = zip(tile.parts, values, strict=True)
        sentence += " = " + " + ".join(f"{part.label} {value}" for part, value in parts)
    notes = [MARKS[tile.mark]] if tile.mark in MARKS else []
    notes += [and_copies(tile.copies)] if tile.copies else []
    return ". ".join([sentence, *notes, *([tile.note] if tile.note else [])])
