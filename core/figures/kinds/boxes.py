"""Where a result stands for many boxes around the drawn one: the picture with the box, and a table of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from core.figures.drawable import Drawable, Question, ended, read_box, read_question
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet

MOST_SIDE = 12


@dataclass(frozen=True, slots=True, eq=False)
class BoxesFigure(Drawable):
    """Boxes that were tried.

    Attributes:
        question: the picture that was asked with.
        sentence: what the boxes do.
        moves: names of the columns.
        sizes: names of the rows.
        ranks: of the result, row by row.
        drawn: number of the cell of the drawn box, from 0.
        box: (left, top, right, bottom) of the drawn box, as shares of the picture.
    """

    question: Question
    sentence: str
    moves: tuple[str, ...]
    sizes: tuple[str, ...]
    ranks: tuple[float, ...]
    drawn: int
    box: tuple[float, ...]

    @classmethod
    def read(cls, fields: FigureFields) -> BoxesFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        moves, sizes = fields.texts("moves", MOST_SIDE, least=1), fields.texts("sizes", MOST_SIDE, least=1)
        count = len(moves) * len(sizes)
        ranks = fields.numbers("ranks", count, least=count, low=1)
        box = read_box(fields)
        drawn = fields.whole("drawn", 0, count - 1)
        return cls(read_question(fields), fields.text("sentence", ""), moves, sizes, ranks, drawn, box)

    def draw(self, look: FigureLook) -> Any:
        """Returns the picture and the table."""
        em = look.em
        side = {"column": 1.15, "two-columns": 2.0, "slide": 4.4}[look.size]
        cell = {"column": 1.9, "two-columns": 2.2, "slide": 2.5}[look.size] * em
        sheet = Sheet(look, max(side, (len(self.sizes) + 1) * cell) + 0.1, self.sentence)
        x, y, wide, tall = sheet.picture(self.question.picture, sheet.left, sheet.top, side, side)
        sheet.frame(self.box, x, y, wide, tall)
        self._table(sheet, sheet.left + side + 1.2 * em, cell)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a box."""
        return [
            {
                "size": self.sizes[at // len(self.moves)],
                "moved": self.moves[at % len(self.moves)],
                "rank": int(rank),
            }
            for at, rank in enumerate(self.ranks)
        ]

    def caption(self) -> str:
        """Returns how the rank changes with the box."""
        low, high = min(self.ranks), max(self.ranks)
        said = [
            ended(self.sentence),
            f"Rank of the result for {len(self.ranks)} boxes, by their size and place: {low:.0f} to {high:.0f}, with",
            f"the drawn box (framed) {self.ranks[self.drawn]:.0f}.",
        ]
        return " ".join(filter(None, said))

    def _table(self, sheet: Sheet, start: float, cell: float) -> None:
        look, em = sheet.look, sheet.look.em
        small = look.small * 0.92
        left = start + 3.0 * em
        step = (sheet.right - left) / len(self.moves)
        for at, move in enumerate(self.moves):
            middle = (left + (at + 0.5) * step, sheet.top + cell / 2)
            sheet.text(
                *middle, move, size=small, colour="muted", align="center", middle=True, width=step * 0.98
            )
        for line, size in enumerate(self.sizes):
            y = sheet.top + (line + 1.5) * cell
            sheet.text(left - 0.5 * em, y, size, size=look.small, colour="muted", align="right", middle=True)
        worst = max(2.0, *self.ranks)
        for number, rank in enumerate(self.ranks):
            line, column = divmod(number, len(self.moves))
            x, y = left + column * step, sheet.top + (line + 1) * cell
            sheet.axes.add_patch(
                Rectangle(
                    (x, y), step, cell, facecolor=to_rgba(look.colour("both"), 0.5 * (1 - log(rank) / log(worst))),
                    edgecolor=look.colour("line"), linewidth=look.line, zorder=2,
                )
            )  # fmt: skip
            sheet.text(x + step / 2, y + cell / 2, f"{rank:.0f}", bold=True, align="center", middle=True)
            if number == self.drawn:
                sheet.box(x, y, step, cell, edge="ink", line=2.6, order=4)
