"""A list of pictures that is sorted, filtered and taken away as CSV in the browser; what a person says of its pictures
comes as an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr

from core.instruments.trusted import JUDGEMENTS
from demo import copy
from demo.html import isolated
from demo.widgets.sources import script

THUMBNAIL = 96
"""Longest side of a small picture, in pixels."""
MOST_CHOICES = 8
"""Of more labels one is typed, not chosen."""
_TEMPLATE = """
<div class="picture-list" data-watches="{watches}">
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
        facets: name of a facet -> its value, by which the counts above the list filter.
        number: by which events name it.
        told: its label, "" where nobody knows.
        judged: label that a judge said and that is not the one told -> what a person says of that error.
    """

    name: str
    thumbnail: str = ""
    cells: tuple[str | tuple[str, float], ...] = ()
    kind: str = ""
    refusal: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    number: int = -1
    told: str = ""
    judged: Mapping[str, str] = field(default_factory=dict)


class PictureTable(gr.HTML):
    """A list whose value is the HTML of `picture_table_html`, or "" for none.

    Where it asks for labels, `judge` comes with all that a person said of this list: `told`, [number, label] each, and
    `judged`, [number, label that is an error, what is said of it] each.

    `follow` comes when the answer that it watches has changed while it holds something.

    Small pictures come as data URLs within it, so that they reach nobody but whoever asked.

    Args:
        value: HTML at first.
        watches: `elem_id` of an answer whose settings the list shares, "" for none.
    """

    def __init__(self, value: str = "", *, watches: str = "", **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=_TEMPLATE.format(
                filter=escape(copy.LIST_FILTER), save=escape(copy.LIST_SAVE), watches=escape(watches)
            ),
            js_on_load=script("picture_table.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "HTML of a list of pictures"}


def picture_table_html(
    label: str,
    headings: Sequence[Heading],
    lines: Sequence[Line],
    labels: Sequence[str] = (),
    token: str = "",
) -> str:
    """Returns the list; its first two columns are the small picture and the name.

    Args:
        label: what the list is, for those who cannot see it.
        headings: of the further columns.
        lines: the pictures, in the order in which they stand at first.
        labels: one of which a person may give each picture, in a third column; () for none.
        token: tells the pictures from others, so that what a person said stays while they do.
    """
    more = [Heading("label")] if labels else []
    last = [Heading("your judgement")] if any(line.judged for line in lines) else []
    columns = "".join(_heading(heading) for heading in (Heading("picture"), *more, *headings, *last))
    body = "".join(_line(line, len(headings), labels, judges=bool(last)) for line in lines)
    choices = _choices(labels) if len(labels) > MOST_CHOICES else ""
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(label)}">{choices}'
        f'<table class="many tabular" data-token="{escape(token)}"><thead><tr><td></td>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _heading(heading: Heading) -> str:
    swatch = f'<span class="swatch part-{heading.swatch}"></span> ' if heading.swatch else ""
    words = f"<bdi>{escape(heading.words)}</bdi>"
    return f'<th scope="col"><button type="button" class="sorts">{swatch}{words}</button></th>'


def _line(line: Line, columns: int, labels: Sequence[str], *, judges: bool) -> str:
    picture = f'<img alt="" src="{line.thumbnail}">' if line.thumbnail else ""
    name = f'<td>{picture}</td><th scope="row"><bdi>{escape(line.name)}</bdi></th>'
    if line.refusal:
        span = columns + bool(labels) + judges
        return f'<tr class="refused">{name}<td colspan="{span}"><bdi>{escape(line.refusal)}</bdi></td></tr>'
    facets = "".join(f' data-{name}="{escape(value)}"' for name, value in line.facets.items())
    told = f"<td>{_told(line, labels)}</td>" if labels else ""
    judged = f"<td>{''.join(_judgement(line, *each) for each in line.judged.items())}</td>" if judges else ""
    cells = "".join(map(_cell, line.cells))
    return f'<tr class="{line.kind}" data-number="{line.number}"{facets}>{name}{told}{cells}{judged}</tr>'


def _told(line: Line, labels: Sequence[str]) -> str:
    """Returns the choice of a picture's label, or a field to type it into where there are many."""
    named = f'class="tells" aria-label="{escape(line.name)}: label"'
    if len(labels) > MOST_CHOICES:
        return (
            f'<input type="text" {named} list="{_list_id(labels)}" value="{escape(line.told)}" '
            'placeholder="–" autocomplete="off">'
        )
    return f"<select {named}>{_options(('', *labels), line.told)}</select>"


def _choices(labels: Sequence[str]) -> str:
    options = "".join(f'<option value="{escape(label)}"></option>' for label in sorted(labels))
    return f'<datalist id="{_list_id(labels)}">{options}</datalist>'


def _list_id(labels: Sequence[str]) -> str:
    return f"labels-{len(labels)}"


def _judgement(line: Line, said: str, judgement: str) -> str:
    """Returns a choice for an error: what was said may be right, too."""
    name = f"{line.name}, {said}: your judgement"
    return (
        f'<label class="judged-error"><span>{isolated(said)}</span> <select class="judges" data-said="{escape(said)}" '
        f'aria-label="{escape(name)}">{_options(JUDGEMENTS, judgement)}</select></label>'
    )


def _options(values: Sequence[str], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(value) or "–"}</option>'
        for value in values
    )


def _cell(cell: str | tuple[str, float]) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    words, number = cell
    return f'<td data-value="{number:.6g}">{escape(words)}</td>'
