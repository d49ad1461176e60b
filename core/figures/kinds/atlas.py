"""Who comes first at which mix of the weights: a triangle, or a line, cut into the parts of the first answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, UInt8

from core.errors import InputError
from core.figures.drawable import Drawable, EvidencePart, ended, read_parts, weights_text
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet
from core.figures.triangle import Triangle, triangle_height
from core.polygons import inner_circle

MOST_CELLS, MOST_CORNERS = 400, 60
SHOWN = {"column": 5, "two-columns": 8, "slide": 5}
SMALLEST = {"column": 0.075, "two-columns": 0.09, "slide": 0.2}
"""Radius in inches in which a picture can still be told from another."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstAnswer:
    """Where a picture comes first.

    Attributes:
        title: its name.
        share: of all mixes, in [0, 1].
        corners: (corners, 2 or 3) the weights at the corners of its part, or at both ends.
        picture: a small copy.
    """

    title: str
    share: float
    corners: Float64[np.ndarray, "corners kinds"]
    picture: UInt8[np.ndarray, "height width 3"] | None


@dataclass(frozen=True, slots=True, eq=False)
class AtlasFigure(Drawable):
    """An atlas.

    Attributes:
        sentence: what it says.
        parts: the kinds of evidence at the corners, with the weights where the sliders stand.
        cells: the largest first.
        words: of the question.
    """

    sentence: str
    parts: tuple[EvidencePart, ...]
    cells: tuple[FirstAnswer, ...]
    words: str

    @classmethod
    def read(cls, fields: FigureFields) -> AtlasFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        parts = read_parts(fields)
        if len(parts) not in (2, 3):
            raise InputError("An atlas in a figure file must have two or three \u201cparts\u201d.")
        rows = fields.rows("cells", MOST_CELLS, least=1)
        cells = [
            FirstAnswer(
                row.text("title", limit=300), row.number("share", 0.0, 1.0),
                np.array(row.lists("corners", len(parts), MOST_CORNERS, least=2)), row.picture("picture"),
            )
            for row in rows
        ]  # fmt: skip
        cells.sort(key=lambda cell: -cell.share)
        return cls(fields.text("sentence", ""), parts, tuple(cells), fields.text("words", ""))

    def draw(self, look: FigureLook) -> Any:
        """Returns the triangle with its pictures, and the largest parts beside or below it."""
        if len(self.parts) == 2:
            return self._line(look)
        em = look.em
        listed = self.cells[: SHOWN[look.size]]
        below = look.size == "column"
        side = {"column": look.width - 0.5, "two-columns": 3.4, "slide": 5.2}[look.size]
        rows = 1.45 * look.small / 72 * (len(listed) + 1)
        height = triangle_height(side) + 4.4 * em + (rows if below else 0) + 0.1
        sheet = Sheet(look, height, self.sentence)
        room = sheet.bottom - sheet.top - 4.4 * em
        if look.slide:
            side = min(side, room / triangle_height(1.0))
        x = sheet.left + ((sheet.right - sheet.left - side) / 2 if below else 2.2 * em)
        triangle = Triangle(sheet, x, sheet.top + 1.9 * em, side, self.parts)
        triangle.named()
        self._cells(triangle)
        triangle.here([part.weight for part in self.parts])
        if below:
            self._list(sheet, listed, sheet.left, triangle.bottom + 2.4 * em, sheet.right - sheet.left)
        else:
            left = x + side + 3.2 * em
            self._list(sheet, listed, left, sheet.top + 1.9 * em, sheet.right - left)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a picture that comes first somewhere."""
        return [{"comes first": cell.title, "share of all mixes": cell.share} for cell in self.cells]

    def caption(self) -> str:
        """Returns how many come first somewhere, and at how many of all mixes."""
        named = ", ".join(f"\u201c{cell.title}\u201d at {100 * cell.share:.1f} %" for cell in self.cells[:3])
        where = "triangle" if len(self.parts) == 3 else "line"
        now = weights_text(self.parts)
        said = [
            ended(self.sentence),
            f"The {where} holds all mixes of the weights; in each of its {len(self.cells)} parts another picture comes",
            f"first: {named} of all mixes. At a corner that kind of evidence counts alone. The ring: {now}.",
            f"Words: \u201c{self.words}\u201d." if self.words else "",
        ]
        return " ".join(filter(None, said))

    def _cells(self, triangle: Triangle) -> None:
        look = triangle.sheet.look
        for number, cell in enumerate(self.cells):
            shape = triangle.places(cell.corners)
            triangle.axes.fill(
                cell.corners[:, 2], cell.corners[:, 0], cell.corners[:, 1], 
                facecolor=look.colour("faint" if number % 2 else "ground"),
                edgecolor=look.colour("muted"), linewidth=look.line, zorder=1,
            )  # fmt: skip
            x, y, radius = inner_circle(shape)
            if cell.picture is not None and radius >= SMALLEST[look.size]:
                half = 0.72 * radius
                triangle.sheet.picture(cell.picture, x - half, y - half, 2 * half, 2 * half, order=3)

    def _list(self, sheet: Sheet, listed: tuple[FirstAnswer, ...], x: float, y: float, width: float) -> None:
        look = sheet.look
        step = 1.45 * look.small / 72
        sheet.text(x, y, "comes first", size=look.small, colour="muted")
        sheet.text(x + width, y, "of all mixes", size=look.small, colour="muted", align="right")
        for cell in listed:
            y += step
            share = f"{100 * cell.share:.1f} %"
            sheet.text(x + width, y, share, size=look.small, bold=True, align="right")
            sheet.text(x, y, cell.title, size=look.small, width=width - 4.6 * look.small / 72)

    def _line(self, look: FigureLook) -> Any:
        em = look.em
        listed = self.cells[: SHOWN[look.size]]
        band = {"column": 0.7, "two-columns": 1.0, "slide": 2.0}[look.size]
        sheet = Sheet(look, band + 4.2 * em + 1.45 * look.small / 72 * (len(listed) + 1) + 0.1, self.sentence)
        left, right, y = sheet.left + 0.6 * em, sheet.right - 0.6 * em, sheet.top + 1.2 * em
        for number, cell in enumerate(self.cells):
            ends = sorted(left + (right - left) * float(corner[0]) for corner in cell.corners)
            wide = ends[-1] - ends[0]
            sheet.box(ends[0], y, wide, band, face="faint" if number % 2 else "ground", edge="muted")
            half = min(wide, band) * 0.42
            if cell.picture is not None and half >= SMALLEST[look.size]:
                sheet.picture(
                    cell.picture, (ends[0] + ends[-1]) / 2 - half, y + band / 2 - half, 2 * half, 2 * half
                )
        weights = np.array([part.weight for part in self.parts])
        if weights.min() >= 0 and weights.sum() > 0:
            here = left + (right - left) * float(weights[0] / weights.sum())
            sheet.line([(here, y - 0.5 * em), (here, y + band + 0.3 * em)], line=2.0, order=5)
            sheet.dot(here, y - 0.6 * em, 0.4 * em)
        for part, x, align in ((self.parts[1], left, "left"), (self.parts[0], right, "right")):
            sheet.dot(x, y + band, 0.4 * em, face=part.kind)
            sheet.text(x, y + band + 0.7 * em, f"{part.label} alone", size=look.small, align=align)
        self._list(sheet, listed, sheet.left, y + band + 2.6 * em, sheet.right - sheet.left)
        return sheet.figure
