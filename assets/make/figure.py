"""A plain figure that wears the garments: skin, legs, arms, head, hair, shoes, or a clothes hanger."""

from dataclasses import dataclass, replace

import numpy as np

from assets.make import shapes
from assets.make.cloth import COLOURS, FABRICS, Fabric, Material
from assets.make.curves import Points, flipped, outline, resampled, rotated, spline, strip
from assets.make.panel import ClothPanel
from assets.make.relief import Crease, Relief, creases
from assets.make.shapes import Cut

FABRICS.setdefault("skin", Fabric("none", 0.0, 0.006, 0.10, 9, 0.05, 1.0))
FABRICS.setdefault("hair", Fabric("twill", 0.05, 0.10, 0.16, 9, 0.04, 1.0))
COLOURS.update(
    {
        "skin 1": (236, 204, 182),
        "skin 2": (214, 174, 146),
        "skin 3": (172, 126, 96),
        "skin 4": (118, 82, 62),
        "skin 5": (84, 58, 46),
        "mannequin": (226, 220, 210),
        "hair 1": (46, 34, 28),
        "hair 2": (30, 28, 30),
        "hair 3": (120, 84, 50),
        "hair 4": (176, 136, 84),
        "wood": (150, 108, 68),
    }
)


@dataclass(frozen=True)
class Wearer:
    """Who wears the garment: skin and hair by name, how the arms are held, what else is worn.

    Attributes:
        skin: a key of `COLOURS`.
        hair: a key of `COLOURS`, or "" for a bare mannequin head.
        splay: degrees between arm and vertical, the same as the sleeve's.
        top: the other garment's material when trousers or a skirt are shown.
        bottom: the trousers' material when a top is shown.
        shoes: material of the shoes.
    """

    skin: str = "skin 2"
    hair: str = "hair 1"
    splay: float = 17.0
    top: Material = Material("white", "jersey")
    bottom: Material = Material("dark denim", "denim", washed=0.16)
    shoes: Material = Material("black", "leather")


def anyone(random: np.random.Generator) -> Wearer:
    """A figure chosen by chance."""
    skins = ("skin 1", "skin 2", "skin 3", "skin 4", "skin 5")
    hairs = ("hair 1", "hair 2", "hair 3", "hair 4")
    bottoms = (
        Material("dark denim", "denim", washed=0.16),
        Material("black", "twill"),
        Material("denim", "denim", washed=0.4),
    )
    tops = (Material("white", "jersey"), Material("black", "jersey"), Material("grey", "jersey"))
    choice = random.integers(0, 60, 4)
    skin = skins[int(choice[0]) % 5]
    hair = hairs[int(choice[1]) % (2 if skin in ("skin 4", "skin 5") else 4)]
    return Wearer(skin, hair, top=tops[int(choice[2]) % 3], bottom=bottoms[int(choice[3]) % 3])


def _skin(wearer: Wearer) -> Material:
    """The skin as a material."""
    return Material(wearer.skin, "skin")


def arm(wearer: Wearer, cut: Cut, left: bool = False) -> list[ClothPanel]:
    """One arm along the line of a sleeve, with a closed hand."""
    base = replace(cut, sleeve="long", splay=cut.splay, puff=0.0, wrist=8.0, bicep=15.0)
    short = cut.sleeve in ("short", "cap")
    base = replace(base, splay=cut.splay + (6 if short else 0))
    closed, centre = shapes.sleeve(base)
    line = resampled(centre, 40)
    start = np.array([[cut.shoulder - 4.5, 9.0], [cut.shoulder - 3.4, 14.0]])
    line = resampled(np.vstack([start, line[6:]]), 40)
    widths = np.interp(np.linspace(0, 1, 40), [0, 0.15, 0.4, 0.52, 0.7, 1.0], [9.5, 10.0, 8.6, 8.0, 7.6, 5.4])
    if cut.sleeve == "long":  # the cloth hides all but the wrist, and nothing may stand out beside it
        widths = np.minimum(widths, 6.0)
    limb = strip(line, widths)
    direction = line[-1] - line[-4]
    direction /= np.linalg.norm(direction)
    palm = outline(
        [
            [-2.7, -1.0],
            [-3.6, 4.0],
            [-3.4, 8.0],
            [-2.2, 13.0],
            [0.2, 16.2],
            [2.2, 13.6],
            [3.0, 8.0],
            [2.7, -1.0],
        ]
    )
    turn = float(np.rad2deg(np.arctan2(direction[0], direction[1])))
    hand = rotated(palm, -turn + 4) + line[-1]
    thumb = (
        rotated(outline([[-2.6, 1.0], [-4.6, 5.0], [-4.6, 9.4], [-3.2, 9.0], [-2.2, 5.0]]), -turn + 4)
        + line[-1]
    )
    fingers = [
        Crease(rotated([[x, 7.5], [x * 0.8, 15.0]], -turn + 4) + line[-1], 0.7, -0.35)
        for x in (-1.4, 0.0, 1.4)
    ]
    skin = _skin(wearer)
    shapes_here = [(limb, 3.0), (thumb, 0.8), (hand, 1.6)]
    panels = []
    for shape, depth in shapes_here:
        folds = [] if left or shape is not hand else [creases(fingers)]
        panels.append(
            ClothPanel(flipped(shape) if left else shape, skin, round_depth=depth, reliefs=folds, shadow=0.06)
        )
    return panels


