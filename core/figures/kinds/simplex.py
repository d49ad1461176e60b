"""One number at every mix of three weights: recall, or the rank of a picture, as levels of ink in a triangle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from core.errors import InputError
from core.figures.drawable import Drawable, EvidencePart, ended, read_parts
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import LEADING, Sheet, measured, wrapped
from core.figures.triangle import Triangle, triangle_height
from core.shares import told_together

MOST_STEPS, MOST_MAPS, MOST_MARKS = 120, 4, 8
RANKS = (1, 2, 3, 5, 10, 20, 50, 100, 1_000, 1_000_000)
LEVELS = 10
BESIDE = 0.44
"""How much of the width of a map on a slide its triangle may take; the rest is for its legend."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """One map.

    Attributes:
        title: what it shows.
        values: (points,) the number at each point of the grid with step 1/steps, by the first weight, then the second.
        steps: of the grid.
        ranks: whether the numbers are ranks, of which 1 is the best.
        unit: behind a number, such as "%".
        marks: (sign, label, weights) of points that are pointed out.
    """

    title: str
    values: Float64[np.ndarray, " points"]
    steps: int
    ranks: bool
    unit: str
    marks: tuple[tuple[str, str, tuple[float, ...]], ...]

    @property
    def grid(self) -> Float64[np.ndarray, "points 3"]:
        """The weights of each point."""
        n = self.steps
        return np.array([(i, j, n - i - j) for i in range(n + 1) for j in range(n + 1 - i)], dtype=float) / n

    def said(self, value: float) -> str:
        """Returns a number as it is read out."""
        return f"rank {value:.0f}" if self.ranks else f"{value:.1f}{f' {self.unit}' if self.unit else ''}"

    @property
    def best(self) -> tuple[float, tuple[float, ...]]:
        """The best number, and the first mix that has it."""
        at = int(self.values.argmin() if self.ranks else self.values.argmax())
        return float(self.values[at]), tuple(self.grid[at].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class SimplexFigure(Drawable):
    """Maps over the weights.

    Attributes:
        sentence: what they show.
        parts: the kinds of evidence at the corners, with the weights where the sliders stand.
        maps: up to four, side by side.
        note: of what and how they were measured.
    """

    sentence: str
    parts: tuple[EvidencePart, ...]
    maps: tuple[Surface, ...]
    note: str

    @classmethod
    def read(cls, fields: FigureFields) -> SimplexFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        parts = read_parts(fields)
        if len(parts) != 3:
            raise InputError("A map of weights in a figure file must have three \u201cparts\u201d.")
        rows = fields.rows("maps", MOST_MAPS, least=1)
        return cls(fields.text("sentence", ""), parts, tuple(map(_surface, rows)), fields.text("note", ""))

    def draw(self, look: FigureLook) -> Any:
        """Returns the triangles."""
        em, count = look.em, len(self.maps)
        across = 1 if look.size == "column" else min(count, 2 if count != 3 else 3)
        down = -(-count // across)
        named = count == 1
        gap = 2.4 * em
        step = (look.width - (1.1 if look.slide else 0.08)) / across
        room, beside = step - em, look.slide and across < 3
        lines = (
            0 if beside else max(len(_legend(each, look, room, told=not look.slide)) for each in self.maps)
        )
        around = (9.4 if named else 5.8 if look.slide else 6.6) * em + lines * look.small / 72 * LEADING
        around += self._heads(look, room) * em * LEADING
        side = min(step - gap - 0.6 * em, BESIDE * step if beside else 3.1)
        below = 0.0 if named else 1.8 * em
        sheet = Sheet(look, down * (triangle_height(side) + around) + below + 0.1, self.sentence)
        if look.slide:
            side = min(side, ((sheet.bottom - sheet.top - below) / down - around) / triangle_height(1.0))
        for at, each in enumerate(self.maps):
            x = sheet.left + at % across * step + (em if beside else (step - side) / 2)
            y = sheet.top + at // across * (triangle_height(side) + around)
            self._map(sheet, each, x, y, side, beside=beside, room=room)
        if not named:
            sheet.legend(
                self.parts, sheet.left, sheet.bottom - 1.5 * em, sheet.right - sheet.left, weights=False
            )
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a mix of each map."""
        names = [part.label for part in self.parts]
        return [
            {"map": each.title, **dict(zip(names, weights, strict=True)), "value": value}
            for each in self.maps
            for weights, value in zip(each.grid.tolist(), each.values.tolist(), strict=True)
        ]

    def caption(self) -> str:
        """Returns the best of each map, and what is marked."""
        said = [
            ended(self.sentence),
            "The triangle holds all mixes of the weights; the more a level stands out from the ground, the better.",
        ]
        for each in self.maps:
            value, weights = each.best
            mix = ", ".join(
                f"{part.label} {weight}"
                for part, weight in zip(self.parts, told_together(weights), strict=True)
            )
            named = f"{each.title}: best {each.said(value)} at {mix}"
            marks = [
                f"{symbol} {label} ({', '.join(told_together(weights))})"
                for symbol, label, weights in each.marks
            ]
            said.append(f"{'; '.join([named, *marks])}.")
        return " ".join(filter(None, [*said, ended(self.note)]))

    def _heads(self, look: FigureLook, room: float) -> int:
        """Returns how many lines the longest title has, over one."""
        return max(0, *(len(wrapped(each.title, room, look.text, bold=True)) - 1 for each in self.maps))

    def _map(
        self, sheet: Sheet, each: Surface, x: float, y: float, side: float, *, beside: bool, room: float
    ) -> None:
        look, em, named = sheet.look, sheet.look.em, len(self.maps) == 1
        for at, line in enumerate(wrapped(each.title, room, look.text, bold=True)):
            place = (x if beside else x + side / 2, y + at * em * LEADING)
            sheet.text(*place, line, bold=True, align="left" if beside else "center")
        y += self._heads(look, room) * em * LEADING
        triangle = Triangle(sheet, x, y + (3.5 if named else 2.2) * em, side, self.parts)
        drawn, levels = _drawn(triangle, each, look)
        triangle.named(words=named)
        triangle.mark([(symbol, weights) for symbol, _, weights in each.marks])
        bar_at = triangle.bottom + (2.5 if named else 1.1) * em
        bar = sheet.within(x, bar_at, side, 0.5 * em)
        scale = sheet.figure.colorbar(
            drawn, cax=bar, orientation="horizontal", ticks=levels[:: max(1, len(levels) // 3)]
        )
        scale.outline.set_visible(False)
        bar.tick_params(labelsize=look.small * 0.92, length=1.5 * look.line, pad=0.2 * look.text)
        unit = f" {each.unit}" if each.unit else ""
        bar.set_xticklabels([f"{tick:g}{unit}" for tick in scale.get_ticks()])
        if beside:  # the triangle, which would be too small above its legend
            lines = _legend(each, look, room - side - 1.8 * em)
            x, y = x + side + 1.4 * em, y + (3.5 if named else 2.2) * em
        else:
            lines = _legend(each, look, room, told=not look.slide)  # else only the caption has the weights
            x += min(0.0, side - max((measured(line, look.small) for line in lines), default=0.0)) / 2
            y = bar_at + 2.4 * em
        for line in lines:
            sheet.text(x, y, line, size=look.small)
            y += look.small / 72 * LEADING


def _legend(each: Surface, look: FigureLook, room: float, *, told: bool = True) -> list[str]:
    """Returns what is marked on a map, as lines of a width in inches, with its weights where they are `told`."""
    lines = []
    for symbol, label, weights in each.marks:
        words = f"{symbol} {label}"
        words += f": {', '.join(told_together(weights))}" if told else ""
        lines += wrapped(words, room, look.small)
    return lines


def _drawn(triangle: Triangle, each: Surface, look: FigureLook) -> tuple[Any, list[float]]:
    """Draws levels of ink, and returns them with their limits."""
    weights, values = each.grid, each.values
    low, high = float(values.min()), float(values.max())
    if each.ranks:
        levels = [float(rank) for rank in RANKS if rank <= 2 * high] or [1.0, 2.0]
        levels = levels if len(levels) > 1 else [1.0, 2.0]
        levels[-1] = max(levels[-1], high + 1)
        ends = (look.colour("deep"), look.colour("faint"))
    else:
        levels = [
            float(level) for level in MaxNLocator(LEVELS).tick_values(low, high if high > low else low + 1)
        ]
        ends = (look.colour("faint"), look.colour("deep"))
    inks = LinearSegmentedColormap.from_list("ink", ends, N=256)
    drawn = triangle.axes.tricontourf(
        weights[:, 2], weights[:, 0], weights[:, 1], values, levels=levels, cmap=inks,
        norm=BoundaryNorm(levels, 256), zorder=1, extend="neither",
    )  # fmt: skip
    return drawn, levels


def _surface(row: FigureFields) -> Surface:
    steps = row.whole("steps", 1, MOST_STEPS)
    count = (steps + 1) * (steps + 2) // 2
    values = row.numbers("values", count, least=count)
    marks = tuple(
        (each.text("symbol", limit=3), each.text("label", limit=120), each.numbers("weights", 3, least=3))
        for each in row.rows("marks", MOST_MARKS)
    )
    return Surface(
        title=row.text("title", "", limit=200),
        values=np.array(values),
        steps=steps,
        ranks=row.flag("ranks"),
        unit=row.text("unit", "", limit=12),
        marks=marks,
    )
