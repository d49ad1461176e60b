"""Small things on garments: buttons, plackets, zips, pockets, belts, drawstrings."""

from collections.abc import Sequence

import numpy as np

from assets.make.cloth import Material
from assets.make.curves import Points, flipped, resampled, spline, strip
from assets.make.panel import ClothPanel, Thread
from assets.make.relief import drape, seam


def disc(x: float, y: float, radius: float) -> Points:
    """A closed circle."""
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1)


def button(x: float, y: float, radius: float = 0.62, colour: str = "white") -> list[ClothPanel]:
    """A round button with a sunken middle."""
    rim = ClothPanel(disc(x, y, radius), Material(colour, "plain"), round_depth=0.35, edge=0.1, shadow=0.55)
    rim_small = Material(colour, "plain", tone=0.72)
    hole = ClothPanel(disc(x, y, radius * 0.42), rim_small, round_depth=-0.1, edge=0.0, shadow=0.0)
    return [
        ClothPanel(rim.outline, rim.material, round_depth=0.35, edge=0.1, shadow=0.55, shadow_reach=0.35),
        hole,
    ]


def button_row(
    x: float, top: float, bottom: float, count: int, radius: float, colour: str
) -> list[ClothPanel]:
    """Buttons with equal spacing down a line."""
    return [part for y in np.linspace(top, bottom, count) for part in button(x, float(y), radius, colour)]


def placket(
    material: Material, top: float, bottom: float, width: float = 3.2, thread: str = "", x: float = 0.0
) -> list[ClothPanel]:
    """A sewn strip down the front, stitched along both edges."""
    line = resampled(np.array([[x, top], [x + 0.15, (top + bottom) / 2], [x, bottom]]), 40)
    name = thread or material.colour
    sides = [line + [shift * width, 0] for shift in (-0.36, 0.36)]
    tone = 1.35 if not thread else 1.0
    threads = [Thread(curve, name, 0.14, 0.4, tone) for curve in sides]
    shape = strip(line, width)
    reliefs = [drape(0.16, 4, 14)]
    return [
        ClothPanel(shape, material, round_depth=0.5, edge=0.16, reliefs=reliefs, threads=threads, shadow=0.3)
    ]


def zipper(
    top: float, bottom: float, x: float = 0.0, metal: str = "silver", tape: str = "black"
) -> list[ClothPanel]:
    """A closed zip: tape, teeth, puller."""
    line = resampled(np.array([[x, top], [x, bottom]]), 60)
    teeth = Thread(line, metal, 0.75, 0.28, 0.9)
    band = ClothPanel(
        strip(line, 1.5), Material(tape, "twill"), round_depth=0.1, threads=[teeth], shadow=0.25
    )
    pull = np.array(
        [[x - 0.45, top + 0.4], [x + 0.45, top + 0.4], [x + 0.3, top + 3.4], [x - 0.3, top + 3.4]]
    )
    puller = ClothPanel(
        pull, Material(metal, "metal"), round_depth=0.3, edge=0.1, shadow=0.5, shadow_reach=0.4
    )
    return [band, puller]


def patch_pocket(
    material: Material, x: float, y: float, width: float, height: float, thread: str = "", flap: bool = False
) -> list[ClothPanel]:
    """A sewn-on pocket with a slightly pointed bottom, optionally with a flap and button."""
    half = width / 2
    shape = np.array(
        [
            [x - half, y],
            [x + half, y],
            [x + half, y + height * 0.8],
            [x, y + height],
            [x - half, y + height * 0.8],
        ]
    )
    closed = np.vstack([shape, shape[:1]])
    middle = shape.mean(0)
    inner = resampled(middle + (closed - middle) * 0.92, 80)
    name, tone = (thread, 1.0) if thread else (material.colour, 1.3)
    stitch = Thread(inner, name, 0.18 if thread else 0.13, 0.45, tone)
    panels = [
        ClothPanel(
            shape, material, round_depth=0.35, edge=0.14, threads=[stitch], shadow=0.3, shadow_reach=0.5
        )
    ]
    if flap:
        top = np.array([[x - half - 0.3, y - 0.5], [x + half + 0.3, y - 0.5], [x + half + 0.2, y + 2.2]])
        lid = np.vstack([top, [[x, y + 4.2], [x - half - 0.2, y + 2.2]]])
        edge = resampled(lid.mean(0) + (np.vstack([lid, lid[:1]]) - lid.mean(0)) * 0.9, 60)
        sewn = [Thread(edge, name, 0.18 if thread else 0.13, 0.45, tone)]
        panels.append(
            ClothPanel(lid, material, round_depth=0.4, edge=0.16, threads=sewn, shadow=0.4, shadow_reach=0.5)
        )
        panels += button(x, y + 2.6, 0.5, "silver" if thread else "brown")
    return panels


def slit_pocket(
    material: Material, start: Sequence[float], end: Sequence[float], width: float = 1.7
) -> list[ClothPanel]:
    """A welt pocket between two points."""
    line = resampled(np.array([start, end], dtype=np.float64), 20)
    inside = ClothPanel(strip(line, width * 1.1), material.inside(0.45), round_depth=0.05, shadow=0.1)
    offset = line + np.array([0.0, 0.35])
    return [
        inside,
        ClothPanel(strip(offset, width * 0.8), material, round_depth=0.25, edge=0.14, shadow=0.35),
    ]


