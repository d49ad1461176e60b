"""What stands round a neck: shirt collars, polo collars, turtlenecks, lapels, hoods, ruffles."""

import numpy as np

from assets.make.cloth import Material
from assets.make.curves import Points, flipped, outline, resampled, spline, strip
from assets.make.panel import ClothPanel, Thread
from assets.make.relief import Crease, creases, drape, gathers, seam
from assets.make.shapes import Cut, neckline


def _pair(shape: Points, material: Material, threads: bool = True, **options: float) -> list[ClothPanel]:
    """A collar leaf on the right and its twin on the left."""
    panels = []
    for leaf in (flipped(shape), shape):
        middle = leaf.mean(0)
        edge = resampled(middle + (np.vstack([leaf, leaf[:1]]) - middle) * 0.88, 90)
        sewn = [Thread(edge, material.colour, 0.12, 0.4, 1.25)] if threads else []
        depth, rim = options.get("depth", 0.7), options.get("edge", 0.25)
        panels.append(
            ClothPanel(
                leaf, material, round_depth=depth, edge=rim, threads=sewn, shadow=0.5, shadow_reach=0.8
            )
        )
    return panels


def stand(cut: Cut, material: Material, height: float = 3.4) -> list[ClothPanel]:
    """The back of a collar, seen from inside above the neck opening (laid before the front)."""
    width = cut.neck[0]
    low = spline([[-width, 0.4], [-width * 0.5, 2.0], [0, 2.4], [width * 0.5, 2.0], [width, 0.4]])
    high = spline([[width + 0.6, -height * 0.55], [width * 0.5, -height * 0.95], [0, -height]])
    high = np.vstack([high, (high * [-1, 1])[::-1]])
    shape = np.vstack([low, high])
    return [ClothPanel(shape, material.inside(0.7), round_depth=0.8, edge=0.2, shadow=0.2)]


def shirt_collar(cut: Cut, material: Material, spread: float = 8.4, drop: float = 9.4) -> list[ClothPanel]:
    """Two pointed leaves that meet at the top button."""
    width = cut.neck[0]
    front = cut.neck[1] - 0.9
    shape = outline(
        [[0.25, front], [width * 0.55, front * 0.2], [width * 0.98, -2.6]],
        [[width * 0.98, -2.6], [width + 2.0, 0.2], [spread + 0.9, drop * 0.62], [spread, drop + 1.0]],
        [[spread, drop + 1.0], [spread * 0.5, front + 1.9], [0.25, front]],
    )
    return _pair(shape, material)


def band_collar(cut: Cut, material: Material, height: float = 3.0) -> list[ClothPanel]:
    """A low standing collar that meets in front."""
    line = resampled(neckline(cut), 80)
    return [ClothPanel(strip(line, height, side=0.2), material, round_depth=0.5, edge=0.2, shadow=0.35)]


def turtleneck(cut: Cut, material: Material, height: float = 9.0) -> list[ClothPanel]:
    """A folded ribbed tube round the neck."""
    width, depth = cut.neck
    shape = outline(
        [[-width - 0.9, depth * 0.2], [-width * 0.97, -height * 0.4], [-width * 0.9, -height]],
        [[-width * 0.9, -height], [0.0, -height + 1.3], [width * 0.9, -height]],
        [[width * 0.9, -height], [width * 0.97, -height * 0.4], [width + 0.9, depth * 0.2]],
        [[width + 0.9, depth * 0.2], [0.0, depth + 2.4], [-width - 0.9, depth * 0.2]],
    )
    rib = material.ribbed()
    inside = spline([[-width * 0.9, -height], [0, -height - 1.5], [width * 0.9, -height], [0, -height + 1.4]])
    inside = np.vstack([inside, inside[:1]])
    return [
        ClothPanel(inside, rib.inside(0.45), round_depth=0.2, shadow=0.0),
        ClothPanel(shape, rib, round_depth=4.0, edge=0.4, reliefs=[drape(0.35, 5, 5)], shadow=0.4),
    ]


