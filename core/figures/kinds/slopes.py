"""A pinned answer beside another one: the rank of each result in both, joined by a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import UInt8

from core.figures.drawable import Drawable, ended, number_text
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet
from core.plurals import counted

MOST_MOVES = 40
STRONG = 3
"""Movers that are drawn strongly."""
FIRST = 10
SHOWN = {"column": 16, "two-columns": 20, "slide": 12}


@dataclass(frozen=True, slots=True, eq=False)
class RankMove:
    """A result of either answer.

    Attributes:
        title: its name.
        before: its rank in the pinned answer, 0 where it was left out.
        after: its rank in the other one.
        right: whether it is known to be right.
        picture: a small copy.
    """

    title: str
    before: int
    after: int
    right: bool
    picture: UInt8[np.ndarray, "height width 3"] | None

    @property
    def best(self) -> int:
        """The better of both ranks."""
        return min(rank for rank in (self.before, self.after, 10**9) if rank)


@dataclass(frozen=True, slots=True, eq=False)
class SlopesFigure(Drawable):
    """Two answers.

    Attributes:
        sentence: what moved.
        pinned: what was asked for the first one.
        now: what was asked for the other one.
        moves: the results, the biggest mover first.
        agreement: Spearman's rank correlation over all candidates, None where it is not known.
        of: how many candidates there are; 0 where that is not said.
    """

    sentence: str
    pinned: str
    now: str
    moves: tuple[RankMove, ...]
    agreement: float | None
    of: int

    @classmethod
    def read(cls, fields: FigureFields) -> SlopesFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        rows = fields.rows("moves", MOST_MOVES, least=1)
        moves = tuple(
            RankMove(
                row.text("title", limit=300), row.whole("before", default=0), row.whole("after", default=0),
                row.flag("right"), row.picture("picture"),
            )
            for row in rows
        )  # fmt: skip
        agreement = fields.number("agreement", -1.0, 1.0) if fields.has("agreement") else None
        return cls(
            fields.text("sentence", ""), fields.text("pinned", ""), fields.text("now", ""), moves, agreement,
            fields.whole("of", default=0),
        )  # fmt: skip

    def draw(self, look: FigureLook) -> Any:
        """Returns the slopes."""
        shown = sorted(self.moves, key=lambda move: move.best)[: SHOWN[look.size]]
        em = look.em
        step = {"column": 1.9, "two-columns": 2.5, "slide": 1.62}[look.size] * em
        sheet = Sheet(look, (len(shown) + 0.6) * step + 2.0 * em + 0.1, self.sentence)
        if look.slide:
            step = min(1.9 * em, (sheet.bottom - sheet.top - 2.4 * em) / (len(shown) + 0.6))
        width = sheet.right - sheet.left
        ends = (sheet.left + 0.43 * width, sheet.right - 0.43 * width)
        sheet.text(ends[0], sheet.top, "pinned", colour="muted", align="right")
        sheet.text(ends[1], sheet.top, "now", colour="muted")
        top = sheet.top + 1.9 * em
        sides = [self._side(shown, when, top, step) for when in ("before", "after")]
        strong = [move for move in self.moves if move.before and move.after and move.before != move.after][
            :STRONG
        ]
        for side, (start, end) in zip(sides, ((sheet.left, ends[0]), (ends[1], sheet.right)), strict=True):
            if side.rule:
                sheet.line(
                    [(start, side.rule), (end, side.rule)], colour="line", line=0.8, dashes=(0, (3, 3))
                )
        for move in shown:
            bold = move in strong
            gone = not (move.before and move.after)
            points = [(end, side.places[id(move)]) for end, side in zip(ends, sides, strict=True)]
            sheet.line(
                points, colour="ink" if bold else "muted", line=2.6 if bold else 1.0, order=3 if bold else 2,
                dashes=(0, (2, 2)) if gone else "solid",
            )  # fmt: skip
            self._label(sheet, move, move.before, points[0], bold, right=False, step=step)
            self._label(sheet, move, move.after, points[1], bold, right=True, step=step)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a result, the biggest mover first."""
        return [
            {
                "result": move.title,
                "pinned": move.before or "left out",
                "now": move.after or "left out",
                "moved": move.before - move.after if move.before and move.after else "",
            }
            for move in self.moves
        ]

    def caption(self) -> str:
        """Returns what moved, and how well both orders agree."""
        among = f" of {counted(self.of, 'candidate')}" if self.of else ""
        said = [
            ended(self.sentence),
            f"Ranks of the results that are among the first {FIRST}{among} in either answer;",
            "the biggest movers are drawn strongly.",
            f"Pinned: {self.pinned}." if self.pinned else "",
            f"Now: {self.now}." if self.now else "",
        ]
        if self.agreement is not None:
            said.append(
                f"Spearman\u2019s rank correlation over all candidates: {number_text(self.agreement)}."
            )
        return " ".join(filter(None, said))

    def _side(self, shown: list[RankMove], when: str, top: float, step: float) -> _Side:
        order = sorted(shown, key=lambda move: getattr(move, when) or 10**9)
        first = sum(1 for move in order if 0 < getattr(move, when) <= FIRST)
        places, rule = {}, 0.0
        for at, move in enumerate(order):
            places[id(move)] = top + (at + 0.5 + (0.6 if at >= first else 0.0)) * step
        if 0 < first < len(order):
            rule = top + (first + 0.3) * step
        return _Side(places, rule)

    def _label(
        self,
        sheet: Sheet,
        move: RankMove,
        rank: int,
        at: tuple[float, float],
        bold: bool,
        *,
        right: bool,
        step: float,
    ) -> None:
        em, (x, y) = sheet.look.em, at
        sign = 1 if right else -1
        align = "left" if right else "right"
        sheet.text(
            x + sign * 0.4 * em, y, str(rank) if rank else "\u2013", bold=True, align=align, middle=True
        )
        edge = sheet.right if right else sheet.left
        side = 0.86 * step if move.picture is not None else 0.0
        if move.picture is not None:
            sheet.picture(move.picture, edge - (side if right else 0), y - side / 2, side, side)
        room = abs(edge - x) - side - 2.9 * em
        title = f"{move.title} (right)" if move.right else move.title
        size = sheet.look.small if sheet.look.size == "column" else sheet.look.text
        sheet.text(x + sign * 2.3 * em, y, title, size=size, bold=bold, align=align, width=room, middle=True)


@dataclass(frozen=True, slots=True)
class _Side:
    """Where the results of a side lie, by their identity, and the line below its first ones; 0 without."""

    places: dict[int, float]
    rule: float