def flap_pocket(
    material: Material, x: float, y: float, width: float, height: float = 5.5
) -> list[ClothPanel]:
    """A pocket flap with rounded corners on a coat or blazer."""
    half = width / 2
    lower = spline([[x + half, y], [x + half - 0.1, y + height - 1], [x + half - 1.2, y + height]], 8)
    other = [[x - half + 1.2, y + height], [x - half + 0.1, y + height - 1], [x - half, y]]
    shape = np.vstack([lower, spline(other, 8)])
    return [ClothPanel(shape, material, round_depth=0.45, edge=0.2, shadow=0.42, shadow_reach=0.6)]


def kangaroo_pocket(material: Material, y: float, bottom: float, half: float = 15.0) -> list[ClothPanel]:
    """The front pouch of a hoodie with slanted openings."""
    right = spline([[half * 0.62, y], [half * 0.8, y + (bottom - y) * 0.35], [half, y + (bottom - y) * 0.62]])
    shape = np.vstack([right, [[half, bottom]], flipped(np.vstack([right, [[half, bottom]]]))[::-1]])
    opening = right + [-0.9, 0.0]
    reliefs = [seam(opening, 0.3, 0.08), seam(flipped(opening), 0.3, 0.08), drape(0.3, 7, 12)]
    return [ClothPanel(shape, material, round_depth=1.1, edge=0.3, reliefs=reliefs, shadow=0.4)]


def drawstrings(start: float, drop: float, y: float, colour: str) -> list[ClothPanel]:
    """Two hanging cords with knotted ends."""
    panels = []
    for sign, more in ((-1.0, 0.0), (1.0, 1.8)):
        end = y + drop + more
        line = spline([[sign * start, y], [sign * start * 1.1, y + drop * 0.4], [sign * start * 0.95, end]])
        cord = Material(colour, "plain")
        panels.append(
            ClothPanel(strip(line, 0.75), cord, round_depth=0.3, edge=0.1, shadow=0.5, shadow_reach=0.5)
        )
        knot = disc(float(line[-1][0]), float(line[-1][1]), 0.7)
        panels.append(ClothPanel(knot, cord, round_depth=0.5, edge=0.1, shadow=0.4, shadow_reach=0.4))
    return panels


def belt(
    material: Material, y: float, half: float, height: float, buckle: str = "", tie: bool = False
) -> list[ClothPanel]:
    """A belt round the waist, with a buckle or a tied bow of cloth."""
    across = np.linspace(-1, 1, 40)
    upper = np.stack([across * half, y + 0.9 * (1 - across**2)], 1)
    lower = np.stack([across * half, y + height + 0.9 * (1 - across**2)], 1)
    shape = np.vstack([upper, lower[::-1]])
    panels = [ClothPanel(shape, material, round_depth=0.7, edge=0.2, shadow=0.45, shadow_reach=0.7)]
    middle = y + 0.9 + height / 2
    if buckle:
        box = np.array([[-2.4, -2.2], [2.4, -2.2], [2.4, 2.2], [-2.4, 2.2]]) * (height / 4.0) + [0, middle]
        panels.append(ClothPanel(box, Material(buckle, "metal"), round_depth=0.4, edge=0.2, shadow=0.4))
        hole = (box - [0, middle]) * 0.62 + [0, middle]
        panels.append(ClothPanel(hole, material.inside(0.75), round_depth=0.1, shadow=0.0))
    if tie:
        panels += bow(material, 3.0, middle, 8.0, 17.0)
    return panels


def bow(material: Material, x: float, y: float, loop: float, tail: float) -> list[ClothPanel]:
    """A tied bow: two tails, two loops, a knot."""
    panels = []
    for sign in (-1.0, 1.0):
        line = spline([[x, y], [x + sign * 1.6, y + tail * 0.5], [x + sign * 2.8, y + tail + sign]])
        width = np.linspace(1.4, 3.2, len(line))
        panels.append(_ribbon(strip(line, width), material))
    for sign in (-1.0, 1.0):
        points: Sequence[Sequence[float]] = [
            [x, y],
            [x + sign * loop * 0.5, y - loop * 0.26],
            [x + sign * loop, y - loop * 0.05],
            [x + sign * loop * 0.85, y + loop * 0.3],
            [x + sign * loop * 0.4, y + loop * 0.26],
            [x, y + 0.3],
        ]
        panels.append(_ribbon(spline(points), material))
    knot = np.array([[-1.2, -1.1], [1.2, -1.3], [1.3, 1.2], [-1.1, 1.3]]) + [x, y]
    return [*panels, _ribbon(spline([*knot, knot[0]]), material)]


def _ribbon(shape: Points, material: Material) -> ClothPanel:
    """One piece of a bow."""
    return ClothPanel(
        shape, material, round_depth=0.9, edge=0.2, reliefs=[drape(0.35, 2, 5)], shadow=0.45, shadow_reach=0.6
    )