def lapels(cut: Cut, material: Material, wide: float = 13.0, notch: float = 10.0) -> list[ClothPanel]:
    """Turned-back fronts and a notched collar that meet at the bottom of the V."""
    width, depth = cut.neck
    leaf = outline(
        [[width * 0.92, -2.0], [width * 1.25, notch * 0.4], [wide - 2.4, notch - 0.6]],
        [[wide - 2.4, notch - 0.6], [wide + 2.2, notch - 1.8]],
        [[wide + 2.2, notch - 1.8], [wide * 0.82, depth * 0.55], [0.4, depth + 2.6]],
        [[0.4, depth + 2.6], [width * 0.5, depth * 0.5], [width * 0.92, -2.0]],
    )
    collar = outline(
        [[width * 0.75, -3.0], [width * 1.28, 0.2], [wide - 0.6, notch - 3.0]],
        [[wide - 0.6, notch - 3.0], [wide - 2.6, notch + 0.4]],
        [[wide - 2.6, notch + 0.4], [width * 1.0, 4.4], [width * 0.75, -3.0]],
    )
    return [
        *_pair(leaf, material, threads=False, depth=0.9),
        *_pair(collar, material, threads=False, depth=0.7),
    ]


def hood_back(cut: Cut, material: Material) -> list[ClothPanel]:
    """The hood that lies behind the neck, and the dark opening before it (laid before the front)."""
    width = cut.neck[0]
    shape = outline(
        [[-width - 5.5, 4.5], [-width - 5.0, -5.0], [-width * 0.6, -14.0], [0.0, -16.2]],
        [[0.0, -16.2], [width * 0.6, -14.0], [width + 5.0, -5.0], [width + 5.5, 4.5]],
    )
    folds = [
        Crease([[-width, -3], [-width * 0.5, -9.5], [0, -11.5], [width * 0.5, -9.5], [width, -3]], 2.4, 0.8),
        Crease([[-width - 3, 1], [-width - 1.5, -7], [-2, -14]], 2.0, 0.6),
        Crease([[width + 3, 1], [width + 1.5, -7], [2, -14]], 2.0, 0.6),
    ]
    hole = outline(
        [[-width, 3.0], [-width * 0.9, -6.5], [0.0, -9.8], [width * 0.9, -6.5], [width, 3.0]],
        [[width, 3.0], [0.0, 12.0], [-width, 3.0]],
    )
    lining = material.unpatterned().inside(0.42)
    return [
        ClothPanel(shape, material, round_depth=5.0, edge=0.4, reliefs=[creases(folds), drape(0.4, 7, 10)]),
        ClothPanel(hole, lining, round_depth=-1.5, edge=0.0, reliefs=[drape(0.5, 5, 9)], shadow=0.0),
    ]


def hood_front(cut: Cut, material: Material) -> list[ClothPanel]:
    """The two edges of a hood that cross at the throat (laid after the front)."""
    width, depth = cut.neck
    shape = outline(
        [[width * 0.90, -7.6], [width + 3.6, -5.5], [width + 4.6, 2.6], [width * 0.7, depth + 1.6]],
        [[width * 0.7, depth + 1.6], [-1.0, depth + 3.6]],
        [[-1.0, depth + 3.6], [width * 0.42, depth - 0.4], [width * 0.86, 1.5], [width * 0.90, -7.6]],
    )
    edge = spline(
        [[-0.6, depth + 1.6], [width * 0.62, depth - 0.6], [width * 1.05, 1.4], [width * 1.06, -6.0]]
    )
    panels = []
    for mirror in (True, False):
        leaf, line = (flipped(shape), flipped(edge)) if mirror else (shape, edge)
        reliefs = [seam(line, 0.35, 0.10), drape(0.4, 4, 10)]
        panels.append(ClothPanel(leaf, material, round_depth=2.2, edge=0.4, reliefs=reliefs, shadow=0.45))
    return panels


def ruffle(cut: Cut, material: Material, width: float = 4.2) -> list[ClothPanel]:
    """A gathered frill along the front neckline."""
    line = resampled(neckline(cut), 120)
    wave = width * (1 + 0.12 * np.sin(np.linspace(0, 38 * np.pi, 120)))
    band = strip(line, wave, side=-1.0)
    folds = [gathers(0.8, -5.0, 90.0, 0.9)]
    return [ClothPanel(band, material, round_depth=0.5, edge=0.2, reliefs=folds, shadow=0.4)]
