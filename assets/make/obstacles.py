"""What gets in the way of a street picture: a bag, a post, leaves, a passer-by, a crossed arm."""

from collections.abc import Callable

import numpy as np

from assets.make.closures import disc
from assets.make.cloth import Material
from assets.make.curves import outline, spline, strip
from assets.make.noise import Field, blurred, fractal_noise
from assets.make.panel import Canvas, ClothPanel, Light
from assets.make.relief import drape

Cover = tuple[Field, Field]
Obstacle = Callable[[tuple[int, int], Field, float, np.random.Generator], Cover]


def _middle(mask: Field) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a mask in pixels."""
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    return float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1])


def _painted(shape: tuple[int, int], scale: float, panels: list[ClothPanel], name: str) -> Cover:
    """Panels given in cm from the picture's upper left corner, as a cover."""
    height, width = shape
    box = (0.0, 0.0, width / scale, height / scale)
    canvas = Canvas.empty((width, height), box, Light(ambient=0.45), name).lay(panels)
    colour = canvas.rgb / np.maximum(canvas.alpha, 1e-3)[..., None]
    return canvas.alpha, np.asarray(colour, np.float32)


def bag(shape: tuple[int, int], mask: Field, scale: float, random: np.random.Generator) -> Cover:
    """A shoulder bag in front of the hip, its strap across the chest."""
    left, top, right, bottom = (value / scale for value in _middle(mask))
    wide, high = right - left, bottom - top
    x, y = left + 0.66 * wide, top + 0.56 * high
    half, deep = float(np.clip(0.20 * wide, 7, 15)), float(np.clip(0.24 * high, 9, 24))
    leather = Material(str(random.choice(["brown", "black", "burgundy", "beige"])), "leather")
    start = [left + 0.36 * wide, top + 0.01 * high]
    strap = spline([start, [(start[0] + x) / 2 - 1, (start[1] + y) / 2 + 1.0], [x - half * 0.6, y + 1.5]])
    body = outline(
        [[x - half, y], [x + half, y]],
        [[x + half, y], [x + half * 1.08, y + deep * 0.6], [x + half * 0.92, y + deep]],
        [[x + half * 0.92, y + deep], [x, y + deep * 1.04], [x - half * 0.92, y + deep]],
        [[x - half * 0.92, y + deep], [x - half * 1.08, y + deep * 0.6], [x - half, y]],
    )
    flap = outline(
        [[x - half * 1.03, y - 0.6], [x + half * 1.03, y - 0.6]],
        [
            [x + half * 1.03, y - 0.6],
            [x + half, y + deep * 0.35],
            [x, y + deep * 0.56],
            [x - half, y + deep * 0.35],
            [x - half * 1.03, y - 0.6],
        ],
    )
    clasp = disc(x, y + deep * 0.5, 1.1)
    panels = [
        ClothPanel(strip(strap, 2.4), leather, round_depth=0.6, shadow=0.5),
        ClothPanel(
            body, leather, round_depth=3.0, edge=0.4, reliefs=[drape(0.3, 7, 8)], shadow=0.6, shadow_reach=1.6
        ),
        ClothPanel(flap, leather, round_depth=1.0, edge=0.35, reliefs=[drape(0.2, 6, 6)], shadow=0.5),
        ClothPanel(clasp, Material("gold", "metal"), round_depth=0.5, shadow=0.4),
    ]
    return _painted(shape, scale, panels, "bag")


def folder(shape: tuple[int, int], mask: Field, scale: float, random: np.random.Generator) -> Cover:
    """A big paper shopping bag or portfolio held before the garment."""
    left, top, right, bottom = (value / scale for value in _middle(mask))
    wide, high = right - left, bottom - top
    x, y = left + 0.36 * wide, top + 0.50 * high
    half, deep = max(0.25 * wide, 9.0), max(0.40 * high, 14.0)
    paper = Material(str(random.choice(["cream", "beige", "white"])), "plain")
    body = np.array(
        [[x - half, y], [x + half, y + 1.5], [x + half * 0.97, y + deep + 1.5], [x - half * 0.97, y + deep]]
    )
    side = np.array(
        [
            [x + half, y + 1.5],
            [x + half * 1.22, y - 0.5],
            [x + half * 1.2, y + deep - 1.5],
            [x + half * 0.97, y + deep + 1.5],
        ]
    )
    cords = [
        strip(spline([[x - 0.5 * half, y + 1], [x + s, y - 11], [x + 0.5 * half, y + 1]]), 0.8)
        for s in (-1, 1)
    ]
    panels = [ClothPanel(cord, Material("brown", "plain"), round_depth=0.3, shadow=0.4) for cord in cords]
    panels.append(ClothPanel(side, Material(paper.colour, "plain", tone=0.72), round_depth=0.3, shadow=0.4))
    panels.append(
        ClothPanel(body, paper, round_depth=0.5, reliefs=[drape(0.25, 9, 14)], shadow=0.6, shadow_reach=2.0)
    )
    return _painted(shape, scale, panels, "folder")


