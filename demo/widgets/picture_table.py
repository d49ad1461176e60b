"""A list of pictures that is sorted, filtered and taken away as CSV in the browser; the server keeps nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from demo import copy
from demo.widgets.sources import script

THUMBNAIL = 96
"""Longest side of a small picture, in pixels."""
_TEMPLATE = """
<div class="picture-list">
<div class="list-tools" hidden>
  <label>{filter} <input type="search" class="typed" autocomplete="off"></label>
  <button type="button" class="tool">{save}</button>
  <span class="fine" role="status"></span>
</div>
<div class="list-rows"></div>
</div>
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column.

    Attributes:
        words: any text, escaped here.
        swatch: the pattern that stands before it, such as "head"; "" for none.
    """

    words: str
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One picture of the list; every text is escaped here.

    Attributes:
        name: of its file.
        thumbnail: data URL of a small copy, "" for none.
        cells: what stands in each column: words, or words and the number that they are sorted by.
        kind: "parted", "wrong" or "", which gives the look.
        refusal: why it could not be read; it then has no cells, and stands last whatever the order.
    """

    name: str
    thumbnail: str = ""
    cells: tuple[str | tuple[str, float], ...] = ()
    kind: str = ""
    refusal: str = ""


class PictureTable(gr.HTML):
    """A list whose value is the HTML of `picture_table_html`, or "" for none.

    Small pictures come as data URLs within it, so that they reach nobody but whoever asked.
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(filter=escape(copy.LIST_FILTER), save=escape(copy.LIST_SAVE)),
            js_on_load=script("picture_table.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "HTML of a list of pictures"}


def picture_table_html(label: str, headings: Sequence[Heading], lines: Sequence[Line]) -> str:
    """Returns the list; its first two columns are the small picture and the name.

    Args:
        label: what the list is, for those who cannot see it.
        headings: of the further columns.
        lines: the pictures, in the order in which they stand at first.
    """
    columns = "".join(_heading(heading) for heading in (Heading("picture"), *headings))
    body = "".join(_line(line, len(headings)) for line in lines)
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(label)}">'
        f'<table class="many tabular"><thead><tr><td></td>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _heading(heading: Heading) -> str:
    swatch = f'<span class="swatch part-{heading.swatch}"></span> ' if heading.swatch else ""
    words = f"<bdi>{escape(heading.words)}</bdi>"
    return f'<th scope="col"><button type="button" class="sorts">{swatch}{words}</button></th>'


def _line(line: Line, columns: int) -> str:
    picture = f'<img alt="" src="{line.thumbnail}">' if line.thumbnail else ""
    name = f'<td>{picture}</td><th scope="row"><bdi>{escape(line.name)}</bdi></th>'
    if line.refusal:
        return (
            f'<tr class="refused">{name}<td colspan="{columns}"><bdi>{escape(line.refusal)}</bdi></td></tr>'
        )
    return f'<tr class="{line.kind}">{name}{"".join(map(_cell, line.cells))}</tr>'


def _cell(cell: str | tuple[str, float]) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    words, number = cell
    return f'<td data-value="{number:.6g}">{escape(words)}</td>'
