"""Several pictures at once as HTML: the table with its filters, and how far the judges can be trusted on them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from core.instruments.disagreements import Opinion, counted_values, truth_in
from core.instruments.trusted import WRONG, Trust, Trusted, trusted
from core.plurals import counted
from demo.html import fine, isolated, sentence
from demo.widgets.facets import Facet, facets_html
from demo.widgets.picture_table import Heading, Line, picture_table_html

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes what begins so for a formula, and names of files may come from anybody."""
TRUSTED = "How far each can be trusted"
KNOWN = (
    "{known} of {pictures} have a label, from the names of their folders or files or from you; choose another one in "
    "the column “label”, and say of each error whether what was said is right as well."
)
UNKNOWN = (
    "No label is known. Folders or files that are called {labels} tell them, or choose them in the column “label”: "
    "then it shows who is right, and how far each can be trusted."
)
FIGURES = (
    "In brackets: 95 % intervals. Calibration error: how far its confidence is from the share that is right. Mean "
    "risk: the share of errors when only the surest are answered, averaged over how many these are. Dotted in the "
    "charts: as you judge."
)
SAVED = "Save all with labels and judgements (CSV)"


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One of several pictures.

    Attributes:
        name: the file's name, as it was uploaded, with its folders where a folder was.
        path: where it lies.
        thumbnail: data URL of a small picture, "" when it could not be read.
        evidence: what was found, None when it could not be read.
        refusal: why it could not be read.
    """

    name: str
    path: str = ""
    thumbnail: str = ""
    evidence: Any = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """Several pictures of a visitor's, and what the visitor said of them.

    Attributes:
        token: tells them from others.
        rows: the pictures.
        told: number of a picture -> its label, or "" for none, as the visitor chose it.
        judged: (number of a picture, label that is an error) -> what the visitor says of it.
    """

    token: str
    rows: tuple[PictureRow, ...]
    told: Mapping[int, str] = field(default_factory=dict)
    judged: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def truth(self, number: int, labels: Sequence[str]) -> str | None:
        """Returns the label of a picture: the visitor's, else what its name tells; None where nobody knows."""
        if number in self.told:
            return self.told[number] or None
        return truth_in(self.rows[number].name, labels)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a task says of several pictures.

    Attributes:
        summary: one sentence.
        headings: of the task's own columns.
        cells: number of a picture -> what stands in these columns, in the order of the list.
        opinions: number of a picture -> who says what of it, and how sure.
        facets: number of a picture -> name of a count above the list -> its value.
        names: (name of such a count, words for it).
        judges: (judge, its colour or pattern).
        labels: that there are.
        kinds: number of a picture -> how its line looks.
    """

    summary: str
    headings: Sequence[Heading]
    cells: Mapping[int, tuple[str | tuple[str, float], ...]]
    opinions: Mapping[int, Opinion]
    facets: Mapping[int, Mapping[str, str]]
    names: Sequence[tuple[str, str]]
    judges: Sequence[tuple[str, str]]
    labels: Sequence[str]
    kinds: Mapping[int, str] = field(default_factory=dict)

    def trusted(self, several: Several) -> tuple[Trusted, ...]:
        """Returns how far each judge can be trusted, before and after the visitor judged its errors."""
        return trusted(self.opinions, several.judged, [judge for judge, _ in self.judges])

    def kinds_of(self, found: Sequence[Trusted]) -> list[str]:
        """Returns the colour or pattern of each of these judges."""
        kinds = dict(self.judges)
        return [kinds[each.judge] for each in found]


def table_html(listed: Listed, several: Several) -> str:
    """Returns the sentence, the counts that filter, and the list; what could not be read stands last.

    Args:
        listed: what the task says.
        several: the pictures.
    """
    facets = [
        Facet(name, words, counted_values(own[name] for own in listed.facets.values() if name in own))
        for name, words in listed.names
    ]
    lines = [_line(listed, several, number) for number in listed.cells]
    lines += [Line(row.name, refusal=row.refusal) for row in several.rows if row.evidence is None]
    shown = picture_table_html("Your pictures", listed.headings, lines, listed.labels, several.token)
    return sentence(listed.summary) + facets_html(facets) + shown


def _line(listed: Listed, several: Several, number: int) -> Line:
    row, opinion = several.rows[number], listed.opinions[number]
    errors = {opinion.labels[judge]: "" for judge in opinion.wrong}
    return Line(
        row.name,
        row.thumbnail,
        listed.cells[number],
        listed.kinds.get(number, ""),
        facets=listed.facets[number],
        number=number,
        told=opinion.truth or "",
        judged={said: several.judged.get((number, said), WRONG) for said in errors},
    )


def trust_html(listed: Listed, several: Several, found: Sequence[Trusted]) -> str:
    """Returns how far each judge can be trusted, with and without the errors that the visitor judged, as tables.

    Args:
        listed: what the task says.
        several: the pictures.
        found: how far each judge can be trusted; none where no label is known.
    """
    if not listed.opinions:
        return ""
    saved = f'<p><a class="tool" download="pictures.csv" href="{csv_address(listed, several)}">{escape(SAVED)}</a></p>'
    heading = f'<h3 class="trust-heading">{escape(TRUSTED)}</h3>'
    if not found:
        shown = " or ".join(f"“{label}”" for label in listed.labels[:2])
        return heading + fine(UNKNOWN.format(labels=shown)) + saved
    known = sum(opinion.truth is not None for opinion in listed.opinions.values())
    said = fine(KNOWN.format(known=known, pictures=counted(len(listed.opinions), "picture")))
    return heading + said + _figures(found, listed.kinds_of(found)) + _bins(found) + saved


def _figures(found: Sequence[Trusted], kinds: Sequence[str]) -> str:
    body = "".join(_figures_of(each, kind) for each, kind in zip(found, kinds, strict=True))
    return (
        '<div class="wide" tabindex="0" role="group" aria-label="How far each can be trusted">'
        '<table class="many trust tabular"><thead><tr><td></td><th scope="col">right, by the labels</th>'
        '<th scope="col">right, as you judge</th><th scope="col">calibration error</th>'
        '<th scope="col">mean risk</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>{fine(FIGURES)}"
    )


def _figures_of(each: Trusted, kind: str) -> str:
    judged = "nobody can tell" if each.judged is None else _share(each.judged)
    after = each.judged if each.changed else None
    cells = (
        _share(each.plain),
        judged if each.changed else "the same",
        _pair(each.plain.calibration_error, after.calibration_error if after else None),
        _pair(each.plain.risk, after.risk if after else None),
    )
    name = f'<span class="swatch part-{escape(kind)}"></span> {isolated(each.judge)}'
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'


def _share(value: Trust) -> str:
    share = f"{100 * value.right / value.n:.0f} %"
    return f"{value.right} of {value.n}: {share} ({100 * value.low:.0f} to {100 * value.high:.0f})"


def _pair(before: float, after: float | None) -> str:
    return f"{before:.2f}" if after is None else f"{before:.2f}, as you judge {after:.2f}"


def _bins(found: Sequence[Trusted]) -> str:
    """Returns what the charts draw as a table."""
    rows = "".join(
        f'<tr><th scope="row">{isolated(each.judge)}</th><td>{some.confidence:.2f}</td>'
        f"<td>{some.right} of {some.n}</td><td>{some.low:.2f} to {some.high:.2f}</td></tr>"
        for each in found
        for some in each.plain.bins
    )
    risks = "".join(
        f'<tr><th scope="row">{isolated(each.judge)}</th>'
        + "".join(f"<td>{_risk_at(each.plain, share):.2f}</td>" for share in (0.25, 0.5, 0.75, 1.0))
        + "</tr>"
        for each in found
    )
    return (
        '<details class="fold"><summary>The two charts as tables</summary>'
        '<table class="many trust tabular"><thead><tr><th scope="col">judge</th><th scope="col">mean confidence</th>'
        f'<th scope="col">right</th><th scope="col">95 % interval</th></tr></thead><tbody>{rows}</tbody></table>'
        '<table class="many trust tabular"><thead><tr><th scope="col">share wrong of the surest</th>'
        '<th scope="col">quarter</th><th scope="col">half</th><th scope="col">three quarters</th>'
        f'<th scope="col">all</th></tr></thead><tbody>{risks}</tbody></table></details>'
    )


def _risk_at(value: Trust, share: float) -> float:
    """Returns the risk at the least coverage that reaches a share."""
    return next(risk for coverage, risk in value.curve if coverage >= share - 1e-9)


def csv_address(listed: Listed, several: Several) -> str:
    """Returns all pictures with labels, who says what, and judgements, as a data URL of CSV."""
    from pandas import DataFrame

    frame = DataFrame([_csv_row(listed, several, number) for number in listed.opinions])
    text = "\ufeff" + frame.to_csv(index=False, lineterminator="\r\n")
    return f"data:text/csv;charset=utf-8;base64,{base64.b64encode(text.encode()).decode('ascii')}"


def _csv_row(listed: Listed, several: Several, number: int) -> dict[str, Any]:
    opinion = listed.opinions[number]
    row: dict[str, Any] = {"picture": _safe(several.rows[number].name), "label": _safe(opinion.truth or "")}
    for judge, _ in listed.judges:
        said = opinion.labels.get(judge)
        error = said is not None and judge in opinion.wrong
        row[f"{judge} says"] = _safe(said or "")
        row[f"{judge} confidence"] = opinion.confidences.get(judge)
        row[f"{judge} is right"] = None if opinion.truth is None or said is None else not error
        row[f"{judge}: your judgement"] = several.judged.get((number, said or ""), WRONG) if error else ""
    return row | {name: _safe(value) for name, value in listed.facets[number].items()}


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text
