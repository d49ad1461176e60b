"""Curves: reliability, risk against coverage, what training measured; with intervals where they were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.figures.drawable import INKS, Drawable, ended, number_text
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import LEADING, Sheet
from core.plurals import counted

MOST_CHARTS, MOST_SERIES, MOST_POINTS = 4, 8, 5_000
MARKERS = {"picture": "s", "words": "^", "both": "o", "captions": "D", "head": "o", "ink": "o"}
LEFT = 5.0
"""Room for the numbers and the name of the vertical axis, in heights of a letter."""
DASHES = {"words": (0, (5, 2)), "captions": (0, (5, 2)), "both": (0, (6, 1.5, 1, 1.5))}


@dataclass(frozen=True, slots=True)
class Curve:
    """A line.

    Attributes:
        name: what it shows.
        kind: what it stands for, of `core.figures.drawable.INKS`.
        points: (x, y) of each point.
        intervals: (low, high) of each point, empty without.
        counts: of how many each point was measured, empty where that is not known.
        light: whether it is drawn dotted, as one that a person judged.
    """

    name: str
    kind: str
    points: tuple[tuple[float, ...], ...]
    intervals: tuple[tuple[float, ...], ...]
    counts: tuple[float, ...]
    light: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the same axes.

    Attributes:
        title: what is seen.
        x: what the horizontal axis says.
        y: what the vertical one says.
        curves: the lines.
        diagonal: whether the line of a perfect judge is drawn.
        n: of how many it was measured; 0 where that is not said.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    diagonal: bool
    n: int


@dataclass(frozen=True, slots=True)
class CurvesFigure(Drawable):
    """Charts side by side.

    Attributes:
        sentence: what they show.
        charts: up to four.
    """

    sentence: str
    charts: tuple[Chart, ...]

    @classmethod
    def read(cls, fields: FigureFields) -> CurvesFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        return cls(
            fields.text("sentence", ""), tuple(map(_chart, fields.rows("charts", MOST_CHARTS, least=1)))
        )

    def draw(self, look: FigureLook) -> Any:
        """Returns the charts."""
        em, count = look.em, len(self.charts)
        across = 1 if look.size == "column" or count == 1 else 2
        down = -(-count // across)
        lines = max(self._legend_lines(chart) for chart in self.charts) * look.small / 72 * LEADING
        tall = {"column": 2.1, "two-columns": 2.5, "slide": 4.0}[look.size]
        sheet = Sheet(look, down * (tall + lines + 2.8 * em) + 0.1, self.sentence)
        step = (sheet.right - sheet.left) / across
        each = (sheet.bottom - sheet.top) / down
        for at, chart in enumerate(self.charts):
            x, y = sheet.left + at % across * step, sheet.top + at // across * each
            width = step - (0.8 * em if at % across < across - 1 else 0)
            self._chart(sheet, chart, (x, y, width, each), lines)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a point."""
        rows: list[dict[str, object]] = []
        for chart in self.charts:
            for curve in chart.curves:
                for at, point in enumerate(curve.points):
                    row: dict[str, object] = {
                        "chart": chart.title,
                        "curve": curve.name,
                        "x": point[0],
                        "y": point[1],
                    }
                    if any(each.intervals for each in chart.curves):
                        low, high = curve.intervals[at] if curve.intervals else ("", "")
                        row |= {"low": low, "high": high}
                    if any(each.counts for each in chart.curves):
                        row["n"] = int(curve.counts[at]) if curve.counts else ""
                    rows.append(row)
        return rows

    def caption(self) -> str:
        """Returns what each chart shows, of how many, and where each curve ends."""
        said = [ended(self.sentence)]
        for chart in self.charts:
            n = f", n = {chart.n:,}" if chart.n else ""
            ends = ", ".join(f"{curve.name} {number_text(curve.points[-1][1], 3)}" for curve in chart.curves)
            bars = " Bars are 95 % intervals." if any(curve.intervals for curve in chart.curves) else ""
            name = chart.title or f"{chart.y} over {chart.x}"
            said.append(f"{name} ({counted(len(chart.curves), 'curve')}{n}); at the right end: {ends}.{bars}")
        return " ".join(filter(None, said))

    @staticmethod
    def _legend_lines(chart: Chart) -> int:
        return len(chart.curves)

    def _chart(
        self, sheet: Sheet, chart: Chart, place: tuple[float, float, float, float], lines: float
    ) -> None:
        look, em = sheet.look, sheet.look.em
        x, y, width, height = place
        sheet.text(x, y, chart.title, bold=True, width=width)
        axes = sheet.within(x + LEFT * em, y + 1.7 * em, width - (LEFT + 0.8) * em, height - lines - 6.3 * em)
        axes.set_zorder(3)
        axes.set_xlabel(chart.x, labelpad=0.3 * look.text)
        axes.set_ylabel(chart.y, labelpad=0.3 * look.text)
        axes.grid(color=look.colour("line"), linewidth=0.5 * look.line)
        axes.set_axisbelow(True)
        axes.locator_params(nbins=5)
        if chart.diagonal:
            axes.plot((0, 1), (0, 1), color=look.colour("muted"), linewidth=look.line, linestyle=(0, (1, 2)))
        for curve in chart.curves:
            self._curve(axes, curve, look)
        at = y + height - lines - 1.0 * em
        for curve in chart.curves:
            middle = at + look.small / 72 * LEADING / 2
            self._key(sheet, curve, x + LEFT * em, middle)
            sheet.text(
                x + (LEFT + 2.8) * em,
                middle,
                curve.name,
                size=look.small,
                width=width - (LEFT + 2.8) * em,
                middle=True,
            )
            at += look.small / 72 * LEADING

    def _curve(self, axes: Any, curve: Curve, look: FigureLook) -> None:
        x, y = zip(*curve.points, strict=True)
        style = _style(curve, look)
        few = len(curve.points) <= 40
        markers = {"marker": MARKERS[curve.kind], "markersize": 4.2 * look.line} if few else {}
        if curve.light and few:
            markers["markerfacecolor"] = look.colour("ground")
        axes.plot(x, y, **style, **markers)
        if curve.intervals:
            ends = [
                (value - low, high - value) for value, (low, high) in zip(y, curve.intervals, strict=True)
            ]
            below, above = ([max(0.0, each[end]) for each in ends] for end in (0, 1))
            axes.errorbar(
                x,
                y,
                yerr=(below, above),
                fmt="none",
                ecolor=style["color"],
                elinewidth=look.line,
                capsize=2.2 * look.line,
            )

    def _key(self, sheet: Sheet, curve: Curve, x: float, y: float) -> None:
        look, em = sheet.look, sheet.look.em
        style = _style(curve, look)
        sheet.axes.plot((x, x + 2.3 * em), (y, y), **style)
        if len(curve.points) <= 40:
            fill = look.colour("ground") if curve.light else style["color"]
            sheet.axes.plot(
                (x + 1.15 * em,), (y,), color=style["color"], marker=MARKERS[curve.kind], markersize=4.2 * look.line,
                markerfacecolor=fill,
            )  # fmt: skip


def _style(curve: Curve, look: FigureLook) -> dict[str, Any]:
    dash = (0, (1, 1.5)) if curve.light else DASHES.get(curve.kind, "solid")
    return {
        "color": look.colour(curve.kind),
        "linewidth": (1.4 if curve.light else 2.0) * look.line,
        "linestyle": dash,
    }


def _chart(row: FigureFields) -> Chart:
    curves = tuple(map(_curve, row.rows("curves", MOST_SERIES, least=1)))
    return Chart(
        row.text("title", "", limit=200), row.text("x", "", limit=100), row.text("y", "", limit=100), curves,
        row.flag("diagonal"), row.whole("n", default=0),
    )  # fmt: skip


def _curve(row: FigureFields) -> Curve:
    points = row.lists("points", 2, MOST_POINTS, least=1)
    intervals, counts = row.lists("intervals", 2, MOST_POINTS), row.numbers("counts", MOST_POINTS, low=0)
    for given in (intervals, counts):
        if given and len(given) != len(points):
            raise InputError(
                "In this figure file a curve has more points than intervals or counts, or fewer."
            )
    kind = row.choice("kind", INKS, "ink")
    return Curve(row.text("name", limit=120), kind, points, intervals, counts, row.flag("light"))
