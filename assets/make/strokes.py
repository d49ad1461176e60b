"""Pen strokes: curves drawn by a steady or a shaky hand, in a square of 100 by 100 units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from assets.make.curves import Loose, Points, lengths, resampled, spline

Drawing = list[Points]


def curve(*points: Sequence[float]) -> Points:
    """One smooth stroke through the points."""
    return spline(points)


def lines(*points: Sequence[float]) -> Points:
    """One stroke of straight pieces."""
    pieces = [np.array([start, end], np.float64) for start, end in zip(points[:-1], points[1:], strict=True)]
    return np.vstack([resampled(piece, 12) for piece in pieces])


def closed(*points: Sequence[float]) -> Points:
    """One smooth stroke that returns to its start."""
    given = np.asarray(points, np.float64)
    looped = spline(np.vstack([given[-2:], given, given[:2]]))
    return looped[28 : 28 + 14 * len(given) + 1]


def oval(
    x: float, y: float, across: float, along: float = 0.0, start: float = 0.0, sweep: float = 360.0
) -> Points:
    """An ellipse or a part of it; degrees clockwise from the right."""
    angle = np.deg2rad(np.linspace(start, start + sweep, 60))
    return np.stack([x + across * np.cos(angle), y + (along or across) * np.sin(angle)], 1)


def hatching(start: Loose, step: Sequence[float], count: int) -> Drawing:
    """Parallel copies of a stroke, each moved by `step`."""
    base = np.asarray(start, np.float64)
    return [resampled(base + np.asarray(step, np.float64) * number, 12) for number in range(count)]


@dataclass(frozen=True)
class Hand:
    """How somebody draws.

    Attributes:
        sway: slow wandering of the line, in units.
        tremor: fast trembling, in units.
        pen: width of the pen in pixels of the final picture.
        miss: how far the ends of a stroke fall short or run over, in units.
        again: share of strokes that are drawn twice.
        lean: deviation of the whole drawing's turn, in degrees.
        squash: deviation of the whole drawing's proportions.
        share: share of the drawing's length that is drawn, the longest strokes first.
        shade: distance between hatched lines in closed outlines, in units; 0 for none.
    """

    sway: float
    tremor: float
    pen: float
    miss: float
    again: float
    lean: float
    squash: float
    share: float = 1.0
    shade: float = 0.0


HANDS: dict[str, Hand] = {
    "clean": Hand(0.45, 0.05, 2.3, 0.3, 0.0, 1.0, 0.02),
    "shaky": Hand(1.35, 0.13, 1.9, 1.6, 0.30, 4.0, 0.07),
    "sparse": Hand(0.7, 0.06, 1.7, 0.8, 0.0, 2.0, 0.04, share=0.86),
    "dense": Hand(0.6, 0.07, 1.5, 0.8, 0.75, 2.0, 0.03, shade=3.4),
}


def longest(drawing: Drawing, share: float) -> Drawing:
    """The longest strokes that make up a share of all the length, in their old order, three at least."""
    reach = np.array([float(lengths(stroke)[-1]) for stroke in drawing])
    order = np.argsort(-reach, kind="stable")
    before = np.cumsum(reach[order]) - reach[order]
    chosen = set(order[before < share * reach.sum()]) | set(order[:3])
    return [stroke for number, stroke in enumerate(drawing) if number in chosen]


def _inside(shape: Points, spots: Points) -> np.ndarray:
    """Tells which points lie in a closed outline (even-odd rule), (n,) bool."""
    x, y = spots[:, :1], spots[:, 1:]
    (x0, y0), (x1, y1) = shape.T, np.roll(shape, -1, axis=0).T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses &= x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
    return np.asarray(crosses.sum(1) % 2 == 1)


def shaded(drawing: Drawing, step: float) -> Drawing:
    """Slanted hatching on the right, lower side of each closed outline."""
    hatched: Drawing = []
    for stroke in drawing:
        if float(lengths(stroke)[-1]) < 22 or np.linalg.norm(stroke[0] - stroke[-1]) > 2.5:
            continue
        low, high = stroke.min(0), stroke.max(0)
        for start in np.arange(low[0] - (high[1] - low[1]), high[0], step * 1.4):
            down = np.linspace(low[1], high[1], 90)
            path = np.stack([start + (high[1] - down), down], 1)
            side = (path[:, 0] - low[0]) / (high[0] - low[0]) + (down - low[1]) / (high[1] - low[1])
            within = _inside(stroke, path) & (side > 1.05)
            runs = np.split(path, np.flatnonzero(np.diff(within.astype(int))) + 1)
            hatched += [run for run in runs if len(run) > 4 and within[_place(path, run[0])]]
    return hatched


def _place(path: Points, spot: Points) -> int:
    """Where a point stands on a path."""
    return int(np.abs(path - spot).sum(1).argmin())


def by_hand(stroke: Points, hand: Hand, random: np.random.Generator) -> Points:
    """One stroke as a hand would draw it."""
    total = float(lengths(stroke)[-1])
    count = max(int(total / 0.6), 8)
    over = float(random.normal(0, hand.miss)) if total > 12 else 0.0
    path = resampled(stroke, count)
    if over > 0.4:
        path = path[: max(count - int(over / 0.6), 6)]
    noise = random.standard_normal((len(path) + 160, 2))
    slow = ndimage.gaussian_filter1d(noise, 20, axis=0, mode="reflect")[80:-80]
    fast = ndimage.gaussian_filter1d(random.standard_normal((len(path), 2)), 2.0, axis=0)
    small = min(1.0, total / 25 + 0.25)
    wander = slow / 0.12 * hand.sway * 0.55 * small + fast / 0.37 * hand.tremor
    return np.asarray(path + wander, np.float64)


def drawn(drawing: Drawing, hand: Hand, random: np.random.Generator, size: int = 320) -> Image.Image:
    """A drawing on white paper, black ink, (size, size) pixels."""
    times = 4
    paper = Image.new("L", (size * times, size * times), 255)
    pen = ImageDraw.Draw(paper)
    angle = np.deg2rad(float(random.normal(0, hand.lean)))
    stretch = 1 + random.normal(0, hand.squash, 2)
    everything = np.vstack(drawing)
    middle = (everything.min(0) + everything.max(0)) / 2
    reach = float((everything.max(0) - everything.min(0)).max())
    scale = 0.80 * size * times / reach
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    strokes = list(drawing) if hand.share == 1 else longest(drawing, hand.share)
    strokes += [stroke for stroke in drawing if random.random() < hand.again]
    strokes += shaded(drawing, hand.shade) if hand.shade else []
    for stroke in strokes:
        path = (by_hand(stroke, hand, random) - middle) * stretch @ matrix * scale + size * times / 2
        press = 1 + 0.16 * ndimage.gaussian_filter1d(random.standard_normal(len(path)), 9, mode="reflect") * 3
        _ink(pen, path, hand.pen * times * press)
    return paper.resize((size, size), Image.Resampling.BOX).convert("RGB")


def _ink(pen: ImageDraw.ImageDraw, path: Points, widths: Points) -> None:
    """One stroke of round dabs and the pieces between them."""
    for (a, b), (c, d), width in zip(path[:-1], path[1:], widths, strict=False):
        pen.line([(float(a), float(b)), (float(c), float(d))], fill=0, width=max(int(width), 1))
        half = float(width) / 2
        pen.ellipse([float(c) - half, float(d) - half, float(c) + half, float(d) + half], fill=0)