def post(shape: tuple[int, int], mask: Field, scale: float, random: np.random.Generator) -> Cover:
    """A lamp post, a little out of focus, that runs through the picture."""
    height, width = shape
    left, _, right, _ = _middle(mask)
    x = left + (right - left) * float(random.choice([0.24, 0.78]))
    half = 0.075 * width
    columns = (np.arange(width, dtype=np.float32) - x)[None, :] + np.zeros((height, 1), np.float32)
    t = columns / half
    cover = blurred((np.abs(t) < 1).astype(np.float32), 5)
    shine = 0.045 + 0.11 * np.exp(-(((t + 0.35) / 0.35) ** 2)) + 0.02 * np.exp(-(((t - 0.7) / 0.2) ** 2))
    speck = 1 + 0.06 * fractal_noise(columns / 40, np.arange(height)[:, None] / 60 + columns * 0, random)
    return cover, np.asarray((shine * speck)[..., None] * np.array([0.95, 1.0, 1.05]), np.float32)


def leaves(shape: tuple[int, int], mask: Field, scale: float, random: np.random.Generator) -> Cover:
    """A branch close to the camera, strongly out of focus, from one corner."""
    height, width = shape
    x0 = 0.0 if random.random() < 0.5 else float(width)
    panels = []
    for _ in range(34):
        reach, turn = float(random.uniform(0.05, 0.62)) * width, float(random.uniform(0.1, 1.45))
        x = x0 + (1 if x0 == 0 else -1) * reach * np.cos(turn)
        y = height * 1.02 - reach * np.sin(turn) * 1.25
        size, lean = float(random.uniform(0.05, 0.09)) * width, float(random.uniform(0, 6.28))
        t = np.linspace(0, 2 * np.pi, 20)
        leaf = np.stack([np.cos(t) * size, np.sin(t) * size * 0.42 * (1 - 0.3 * np.cos(t))], 1)
        turned = leaf @ np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]]) + [x, y]
        green = Material("green", "satin", tone=float(random.uniform(0.5, 1.3)))
        panels.append(ClothPanel(turned / scale, green, round_depth=1.0, shadow=0.35))
    cover, colour = _painted(shape, scale, panels, "leaves")
    spread = [blurred(colour[..., channel] * cover, 9) for channel in range(3)]
    cover = blurred(cover, 9)
    return cover, np.stack(spread, -1) / np.maximum(cover, 1e-3)[..., None]


def passer(shape: tuple[int, int], mask: Field, scale: float, random: np.random.Generator) -> Cover:
    """The shoulder and head of somebody close to the camera, out of focus, at the lower edge."""
    height, width = shape
    side = float(random.choice([0.1, 0.9]))
    x, y = width * side, height * 0.60
    size = 0.15 * width
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    skull = np.hypot((columns - x) / size, (rows - y) / (size * 1.3)) < 1
    shoulder = rows > y + 1.15 * size + np.abs(columns - x) ** 2 / (size * 6.5)
    hair, coat = np.array([0.035, 0.026, 0.02]), np.array([random.uniform(0.03, 0.2) for _ in range(3)])
    glow = 0.8 + 0.5 * np.clip((x - columns) / size * (1 if side > 0.5 else -1), -1, 1)
    colour = np.where((rows < y + 1.1 * size)[..., None], hair, coat) * glow[..., None]
    cover = blurred((skull | shoulder).astype(np.float32), 16)
    return cover, np.asarray(colour, np.float32)


OBSTACLES: dict[str, Obstacle] = {
    "bag": bag,
    "shopping bag": folder,
    "post": post,
    "leaves": leaves,
    "passer-by": passer,
}
