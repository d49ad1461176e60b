"""Answers of a search as a grid: the question, then the results with rank, score and the parts of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import UInt8

from core.errors import InputError
from core.figures.drawable import (
    Drawable,
    EvidencePart,
    Question,
    ended,
    number_text,
    read_parts,
    read_question,
    weights_text,
)
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import LEADING, Sheet, measured, wrapped
from core.plurals import counted

MOST_RESULTS = 100
ACROSS = {"column": 4, "two-columns": 6, "slide": 5}
SHOWN = {"column": 8, "two-columns": 12, "slide": 10}
GAP = 0.07


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A picture that was found.

    Attributes:
        rank: 1 for the first.
        title: its name.
        score: of the blend.
        shares: the parts of the score, in the order of the kinds of evidence; none where it is no sum.
        right: whether it is known to be right.
        picture: a small copy.
    """

    rank: int
    title: str
    score: float
    shares: tuple[float, ...]
    right: bool
    picture: UInt8[np.ndarray, "height width 3"] | None


@dataclass(frozen=True, slots=True, eq=False)
class RankingFigure(Drawable):
    """A question and its answers.

    Attributes:
        question: what was asked.
        sentence: the answer in one sentence.
        parts: the kinds of evidence with their weights.
        results: the best first.
        of: how many candidates there are; 0 where that is not said.
        rule: by which the parts are joined, "" for their sum.
        decimals: of the numbers shown.
        sign: of their unit, "" for plain numbers.
        note: of what was said of the whole answer, such as that something answers at all.
    """

    question: Question
    sentence: str
    parts: tuple[EvidencePart, ...]
    results: tuple[Result, ...]
    of: int
    rule: str
    decimals: int
    sign: str
    note: str

    @classmethod
    def read(cls, fields: FigureFields) -> RankingFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        parts = read_parts(fields)
        rows = fields.rows("results", MOST_RESULTS, least=1)
        return cls(
            question=read_question(fields),
            sentence=fields.text("sentence", ""),
            parts=parts,
            results=tuple(_result(row, len(parts)) for row in rows),
            of=fields.whole("of", default=0),
            rule=fields.text("rule", "", limit=60),
            decimals=fields.whole("decimals", 0, 6, default=2),
            sign=fields.text("sign", "", limit=8),
            note=fields.text("note", ""),
        )

    def draw(self, look: FigureLook) -> Any:
        """Returns the grid."""
        across = ACROSS[look.size]
        shown = self._shown(SHOWN[look.size])
        if look.slide:
            return self._slide(look, shown, across)
        side = (look.width - 0.08 - (across - 1) * GAP) / across
        tall = side + self._words_below(look)
        rows = -(-len(shown) // across)
        head = self._head_height(look)
        sheet = Sheet(look, 0.08 + head + rows * tall + (rows - 1) * GAP)
        if head:
            self._head(sheet, head)
        self._grid(sheet, shown, across, sheet.left, sheet.top + head, side, tall)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a result."""
        return [
            {
                "rank": result.rank,
                "title": result.title,
                "score": result.score,
                **{part.label: share for part, share in zip(self.parts, result.shares, strict=False)},
                **(
                    {"right": "yes" if result.right else ""}
                    if any(each.right for each in self.results)
                    else {}
                ),
            }
            for result in self.results
        ]

    def caption(self) -> str:
        """Returns who comes first, by which weights, and where the right one stands."""
        first = self.results[0]
        among = f" of {counted(self.of, 'picture')}" if self.of else ""
        asked = f" for {self.question.told}" if self.question.said else ""
        said = [
            ended(self.sentence),
            f"The first {len(self.results)}{among}{asked}, with rank, score and its parts.",
            self.question.box_said,
        ]
        unit = f" {self.sign}" if self.sign else ""
        said.append(
            f"\u201c{first.title}\u201d comes first with {number_text(first.score, self.decimals + 1)}{unit}."
        )
        right = min((each.rank for each in self.results if each.right), default=0)
        if right:
            said.append(f"The right one has rank {right}.")
        if self.rule:
            said.append(f"Joined by the rule {self.rule}.")
        said += [f"Weights: {weights_text(self.parts)}.", ended(self.note)]
        return " ".join(filter(None, said))

    def left_out(self, size: str) -> str:
        """Returns how many results are drawn; arguments as for `Drawable`."""
        shown, known = SHOWN[size], len(self.results)
        return f"Drawn are {shown} of these {known}." if shown < known else ""

    def _shown(self, most: int) -> list[Result]:
        """Returns the first results; a right one that stands further down takes the last place."""
        shown = list(self.results[:most])
        right = next((each for each in self.results if each.right), None)
        if right is not None and right not in shown:
            shown[-1] = right
        return shown

    def _words_below(self, look: FigureLook) -> float:
        return (2 * look.small + (look.small if look.size == "two-columns" else 0)) / 72 * LEADING + 0.06

    def _head_height(self, look: FigureLook) -> float:
        if self.question.picture is None and not self.question.said:
            return look.small / 72 * LEADING * 1.4
        return 0.85 if look.size == "column" else 0.95

    def _head(self, sheet: Sheet, height: float) -> None:
        x, y = sheet.left, sheet.top
        tall = height - 0.12
        if self.question.picture is not None:
            self._asked(sheet, x, y, tall)
            sheet.box(x, y, tall, tall, edge="line", line=0.8)
            x += tall + 0.12
        width = sheet.right - x
        if self.question.said:
            y = sheet.paragraph(x, y, self.question.said, width, bold=True, most=2)
        sheet.legend(self.parts, x, y + 0.03, width)

    def _asked(self, sheet: Sheet, x: float, y: float, side: float) -> None:
        placed = sheet.picture(self.question.picture, x, y, side, side)
        if self.question.box:
            sheet.frame(self.question.box, *placed)

    def _grid(
        self, sheet: Sheet, shown: Sequence[Result], across: int, x: float, y: float, side: float, tall: float
    ) -> None:
        low, high = (
            max([sum(max(0.0, sign * share) for share in each.shares) for each in shown], default=0.0)
            for sign in (-1, 1)
        )
        for at, result in enumerate(shown):
            place = (x + at % across * (side + GAP), y + at // across * (tall + GAP))
            self._tile(sheet, result, place, side, (low, high))

    def _tile(
        self,
        sheet: Sheet,
        result: Result,
        place: tuple[float, float],
        side: float,
        reach: tuple[float, float],
    ) -> None:
        look, (x, y) = sheet.look, place
        sheet.box(x, y, side, side, face="paper")  # as on the page, whatever its ground
        sheet.picture(result.picture, x, y, side, side)
        sheet.box(
            x,
            y,
            side,
            side,
            edge="ink" if result.right else "line",
            line=2.4 if result.right else 0.8,
            order=4,
        )
        sheet.badge(str(result.rank), x, y, look.small)
        if result.right:
            sheet.badge("right", x, y + side - look.small / 72 * 1.35, look.small)
        y += side + 0.035
        sheet.text(x, y, result.title, size=look.small, width=side)
        y += look.small / 72 * LEADING
        score = number_text(result.score, self.decimals) + (f" {self.sign}" if self.sign else "")
        sheet.text(x + side, y, score, size=look.small, bold=True, align="right")
        if result.shares and sum(reach) > 0:
            room = side - measured(score, look.small, bold=True) - 0.6 * look.small / 72
            kinds = [part.kind for part in self.parts]
            sheet.bar(
                kinds, result.shares, *reach, x, y + 0.28 * look.small / 72, room, 0.75 * look.small / 72
            )
        if look.size == "two-columns" and result.shares:
            y += look.small / 72 * LEADING
            step = side / len(result.shares)
            for at, (part, share) in enumerate(zip(self.parts, result.shares, strict=True)):
                em = look.small / 72
                words = number_text(share, self.decimals).replace(
                    "0.", ".", 1
                )  # as on the page, so that three fit
                sheet.filled(part.kind, x + at * step, y + 0.32 * em, 0.5 * em, 0.6 * em)
                sheet.text(
                    x + at * step + 0.65 * em, y, words, size=look.small * 0.88, colour="muted", width=step
                )

    def _slide(self, look: FigureLook, shown: Sequence[Result], across: int) -> Any:
        sheet = Sheet(look, 0, self.sentence)
        words, aside = self._words_below(look), 2.7
        rows = -(-len(shown) // across)
        side = min(
            (sheet.right - sheet.left - aside - (across - 1) * 0.14) / across - 0.02,
            (sheet.bottom - sheet.top - rows * words - (rows - 1) * GAP) / rows,
        )
        y = sheet.top
        if self.question.picture is not None:
            self._asked(sheet, sheet.left, y, aside - 0.35)
            y += aside - 0.2
        if self.question.said:
            lines = wrapped(self.question.said, aside - 0.3, look.text, bold=True)
            y = (
                sheet.paragraph(
                    sheet.left, y, self.question.said, aside - 0.3, bold=True, most=min(4, len(lines))
                )
                + 0.1
            )
        for part in self.parts:
            y = sheet.legend([part], sheet.left, y, aside, size=look.small)
        step = (sheet.right - sheet.left - aside - side) / (across - 1)
        low, high = (
            max([sum(max(0.0, sign * share) for share in each.shares) for each in shown], default=0.0)
            for sign in (-1, 1)
        )
        for at, result in enumerate(shown):
            x = sheet.left + aside + at % across * step
            self._tile(sheet, result, (x, sheet.top + at // across * (side + words + GAP)), side, (low, high))
        return sheet.figure


def _result(row: FigureFields, parts: int) -> Result:
    shares = row.numbers("parts", MOST_RESULTS)
    if shares and len(shares) != parts:
        raise InputError(
            f"A result of this figure file has {len(shares)} parts, but there are {counted(parts, 'kind')} of evidence."
        )
    return Result(
        rank=row.whole("rank", low=1),
        title=row.text("title", limit=300),
        score=row.number("score"),
        shares=shares,
        right=row.flag("right"),
        picture=row.picture("picture"),
    )