def features() -> Relief:
    """Brow, eye hollows, nose and mouth as gentle relief: a mannequin's face, nobody's."""
    lines = [
        Crease([[0.0, -24.5], [0.1, -20.5], [0.0, -17.6]], 2.2, 1.3),
        Crease([[-1.6, -17.2], [0, -16.6], [1.6, -17.2]], 1.2, 0.7),
    ]
    for sign in (-1, 1):
        lines.append(Crease([[sign * 1.6, -22.6], [sign * 3.4, -23.0], [sign * 5.6, -22.2]], 1.9, -0.95))
        lines.append(Crease([[sign * 1.6, -24.6], [sign * 3.6, -25.4], [sign * 6.0, -24.4]], 1.3, 0.55))
        lines.append(Crease([[sign * 1.9, -22.0], [sign * 3.5, -21.5], [sign * 5.2, -21.9]], 0.6, -0.35))
    lines.append(Crease([[-2.7, -13.9], [0, -13.5], [2.7, -13.9]], 0.8, -0.75))
    lines.append(Crease([[-1.9, -12.7], [0, -12.3], [1.9, -12.7]], 1.2, 0.5))
    return creases(lines)


def head(wearer: Wearer, long_hair: bool) -> tuple[list[ClothPanel], list[ClothPanel]]:
    """The head: (what lies behind the shoulders, what lies before them)."""
    skin = _skin(wearer)
    face = outline([[0, -33.5], [6.6, -31], [8.0, -24], [7.2, -16.5], [4.2, -10.6], [0, -8.6]])
    face = np.vstack([face, flipped(face)[::-1]])
    jaw = outline([[-4.6, -13], [-5.4, -4], [-7.6, 1.5], [-15, 5.5], [-14, 13], [0, 15]])
    neck = np.vstack([jaw, flipped(jaw)[::-1]])
    shade = Crease([[-4.5, -7.5], [0, -5.0], [4.5, -7.5]], 3.0, -0.9)
    before = [
        ClothPanel(neck, skin, round_depth=4.0, reliefs=[creases([shade])], shadow=0.1),
        ClothPanel(
            face, skin, round_depth=5.5, edge=0.3, reliefs=[features()], shadow=0.45, shadow_reach=2.0
        ),
    ]
    if not wearer.hair:
        return [], before
    hair = Material(wearer.hair, "hair")
    low = 14.0 if long_hair else -14.0
    rear = outline([[0, -36.5], [8.5, -33.5], [10.6, -24], [10.4, -8], [9.5 if long_hair else 7.4, low]])
    rear = np.vstack([rear, flipped(rear)[::-1]])
    locks = [Crease([[x, -34], [x * 1.3, -18], [x * 1.2, low]], 1.6, 0.6) for x in (-8, -6, 6, 8)]
    fringe = outline(
        [[0, -36.6], [8.0, -33.6], [9.8, -25], [9.2, -15]],
        [[9.2, -15], [7.4, -21], [5.0, -27.5], [-1.0, -30.2]],
        [[-1.0, -30.2], [-5.5, -27.0], [-7.6, -21], [-9.2, -15]],
        [[-9.2, -15], [-9.8, -25], [-8.0, -33.6], [0, -36.6]],
    )
    strands = [Crease([[-1, -35], [s * 5, -31], [s * 8.6, -20]], 1.2, 0.5) for s in (-1, 1)]
    behind = [ClothPanel(rear, hair, round_depth=4.0, reliefs=[creases(locks)], shadow=0.2)]
    before.append(ClothPanel(fringe, hair, round_depth=1.6, reliefs=[creases(strands)], shadow=0.4))
    return behind, before


