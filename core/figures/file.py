"""A figure file: a view of the page and the evidence that is drawn, as one JSON object that draws the same again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from core.errors import InputError
from core.figures import KINDS
from core.figures.drawable import Drawable
from core.figures.fields import FigureFields
from core.state import PageView, from_query

FORMAT = 1
"""Of this form is a figure file; its key is `MARK`."""
MARK = "blendscope_figure"
LARGEST = 8_000_000
"""Bytes of a figure file that are read."""
MOST_MODELS, MOST_MEASURED = 20, 8
TOO_LARGE = f"This figure file has more than {LARGEST // 1_000_000} MB; no figure of this page has."
NO_JSON = "This is no figure file, or it was cut off: it is not one JSON object."
NO_NUMBER = "This figure file has a number that is none, such as NaN; a figure needs finite numbers."
NO_FIGURE = f"This is no figure file of this page: it has no \u201c{MARK}\u201d."
NEWER = "This figure file has form {given}, and this version reads form {ours}; draw it with the version that wrote it."


@dataclass(frozen=True, slots=True)
class MeasuredFigure:
    """A figure that was measured, not one of this question.

    Attributes:
        name: what was measured.
        value: of it.
        low: lower end of its 95 % interval.
        high: its upper end.
        n: of how many.
        share: whether it is a share, which is said in percent.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    n: int
    share: bool

    @property
    def sentence(self) -> str:
        """The figure with its interval and n."""
        scale, unit, decimals = (100.0, " %", 1) if self.share else (1.0, "", 3)
        interval = ""
        if self.low is not None and self.high is not None:
            ends = f"{scale * self.low:.{decimals}f}\u2013{scale * self.high:.{decimals}f}"
            interval = f"95 % interval {ends}{unit}, "
        return f"{self.name} {scale * self.value:.{decimals}f}{unit} ({interval}n = {self.n:,})"


@dataclass(frozen=True, slots=True, eq=False)
class FigureFile:
    """A figure that can be drawn.

    Attributes:
        kind: of `core.figures.KINDS`.
        evidence: what is drawn.
        title: one sentence that says what is seen.
        view: the page that it was saved from, None where it is no view of a tab.
        profile: name of the set of models that answered, "" where none did.
        models: role -> id of the models that answered.
        measured: what is known of these models.
        licence: of the pictures, one sentence.
        searched: how much of a large gallery this is about, one sentence; "" of a small one.
        data: the bytes that a further file is made of: the same figure again.
    """

    kind: str
    evidence: Drawable
    title: str
    view: PageView | None
    profile: str
    models: dict[str, str]
    measured: tuple[MeasuredFigure, ...]
    licence: str
    searched: str
    data: bytes


def read_figure(data: bytes) -> FigureFile:
    """Returns the figure of a file.

    Args:
        data: from anybody.

    Raises:
        InputError: it is too large, cut off, of another version, or holds something that cannot be drawn.
    """
    if len(data) > LARGEST:
        raise InputError(TOO_LARGE)
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError(NO_JSON) from None
    return figure_of(value)


def figure_of(value: Any) -> FigureFile:
    """Returns the figure of a JSON value; errors as for `read_figure`."""
    if not isinstance(value, dict):
        raise InputError(NO_JSON)
    if MARK not in value:
        raise InputError(NO_FIGURE)
    fields = FigureFields(value)
    version = value[MARK]
    if type(version) is not int or version != FORMAT:
        raise InputError(
            NEWER.format(given=str(version)[:20] if type(version) is int else "unknown", ours=FORMAT)
        )
    fields.whole(MARK)
    kind = fields.choice("kind", tuple(KINDS))
    view = fields.text("view", "", limit=20_000)
    evidence = fields.part("evidence")
    if evidence is None:
        raise InputError("This figure file has no \u201cevidence\u201d, so there is nothing to draw.")
    figure = FigureFile(
        kind=kind,
        evidence=KINDS.load(kind).read(evidence),
        title=fields.text("title", ""),
        view=from_query(view) if view else None,
        profile=fields.text("profile", "", limit=60),
        models=fields.words("models", MOST_MODELS),
        measured=tuple(_measured(row) for row in fields.rows("measured", MOST_MEASURED)),
        licence=fields.text("licence", ""),
        searched=fields.text("searched", "", limit=300),
        data=json.dumps(value, indent=1, allow_nan=False).encode(),
    )
    fields.done()
    return figure


def _measured(row: FigureFields) -> MeasuredFigure:
    low, high = (row.number(end) if row.has(end) else None for end in ("low", "high"))
    return MeasuredFigure(
        row.text("name", limit=200), row.number("value"), low, high, row.whole("n"), row.flag("share")
    )


def _refuse(constant: str) -> NoReturn:
    raise InputError(NO_NUMBER)
