"""Reads a photographed or scanned drawing: ink is measured from the paper around it, not from white.

Paper is grey, brown or shaded, a scan has a dark frame, chalk is lighter than its board. What comes out is dark
ink on white, at the drawing's own place and scale, or the very same pixels where the paper is white already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float32, UInt8
from PIL import Image

from core.types import Picture

WHITE = 245
"""From this level on a pixel counts as white paper."""
BLOCKS = 96
"""Longest side, in pixels, of the small picture on which paper is told from ink."""
WINDOW = 0.14
"""A stroke is narrower than this share of the longest side; what is wider may be paper."""
DARKEST_SHADOW = 0.45
"""A shadow leaves at least this share of the paper's light; what is darker is ink, however wide."""
VISIBLE = 12
"""Levels by which a stroke differs from what is around it, at least."""
FRAME = 0.3
"""At most this share of a side is taken for the frame of a scan."""
GRAIN = 4.0
"""Paper's own grain is what lies within so many of its deviations."""
FAINTEST = 0.08
"""Less than this share of full ink is paper, however smooth the paper is."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What was read of a picture of a drawing.

    Attributes:
        pixels: (height, width, 3) bytes, dark ink on white paper.
        changes: what was done, as words for a sentence, such as "a dark frame cut off"; empty when nothing was.
    """

    pixels: UInt8[np.ndarray, "height width 3"]
    changes: tuple[str, ...] = ()


def as_drawing(picture: Picture) -> Picture:
    """Returns a picture of a drawing as dark ink on white, with a note of what was done to it.

    Args:
        picture: a drawing, whatever it lies on.

    Returns:
        The very same picture when it is ink on white paper already.
    """
    drawing = read_drawing(picture.pixels)
    if not drawing.changes:
        return picture
    note = f"Read as dark ink on white: {', '.join(drawing.changes)}."
    return replace(picture, pixels=drawing.pixels, notes=(*picture.notes, note))


def read_drawing(pixels: UInt8[np.ndarray, "height width 3"]) -> Drawing:
    """Brings a drawing to dark ink on white.

    Args:
        pixels: (height, width, 3) bytes, RGB.

    Returns:
        The drawing; the very same pixels when they are ink on white paper already, or hold nothing but paper.
    """
    if _is_white_paper(pixels):
        return Drawing(pixels)
    changes = []
    light = pixels
    if _is_inverted(light):
        light = 255 - light
        changes.append("light strokes turned dark")
    cropped = _without_frame(light)
    if cropped.shape != light.shape:
        changes.append("a dark frame cut off")
    if _is_white_paper(cropped):
        return Drawing(np.ascontiguousarray(cropped), tuple(changes))
    ink = _ink_on(cropped, _paper_of(cropped))
    if ink is None:
        return Drawing(pixels)
    changes.append("the paper's tone and shadows taken out")
    grey = np.rint(255 * (1 - ink)).astype(np.uint8)
    return Drawing(np.repeat(grey[:, :, None], 3, axis=2), tuple(changes))


def _grey(pixels: UInt8[np.ndarray, "height width 3"]) -> Float32[np.ndarray, "height width"]:
    return np.asarray(Image.fromarray(pixels).convert("L"), dtype=np.float32)


def _small(pixels: UInt8[np.ndarray, "height width 3"], longest: int = 2 * BLOCKS) -> Image.Image:
    """Returns the picture in grey with its longest side at most `longest` pixels."""
    grey = Image.fromarray(pixels).convert("L")
    scale = min(1.0, longest / max(grey.size))
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return grey.resize(size, Image.Resampling.BOX)


def _edge(values: np.ndarray) -> np.ndarray:
    """Returns the values in the outermost fiftieth of a picture, at least one pixel on each side."""
    deep = max(1, round(0.02 * min(values.shape)))
    inner = np.zeros(values.shape, dtype=bool)
    inner[deep:-deep, deep:-deep] = True
    return np.asarray(values[~inner])


def _is_white_paper(pixels: UInt8[np.ndarray, "height width 3"]) -> bool:
    """Tells whether most of the picture, and most of its edge, is white."""
    # Colour by colour, which is far quicker than pixel by pixel.
    darkest = np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])
    white: Bool[np.ndarray, "height width"] = darkest >= WHITE
    return bool(white.mean() >= 0.5 and _edge(white).mean() >= 0.9)


def _is_inverted(pixels: UInt8[np.ndarray, "height width 3"]) -> bool:
    """Tells whether the strokes are lighter than what they lie on."""
    small = np.asarray(_small(pixels), dtype=np.float32)
    around = _resized(_medians(small), small.shape[1], small.shape[0])
    away = small - around
    lighter, darker = np.maximum(away - VISIBLE, 0).sum(), np.maximum(-away - VISIBLE, 0).sum()
    return bool(lighter > 2 * darker and np.median(small) < WHITE / 2)


