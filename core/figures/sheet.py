"""A sheet to draw on, measured in inches from its upper left corner: words, pictures, bars of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.textpath import text_to_path

from core.figures.drawable import EvidencePart
from core.figures.letters import in_order, printable
from core.figures.look import DOTS, SLIDE_HEIGHT, FigureLook, face
from core.shares import told_together

ELLIPSIS = "\u2026"
LEADING = 1.3
"""Height of a line of words, over their size."""
MARGIN = 0.04
SLIDE_MARGIN = 0.55
MOST_LINES = 6
"""Of what a slide says at its head."""
Pixels = UInt8[np.ndarray, "height width 3"]


class Sheet:
    """A figure of a look; of a slide the height is given, and what is lower stands in its middle.

    Args:
        look: of the figure.
        height: in inches.
        title: what a slide says at its head; other figures leave it to their caption.

    Attributes:
        figure: matplotlib's.
        left, top, right, bottom: of what may be drawn on, in inches.
    """

    def __init__(self, look: FigureLook, height: float, title: str = "") -> None:
        self.look = look
        self.width = look.width
        self.height = SLIDE_HEIGHT if look.slide else height
        self.figure = Figure(figsize=(self.width, self.height), dpi=DOTS)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        self.axes.set_axis_off()
        edge = SLIDE_MARGIN if look.slide else MARGIN
        self.left, self.top, self.right, self.bottom = edge, edge, self.width - edge, self.height - edge
        if look.slide and title:
            self._head(title)
        if look.slide and 0 < height < self.bottom - self.top:
            self.top += (self.bottom - self.top - height) * 0.4

    def _head(self, title: str) -> None:
        """Writes what a slide says at its head, smaller where it is long; never smaller than its smallest words."""
        width, points = self.right - self.left, self.look.small
        for larger in (4, 2, 0):
            if len(wrapped(title, width, self.look.text + larger, bold=True)) <= 2:
                points = self.look.text + larger
                break
        self.top = (
            self.paragraph(self.left, self.top, title, width, size=points, bold=True, most=MOST_LINES) + 0.22
        )

    def text(
        self, x: float, y: float, words: str, *, size: float = 0.0, bold: bool = False, colour: str = "ink",
        align: str = "left", width: float = 0.0, middle: bool = False,
    ) -> None:  # fmt: skip
        """Writes a line.

        Args:
            x: where it begins, ends or has its middle, by `align`.
            y: its upper edge, or its middle with `middle`.
            words: any text.
            size: in points; 0 for that of the look.
            bold: whether it is strong.
            colour: a name of the look.
            align: "left", "right" or "center".
            width: what it may take, in inches; 0 for any. What does not fit is cut off with an ellipsis.
            middle: whether `y` is its middle.
        """
        points = size or self.look.text
        shown = shortened(words, width, points, bold) if width else words
        self.axes.text(
            x, y, in_order(shown), fontproperties=face(bold), fontsize=points, color=self.look.colour(colour), ha=align,
            va="center_baseline" if middle else "top", zorder=6,
        )  # fmt: skip

    def paragraph(
        self, x: float, y: float, words: str, width: float, *, size: float = 0.0, bold: bool = False,
        colour: str = "ink", most: int = 99,
    ) -> float:  # fmt: skip
        """Writes lines, and returns where they end; arguments as for `text`, at most so many lines."""
        points = size or self.look.text
        lines = wrapped(words, width, points, bold)
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        for line in lines:
            self.text(x, y, line, size=points, bold=bold, colour=colour, width=width)
            y += points / 72 * LEADING
        return y

    def picture(
        self, pixels: Pixels | None, x: float, y: float, width: float, height: float, order: float = 2
    ) -> tuple[float, float, float, float]:
        """Lays a picture into the middle of a place, and returns its own (left, top, width, height)."""
        if pixels is None:
            self.box(x, y, width, height, face="faint")
            words, small = "no picture", self.look.small * 0.8
            self.text(
                x + width / 2, y + height / 2, words, size=small, colour="muted", align="center", middle=True
            )
            return x, y, width, height
        tall, wide = pixels.shape[:2]
        scale = min(width / wide, height / tall)
        wide, tall = wide * scale, tall * scale
        left, top = x + (width - wide) / 2, y + (height - tall) / 2
        self.axes.imshow(
            pixels,
            extent=(left, left + wide, top + tall, top),
            aspect="auto",
            interpolation="none",
            zorder=order,
        )
        self.axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        return left, top, wide, tall

    def box(
        self, x: float, y: float, width: float, height: float, *, face: str = "", edge: str = "", line: float = 1.0,
        order: float = 1.0, dashes: Any = None, alpha: float | None = None,
    ) -> None:  # fmt: skip
        """Draws a rectangle; `face` and `edge` are names of colours, "" for none."""
        self.axes.add_patch(
            Rectangle(
                (x, y), width, height, facecolor=self.look.colour(face) if face else "none",
                edgecolor=self.look.colour(edge) if edge else "none", linewidth=line * self.look.line, zorder=order,
                linestyle=dashes or "solid", alpha=alpha,
            )
        )  # fmt: skip

    def frame(self, box: Sequence[float], x: float, y: float, width: float, height: float) -> None:
        """Draws a box (left, top, right, bottom), in shares of the picture that lies at a place, in green."""
        left, top, right, bottom = box
        place = (x + left * width, y + top * height, (right - left) * width, (bottom - top) * height)
        self.box(*place, edge="paper", line=3.2, order=4)
        self.box(*place, edge="both", line=1.8, order=4.1)

    def filled(self, kind: str, x: float, y: float, width: float, height: float, order: float = 3.0) -> None:
        """Draws a bar of a kind of evidence, in its colour and pattern."""
        colour = self.look.colour(kind)
        bare = kind == "captions"
        self.axes.add_patch(
            Rectangle(
                (x, y), width, height, facecolor=self.look.colour("ground") if bare else colour,
                edgecolor=colour if bare else _veil(kind), hatch=self.look.hatch(kind),
                linewidth=self.look.line if bare else 0,
                zorder=order,
            )
        )  # fmt: skip

    def bar(
        self, kinds: Sequence[str], shares: Sequence[float], low: float, high: float, x: float, y: float,
        width: float, height: float,
    ) -> None:  # fmt: skip
        """Draws a bar of parts: those that add to the right of its zero, those that take away to the left.

        Args:
            kinds: of evidence, one a part.
            shares: the parts.
            low: what the longest of such bars takes away, at least 0.
            high: what it adds, at least 0.
            x, y, width, height: where the bars lie, in inches.
        """
        unit = width / ((low + high) or 1.0)
        zero = x + low * unit
        left = right = zero
        for kind, share in zip(kinds, shares, strict=True):
            long = abs(share) * unit
            left -= long if share < 0 else 0.0
            self.filled(kind, right if share >= 0 else left, y, long, height)
            right += long if share >= 0 else 0.0
        self.line([(zero, y - 0.12 * height), (zero, y + 1.12 * height)], line=1.0, order=4)

    def line(
        self, points: Sequence[tuple[float, float]], *, colour: str = "ink", line: float = 1.0, order: float = 2.0,
        dashes: Any = "solid",
    ) -> None:  # fmt: skip
        """Draws a line through points."""
        x, y = zip(*points, strict=True)
        self.axes.plot(
            x, y, color=self.look.colour(colour), linewidth=line * self.look.line, zorder=order, linestyle=dashes,
            solid_capstyle="butt",
        )  # fmt: skip

    def dot(
        self, x: float, y: float, radius: float, *, face: str = "ink", edge: str = "ground", line: float = 1.0,
        order: float = 5.0,
    ) -> None:  # fmt: skip
        """Draws a disc."""
        self.axes.add_patch(
            Circle(
                (x, y), radius, facecolor=self.look.colour(face), edgecolor=self.look.colour(edge),
                linewidth=line * self.look.line, zorder=order,
            )
        )  # fmt: skip

    def badge(self, words: str, x: float, y: float, size: float) -> None:
        """Writes a number into the corner of a picture, on a plate of its own."""
        wide = max(measured(words, size, bold=True) + size / 72 * 0.6, size / 72 * 1.35)
        tall = size / 72 * 1.35
        self.axes.add_patch(
            FancyBboxPatch(
                (x, y), wide, tall, boxstyle=f"round,pad=0,rounding_size={tall * 0.2}",
                facecolor=self.look.colour("plate"), edgecolor="none", zorder=5,
            )
        )  # fmt: skip
        self.text(
            x + wide / 2,
            y + tall / 2,
            words,
            size=size,
            bold=True,
            colour="paper",
            align="center",
            middle=True,
        )

    def legend(
        self, parts: Sequence[EvidencePart], x: float, y: float, width: float, *, weights: bool = True,
        size: float = 0.0,
    ) -> float:  # fmt: skip
        """Names the kinds of evidence beside their patterns, and returns where that ends.

        Args:
            parts: the kinds.
            x, y, width: where, in inches.
            weights: whether their weights are said.
            size: in points; 0 for the smallest of the look.
        """
        points = size or self.look.small
        tall, across = points / 72 * LEADING, x
        told = told_together([part.weight for part in parts])
        for part, weight in zip(parts, told, strict=True):
            words = f"{part.label} {weight}" if weights else part.label
            long = points / 72 * 1.9 + measured(words, points)
            if across > x and across + long > x + width:
                across, y = x, y + tall
            self.filled(part.kind, across, y + 0.15 * tall, points / 72 * 1.2, points / 72 * 0.85)
            self.text(across + points / 72 * 1.5, y + tall / 2, words, size=points, middle=True, width=width)
            across += long + points / 72 * 0.9
        return y + tall

    def within(self, x: float, y: float, width: float, height: float, **options: Any) -> Any:
        """Returns further axes of matplotlib at a place in inches."""
        where = (x / self.width, 1 - (y + height) / self.height, width / self.width, height / self.height)
        return self.figure.add_axes(where, **options)


def _veil(kind: str) -> Any:
    return (1.0, 1.0, 1.0, 0.75 if kind == "both" else 0.6)


@lru_cache(maxsize=20_000)
def measured(words: str, size: float, bold: bool = False) -> float:
    """Returns how wide a line of words is, in inches."""
    prop = face(bold).copy()
    prop.set_size(size)
    shown = printable(words) or " "
    return float(text_to_path.get_text_width_height_descent(shown, prop, ismath=False)[0]) / 72


def shortened(words: str, width: float, size: float, bold: bool = False) -> str:
    """Returns as much of a line as fits into a width in inches, with an ellipsis where it does not."""
    if measured(words, size, bold) <= width:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measured(words[:middle].rstrip() + ELLIPSIS, size, bold) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return words[:low].rstrip() + ELLIPSIS


def wrapped(words: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Returns words as lines of a width in inches, broken between words; one that is too long stands alone."""
    lines: list[str] = []
    for word in words.split():
        if lines and measured(f"{lines[-1]} {word}", size, bold) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
