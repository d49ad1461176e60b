"""A list of pictures that is sorted, filtered and taken away as CSV in the browser; the server keeps nothing of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr

from demo import copy
from demo.widgets.sources import script

THUMBNAIL = 96
"""Longest side of a small picture, in pixels."""
JUDGEMENTS = ("wrong", "also right", "unclear")
"""What a person may say of an error: it is one, the judge is right as well, or nobody can tell."""
_TEMPLATE = """
<div class="picture-list">
<div class="list-tools" hidden>
  <label>{filter} <input type="search" class="typed" autocomplete="off"></label>
  <button type="button" class="tool">{save}</button>
  <span class="fine" role="status"></span>
</div>
<p class="list-tally tabular" aria-live="polite" hidden></p>
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
        facets: name of a facet -> its value, by which the counts above the list filter.
        right: judge -> whether it is right, where that is known; a person may judge what is wrong.
    """

    name: str
    thumbnail: str = ""
    cells: tuple[str | tuple[str, float], ...] = ()
    kind: str = ""
    refusal: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    right: Mapping[str, bool] = field(default_factory=dict)


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
    judged = any(line.right for line in lines)
    more = (Heading("your judgement"),) if judged else ()
    columns = "".join(_heading(heading) for heading in (Heading("picture"), *headings, *more))
    body = "".join(_line(line, len(headings) + judged, judged=judged) for line in lines)
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(label)}">'
        f'<table class="many tabular"><thead><tr><td></td>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _heading(heading: Heading) -> str:
    swatch = f'<span class="swatch part-{heading.swatch}"></span> ' if heading.swatch else ""
    words = f"<bdi>{escape(heading.words)}</bdi>"
    return f'<th scope="col"><button type="button" class="sorts">{swatch}{words}</button></th>'


def _line(line: Line, columns: int, *, judged: bool) -> str:
    picture = f'<img alt="" src="{line.thumbnail}">' if line.thumbnail else ""
    name = f'<td>{picture}</td><th scope="row"><bdi>{escape(line.name)}</bdi></th>'
    if line.refusal:
        return (
            f'<tr class="refused">{name}<td colspan="{columns}"><bdi>{escape(line.refusal)}</bdi></td></tr>'
        )
    facets = "".join(f' data-{name}="{escape(value)}"' for name, value in line.facets.items())
    right = f' data-right="{escape(json.dumps(dict(line.right)))}"' if line.right else ""
    more = _judgement(line) if judged else ""
    return f'<tr class="{line.kind}"{facets}{right}>{name}{"".join(map(_cell, line.cells))}{more}</tr>'


def _judgement(line: Line) -> str:
    """Returns a choice for a picture on which a judge is wrong: the label may be, too."""
    if all(line.right.values()):
        return "<td></td>"
    options = "".join(f"<option>{words}</option>" for words in JUDGEMENTS)
    return (
        f'<td><select class="judges" aria-label="{escape(line.name)}: your judgement">{options}</select></td>'
    )


def _cell(cell: str | tuple[str, float]) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    words, number = cell
    return f'<td data-value="{number:.6g}">{escape(words)}</td>'
