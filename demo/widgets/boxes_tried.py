"""Where a result stands for many boxes around the drawn one: a small map, and three lists side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from math import log
from typing import Any

from core.instruments.boxes_tried import DRAWN, MOVES, SIZES, BoxesTried, BoxTried, SideBySide, edges
from demo.html import isolated
from demo.widgets.wanted import WantedHTML

HINT = "Each number is the rank in the mix in use; the words stay as they are. Press one to ask with its box."
LISTS = {"whole picture": "picture", "box": "both", "box and words": "words"}
"""Name of a list -> the kind of evidence whose colour stands before it; of box and words that of both."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is needed to show a result.

    Attributes:
        title: its name for people; any text, escaped here.
        address: of its small picture, "" when that is missing.
    """

    title: str
    address: str


class BoxMap(WantedHTML):
    """A map whose value is the HTML of `boxes_html`.

    Args:
        value: HTML at first.
        tool: `elem_id` of the box tool that takes the box of a cell.
        watches: `elem_id` of what changes with the answer.
    """

    frame, source, shows = "boxes-frame", "boxes_tried.js", "HTML of a map of boxes"

    def __init__(self, value: str = "", *, tool: str, watches: str, **options: Any) -> None:
        super().__init__(value, watches=watches, data={"tool": tool}, **options)


def boxes_html(reading: BoxesTried, shown: Mapping[int, Shown], picture: str, size: tuple[int, int]) -> str:
    """Returns the sentence, the picture with the drawn box and one to look at, the map, and the lists.

    Args:
        reading: what the boxes do.
        shown: index of a candidate -> how it is shown; of all that the lists name.
        picture: address of the picture that was asked with.
        size: (width, height) of its original in pixels.
    """
    width, height = size
    drawn = reading.boxes[DRAWN]
    stage = (
        f'<div class="boxes-stage"><img alt="" src="{escape(picture)}">'
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">'
        f"{_outline(drawn, 'boxes-drawn')}{_outline(drawn, 'boxes-now')}</svg></div>"
    )
    lists = "".join(_list(beside, shown) for beside in reading.side_by_side)
    return (
        f'<div class="boxes-tried"><p class="atlas-said">{isolated(reading.sentence)}</p>'
        f'<div class="boxes-pair">{stage}{_table(reading)}</div>'
        f'<p class="boxes-read tabular" aria-live="polite">{escape(_words(drawn))}</p>'
        f'<p class="simplex-hint">{HINT}</p><div class="boxes-beside">{lists}</div></div>'
    )


def _outline(tried: BoxTried, name: str) -> str:
    box = tried.box
    return (
        f'<rect class="{name}" x="{box.x0:g}" y="{box.y0:g}" width="{box.x1 - box.x0:g}" '
        f'height="{box.y1 - box.y0:g}" vector-effect="non-scaling-stroke"/>'
    )


def _table(reading: BoxesTried) -> str:
    heads = "".join(f'<th scope="col">{escape(move)}</th>' for move in MOVES)
    worst = max(len(reading.names), 2)
    rows = ""
    for row, size in enumerate(SIZES):
        tried = list(enumerate(reading.boxes))[row * len(MOVES) : (row + 1) * len(MOVES)]
        cells = "".join(f"<td>{_cell(box, number == DRAWN, worst)}</td>" for number, box in tried)
        rows += f'<tr><th scope="row">{size:g} ×</th>{cells}</tr>'
    return (
        '<table class="boxes-table tabular"><caption class="visually-hidden">Rank in the mix in use, by '
        f"size and place of the box</caption><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(tried: BoxTried, drawn: bool, worst: int) -> str:
    share = 1 - log(tried.rank_in_mix) / log(worst)
    here = " is-drawn" if drawn else ""
    corners = [round(edge, 3) for edge in edges(tried.box)]
    return (
        f'<button type="button" class="boxes-cell{here}" style="--share: {share:.3f}" data-box="{corners}" '
        f'tabindex="{0 if drawn else -1}" aria-label="{escape(_words(tried))}">{tried.rank_in_mix}</button>'
    )


def _words(tried: BoxTried) -> str:
    words = f"{tried.words}: rank {tried.rank_in_mix} in the mix in use, {tried.rank} by the box alone"
    return words[0].upper() + words[1:]


def _list(beside: SideBySide, shown: Mapping[int, Shown]) -> str:
    tiles = "".join(f"<li>{_tile(shown[index])}</li>" for index in beside.first)
    swatches = f'<span class="swatch part-{LISTS[beside.name]}"></span>'
    if beside.name == "box and words":
        swatches = f'<span class="swatch part-both"></span>{swatches}'
    return (
        f"<section><h3>{swatches} {escape(beside.name.capitalize())}</h3>"
        f'<p class="tabular">rank {beside.rank}</p><ol>{tiles}</ol></section>'
    )


def _tile(shown: Shown) -> str:
    words = escape(shown.title)
    if not shown.address:
        return f'<span class="tile-missing" title="{words}">{words}</span>'
    return f'<img loading="lazy" alt="{words}" title="{words}" src="{escape(shown.address)}">'