def chest(wearer: Wearer) -> list[ClothPanel]:
    """Shoulders and chest, for garments that leave them bare."""
    right = spline(
        [[6.0, -1.0], [13.0, 2.6], [17.6, 5.6], [19.0, 12.0], [17.4, 24.0], [16.0, 42.0], [18.0, 58.0]]
    )
    shape = np.vstack([right, flipped(right)[::-1]])
    bones = [
        Crease([[2.2, 7.0], [8, 5.2], [15, 5.8]], 1.1, 0.32),
        Crease([[-2.2, 7.0], [-8, 5.2], [-15, 5.8]], 1.1, 0.32),
    ]
    return [ClothPanel(shape, _skin(wearer), round_depth=6.0, reliefs=[creases(bones)], shadow=0.0)]


def legs(wearer: Wearer) -> list[ClothPanel]:
    """Bare legs and shoes."""
    panels = []
    for sign in (-1.0, 1.0):
        line = resampled(
            np.array([[9.0, 66.0], [10.2, 90.0], [11.6, 112.0], [12.4, 130.0], [12.6, 152.0]]), 50
        )
        widths = np.interp(
            np.linspace(0, 1, 50), [0, 0.3, 0.5, 0.66, 0.95, 1], [17, 14.6, 11.2, 11.4, 7.0, 7.2]
        )
        limb = strip(line, widths) * [sign, 1]
        knee = [Crease(np.array([[8.5, 110.0], [11.5, 113.5], [14.5, 110.0]]) * [sign, 1], 2.0, 0.5)]
        panels.append(ClothPanel(limb, _skin(wearer), round_depth=4.2, reliefs=[creases(knee)], shadow=0.25))
    return panels + shoes(wearer)


def shoes(wearer: Wearer, stance: float = 13.4, hem: float = 144.0) -> list[ClothPanel]:
    """A pair of plain shoes seen from the front, under trousers whose legs end at x = stance, y = hem."""
    panels = []
    for sign in (-1.0, 1.0):
        upper = outline(
            [
                [-4.4, -4.0],
                [-5.2, 4.0],
                [-5.4, 9.0],
                [-2.5, 12.2],
                [2.5, 12.4],
                [5.8, 9.0],
                [5.4, 4.0],
                [4.4, -4.0],
            ]
        )
        place = np.array([stance * sign, hem + 5.0])
        turned = rotated(upper, -8 * sign) + place
        panels.append(ClothPanel(turned, wearer.shoes, round_depth=2.6, edge=0.3, shadow=0.4))
    return panels


def hanger(cut: Cut | None) -> list[ClothPanel]:
    """A wooden hanger under a top, or a bar with clips over a waist at y = 36."""
    if cut is None:
        bar = strip(np.array([[-17.0, 31.0], [17.0, 31.0]]), 1.6)
        clips = [
            np.array([[x - 1.2, 30], [x + 1.2, 30], [x + 1.0, 38.5], [x - 1.0, 38.5]]) for x in (-12.0, 12.0)
        ]
        panels = [ClothPanel(bar, Material("wood", "plain"), round_depth=0.7)]
        panels += [ClothPanel(clip, Material("silver", "metal"), round_depth=0.4) for clip in clips]
        foot = (0.0, 30.5)
    else:
        wing = [[0.0, -5.2], [5.0, -3.4], [12.0, 0.6], [cut.shoulder - 2.5, 4.8]]
        right = strip(spline(wing), 2.2)
        panels = [
            ClothPanel(shape, Material("wood", "plain"), round_depth=0.9) for shape in (right, flipped(right))
        ]
        foot = (0.0, -5.0)
    hook = spline(
        [
            foot,
            [0, foot[1] - 5],
            [0.4, foot[1] - 8],
            [3.2, foot[1] - 10.4],
            [1.4, foot[1] - 13.6],
            [-2.0, foot[1] - 11.4],
        ]
    )
    return [ClothPanel(strip(hook, 0.55), Material("silver", "metal"), round_depth=0.25), *panels]


def points_of(panels: list[ClothPanel]) -> Points:
    """All outline points of some panels."""
    return np.vstack([panel.outline for panel in panels])