def _medians(grey: Float32[np.ndarray, "height width"]) -> Float32[np.ndarray, "rows columns"]:
    """Returns the middle level of each of at most 6 x 6 fields: strokes seldom fill half a field."""
    rows = np.array_split(grey, min(6, len(grey)))
    fields = [np.array_split(row, min(6, grey.shape[1]), axis=1) for row in rows]
    return np.array([[np.median(field) for field in row] for row in fields], dtype=np.float32)


def _resized(
    grey: Float32[np.ndarray, "h w"], width: int, height: int
) -> Float32[np.ndarray, "height width"]:
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BILINEAR))


def _without_frame(pixels: UInt8[np.ndarray, "height width 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Cuts rows and columns off that are dark from the picture's edge inwards."""
    grey = _grey(pixels)
    dark = grey < DARKEST_SHADOW * np.percentile(grey, 75)
    top, bottom = _dark_ends(dark.mean(axis=1))
    left, right = _dark_ends(dark[top : len(dark) - bottom].mean(axis=0))
    if not (top or bottom or left or right):
        return pixels
    # The frame's soft inner edge goes, too.
    soft = max(1, round(0.008 * max(dark.shape)))
    top, bottom, left, right = (end + soft if end else 0 for end in (top, bottom, left, right))
    height, width = dark.shape
    if top + bottom >= height // 2 or left + right >= width // 2:
        return pixels
    return pixels[top : height - bottom, left : width - right]


def _dark_ends(shares: np.ndarray) -> tuple[int, int]:
    """Returns how many rows are dark at the beginning and at the end; 0 where that is no frame but all."""
    limit = int(FRAME * len(shares))
    ends = []
    for side in (shares, shares[::-1]):
        light = np.flatnonzero(side < 0.6)
        count = int(light[0]) if len(light) else 0
        ends.append(count if count <= limit else 0)
    return ends[0], ends[1]


def _paper_of(pixels: UInt8[np.ndarray, "height width 3"]) -> Float32[np.ndarray, "height width 3"]:
    """Returns the colour of the bare paper at every place: strokes are closed, shadows stay."""
    height, width = pixels.shape[:2]
    side = -(-max(height, width) // BLOCKS)
    window = max(1, round(WINDOW * max(height, width) / side))
    channels = []
    for channel in np.moveaxis(pixels, 2, 0):
        # A field shows bare paper as soon as one of its pixels does.
        fields = np.pad(channel, ((0, -height % side), (0, -width % side)), mode="edge")
        lightest = fields.reshape(fields.shape[0] // side, side, -1, side).max(axis=(1, 3))
        closed = -_widened(-_widened(lightest.astype(np.float32), window), window)
        # Beside the edge of a shadow the darker side counts, or the edge would be read as a stroke.
        soft = -_widened(-closed, 3)
        padded = _resized(soft, fields.shape[1], fields.shape[0])
        channels.append(padded[:height, :width])
    paper = np.stack(channels, axis=2)
    brightest = np.percentile(paper, 90, axis=(0, 1))
    return np.asarray(np.maximum(np.maximum(paper, DARKEST_SHADOW * brightest), 1.0), dtype=np.float32)


def _widened(grey: Float32[np.ndarray, "height width"], window: int) -> Float32[np.ndarray, "height width"]:
    """Returns the largest level within a square window around each place."""
    for axis in (0, 1):
        before = (window - 1) // 2
        margins = [(0, 0), (0, 0)]
        margins[axis] = (before, window - 1 - before)
        padded = np.pad(grey, margins, mode="edge")
        grey = np.lib.stride_tricks.sliding_window_view(padded, window, axis=axis).max(axis=-1)
    return grey


def _ink_on(
    pixels: UInt8[np.ndarray, "height width 3"], paper: Float32[np.ndarray, "height width 3"]
) -> Float32[np.ndarray, "height width"] | None:
    """Returns how much ink lies where, in [0, 1]; None when nothing rises above the paper's own grain.

    Ink is what takes light from the paper, in whichever colour it takes most.
    """
    ink = (1 - pixels / paper).max(axis=2).clip(0, 1)
    middle = float(np.median(ink))
    grain = 1.4826 * float(np.median(np.abs(ink - middle)))
    bare = max(middle + GRAIN * grain, FAINTEST)
    if bare >= 1:
        return None
    above = (ink - bare) / (1 - bare)
    strong = above[above > 0]
    if len(strong) < 4:
        return None
    full = float(np.percentile(strong, 95))
    return np.asarray(np.clip(above / full, 0, 1), dtype=np.float32) if full > 0 else None
