"""Lines of a pen as the pad draws them, where nobody has a browser: curves, round ends, an eraser in white."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw

from core.images.stroke_text import GRID, PenLine
from core.images.strokes import curve

SIDE = 512
"""Pixels of a drawing that a pad exports."""


def drawn_lines(lines: Sequence[PenLine]) -> UInt8[np.ndarray, "side side 3"]:
    """Returns a white sheet with lines on it, 512 pixels square; edges are as soft as a browser's.

    Args:
        lines: in the order in which they were drawn.
    """
    sheet = Image.new("L", (GRID, GRID), 255)
    pen = ImageDraw.Draw(sheet)
    for line in lines:
        ink, reach = (255 if line.erases else 0), line.width / 2
        points = curve(np.asarray(line.points, dtype=np.float64))
        pen.line([tuple(point) for point in points.tolist()], fill=ink, width=line.width)
        for x, y in points.tolist():
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=ink)
    small = np.asarray(sheet.reduce(GRID // SIDE))
    return np.repeat(small[:, :, None], 3, axis=2)
