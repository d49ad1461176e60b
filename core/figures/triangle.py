"""A triangle of all mixes of three weights, drawn by mpltern at a place of a sheet."""

from __future__ import annotations

from collections.abc import Sequence

import mpltern  # noqa: F401  (its import names the projection)
import numpy as np
from jaxtyping import Float64

from core.figures.drawable import EvidencePart
from core.figures.sheet import Sheet
from core.polygons import held_apart

MARGIN = -0.1
"""Learned weights may be a little negative: so far outside the triangle they are drawn."""


def triangle_height(side: float) -> float:
    """Returns the height of a triangle of a side."""
    return side * 3**0.5 / 2


class Triangle:
    """A triangle whose corners are three kinds of evidence: the first left, the second right, the third above.

    Args:
        sheet: to draw on.
        x: its left end, in inches.
        y: its top, in inches.
        side: its side, in inches.
        parts: the kinds of evidence.

    Attributes:
        axes: of mpltern, which take the third weight, then the first, then the second.
        bottom: where it ends, in inches.
    """

    def __init__(self, sheet: Sheet, x: float, y: float, side: float, parts: Sequence[EvidencePart]) -> None:
        self.sheet, self._parts = sheet, parts
        height = triangle_height(side)
        self._corners = np.array([(x, y + height), (x + side, y + height), (x + side / 2, y)])
        self.bottom = y + height
        self.axes = sheet.within(x, y, side, height, projection="ternary")
        self.axes.set_zorder(-1)
        for axis in (self.axes.taxis, self.axes.laxis, self.axes.raxis):
            axis.set_ticks([])

    def places(self, weights: Float64[np.ndarray, "points 3"]) -> Float64[np.ndarray, "points 2"]:
        """Returns where mixes lie on the sheet, in inches."""
        return np.asarray(weights @ self._corners)

    def named(self, *, words: bool = True) -> None:
        """Draws the outline with the kinds of evidence at their corners, and writes what they are called."""
        sheet, em = self.sheet, self.sheet.look.em
        lines = [*self._corners.tolist(), self._corners[0].tolist()]
        sheet.line(lines, line=1.4, order=2)
        aligns = ("left", "right", "center")
        for part, (x, y), align in zip(self._parts, self._corners.tolist(), aligns, strict=True):
            sheet.dot(x, y, 0.5 * em, face=part.kind, order=5)
            if not words:
                continue
            shift = {"left": -0.8 * em, "right": 0.8 * em, "center": 0.0}[align]
            at = y - 1.9 * em if align == "center" else y + 0.75 * em
            sheet.text(x + shift, at, f"{part.label} alone", size=sheet.look.small, align=align)

    def here(self, weights: Sequence[float]) -> None:
        """Rings the mix at which the sliders stand, where that lies in the triangle."""
        placed = _shares(weights)
        if placed is not None:
            (x, y), em = (placed @ self._corners).tolist(), self.sheet.look.em
            self.sheet.dot(x, y, 0.62 * em, face="ground", edge="ink", line=2.4, order=7)
            self.sheet.dot(x, y, 0.24 * em, face="ink", order=8)

    def mark(self, marks: Sequence[tuple[str, Sequence[float]]]) -> None:
        """Rings the mix at which the sliders stand, and marks others by a sign in a ring.

        Args:
            marks: sign and weights of each; those that lie too far outside are left out. Where signs would cover each
                other, or that ring, a line leads to the mix.
        """
        now = [part.weight for part in self._parts]
        self.here(now)
        placed = [("", _shares(now)), *((symbol, _shares(weights)) for symbol, weights in marks)]
        drawn = [(symbol, shares @ self._corners) for symbol, shares in placed if shares is not None]
        em, sheet = self.sheet.look.em, self.sheet
        points = np.array([point for _, point in drawn]).reshape(-1, 2)
        for (symbol, point), (x, y) in zip(drawn, held_apart(points, 1.75 * em).tolist(), strict=True):
            if not symbol:
                continue
            left, top = point.tolist()
            if (x, y) != (left, top):
                sheet.line([(left, top), (x, y)], colour="ground", line=4, order=6)
                sheet.line([(left, top), (x, y)], line=1.6, order=6.1)
                sheet.dot(left, top, 0.22 * em, order=6.2)
            sheet.dot(x, y, 0.8 * em, face="ground", edge="ink", line=1.4, order=6.5)
            size = sheet.look.text * 0.95
            sheet.text(x, y, symbol, size=size, bold=True, align="center", middle=True)
            sheet.axes.texts[-1].set_zorder(7)


def _shares(weights: Sequence[float]) -> Float64[np.ndarray, " 3"] | None:
    total = sum(weights)
    shares = np.array(weights) / total if total > 0 else np.full(3, -1.0)
    return shares if shares.min() >= MARGIN else None
