"""Printed and woven patterns as tiles that repeat: stripes, checks, dots, flowers."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from assets.make.cloth import Material, linear
from assets.make.noise import Field, generator

Colour = Field
Tile = Field
_SUPER = 4


def _stripes(size: int, material: Material) -> Tile:
    """Horizontal stripes: two fifths of the period in the second colour."""
    rows = (np.arange(size, dtype=np.float32) + 0.5) / size
    ink = _edge(rows, 0.3, 0.7, size)[:, None].repeat(size, 1)
    return _mix(material, ink)


def _edge(t: Field, low: float, high: float, size: int) -> Field:
    """1 between low and high with an edge one pixel soft."""
    soft = 1.0 / size
    return np.asarray(np.clip((t - low) / soft + 0.5, 0, 1) * np.clip((high - t) / soft + 0.5, 0, 1))


def _mix(material: Material, ink: Field) -> Tile:
    """Ground and second colour mixed by ink, (n, n, 3)."""
    ground, second = linear(material.colour), linear(material.second)
    return np.asarray(ground + (second - ground) * ink[..., None], np.float32)


def _pinstripes(size: int, material: Material) -> Tile:
    """Thin vertical stripes."""
    columns = (np.arange(size, dtype=np.float32) + 0.5) / size
    return _mix(material, 0.85 * _edge(columns, 0.44, 0.56, size)[None, :].repeat(size, 0))


def _gingham(size: int, material: Material) -> Tile:
    """Two crossed half stripes: full colour where they cross, half colour beside."""
    line = _edge((np.arange(size, dtype=np.float32) + 0.5) / size, 0.25, 0.75, size)
    return _mix(material, 0.5 * line[:, None] + 0.5 * line[None, :])


def _tartan(size: int, material: Material) -> Tile:
    """Broad crossed bands in the second colour and thin lines in the third."""
    t = (np.arange(size, dtype=np.float32) + 0.5) / size
    broad = _edge(t, 0.12, 0.44, size) + 0.7 * _edge(t, 0.52, 0.58, size)
    thin = _edge(t, 0.76, 0.80, size)
    tile = _mix(material, np.clip(0.5 * broad[:, None] + 0.5 * broad[None, :], 0, 1) * 0.95)
    third = linear(material.third or "white")
    for ink in (thin[:, None].repeat(size, 1), thin[None, :].repeat(size, 0)):
        tile = tile + (third - tile) * (0.75 * ink)[..., None]
    return np.asarray(tile, np.float32)


def _windowpane(size: int, material: Material) -> Tile:
    """Thin crossed lines, wide apart."""
    t = (np.arange(size, dtype=np.float32) + 0.5) / size
    line = _edge(t, 0.46, 0.54, size)
    return _mix(material, np.clip(0.8 * (line[:, None] + line[None, :]), 0, 0.9))


def _dots(size: int, material: Material) -> Tile:
    """Round dots in a staggered grid, two to a tile."""
    t = (np.arange(size, dtype=np.float32) + 0.5) / size
    y, x = np.meshgrid(t, t, indexing="ij")
    ink = np.zeros((size, size), np.float32)
    for cx, cy in ((0.25, 0.25), (0.75, 0.75)):
        dx, dy = np.abs(x - cx), np.abs(y - cy)
        distance = np.hypot(np.minimum(dx, 1 - dx), np.minimum(dy, 1 - dy))
        ink = np.maximum(ink, np.clip((0.14 - distance) * size + 0.5, 0, 1))
    return _mix(material, ink)


def _flower(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, turn: float, ink: int) -> None:
    """One five-petalled flower, ink 1 for the petals and 3 for the heart."""
    for petal in range(5):
        angle = turn + petal * 2 * np.pi / 5
        px, py = x + np.cos(angle) * radius * 0.6, y + np.sin(angle) * radius * 0.6
        draw.ellipse([px - radius * 0.44, py - radius * 0.44, px + radius * 0.44, py + radius * 0.44], ink)
    draw.ellipse([x - radius * 0.24, y - radius * 0.24, x + radius * 0.24, y + radius * 0.24], 3)


def _leaf(draw: ImageDraw.ImageDraw, x: float, y: float, length: float, turn: float) -> None:
    """One pointed leaf, ink 2."""
    t = np.linspace(0, np.pi, 12)
    along, across = -np.cos(t) * length / 2, np.sin(t) * length * 0.2
    shape = np.concatenate([np.stack([along, across], 1), np.stack([along, -across], 1)[::-1]])
    turned = shape @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    draw.polygon([(x + float(a), y + float(b)) for a, b in turned], 2)


def _floral(size: int, material: Material) -> Tile:
    """Flowers and leaves scattered so that the tile repeats without a seam."""
    big = size * _SUPER
    plan = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(plan)
    random = generator("floral", material.colour, material.second)
    spots: list[tuple[float, float, float]] = []
    for attempt in range(400):
        radius = (0.115 if attempt < 60 else 0.065) * float(random.uniform(0.8, 1.2))
        x, y = (float(value) for value in random.uniform(0, 1, 2))
        gaps = [np.hypot((x - a + 0.5) % 1 - 0.5, (y - b + 0.5) % 1 - 0.5) - r for a, b, r in spots]
        if not gaps or min(gaps) > radius * 1.25:
            spots.append((x, y, radius))
    for x, y, radius in spots:
        turn, leafy = float(random.uniform(0, 6.28)), radius < 0.07 and random.random() < 0.6
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                place = ((x + dx) * big, (y + dy) * big)
                if not leafy:
                    for side in (0.9, 3.6):
                        far = radius * 1.1 * big
                        _leaf(
                            draw,
                            place[0] + np.cos(turn + side) * far,
                            place[1] + np.sin(turn + side) * far,
                            radius * 1.3 * big,
                            turn + side,
                        )
                    _flower(draw, *place, radius * big, turn, 1)
                else:
                    _leaf(draw, *place, radius * 2.2 * big, turn)
    inks = np.stack([linear(name) for name in _floral_inks(material)])
    painted = inks[np.asarray(plan)].reshape(size, _SUPER, size, _SUPER, 3).mean((1, 3))
    return np.asarray(painted, np.float32)


def _floral_inks(material: Material) -> tuple[str, str, str, str]:
    """Ground, petals, leaves and hearts of a flower print."""
    leaves = material.third or "green"
    return material.colour, material.second, leaves, "yellow" if material.second != "yellow" else "brown"


DRAW: dict[str, Callable[[int, Material], Tile]] = {
    "striped": _stripes,
    "pinstriped": _pinstripes,
    "gingham": _gingham,
    "tartan": _tartan,
    "windowpane": _windowpane,
    "dotted": _dots,
    "floral": _floral,
}


def painted(material: Material, u: Field, v: Field, scale: float) -> Colour:
    """The pattern's colour at every point of a cloth.

    Args:
        material: colours, pattern and its period.
        u: coordinate across the cloth in cm, (h, w).
        v: coordinate along the cloth in cm, (h, w).
        scale: pixels per cm of the picture, so that the tile is no finer than it need be.

    Returns:
        (h, w, 3) linear colours.
    """
    if material.pattern == "plain":
        return np.broadcast_to(linear(material.colour), (*np.shape(u), 3)).astype(np.float32)
    size = int(np.clip(round(material.period * scale * 1.1), 16, 512))
    tile = DRAW[material.pattern](size, material)
    angle = np.deg2rad(material.turn)
    across, along = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    where = np.stack([along, across]) * (size / material.period) - 0.5
    planes = [
        ndimage.map_coordinates(tile[..., channel], where, order=1, mode="grid-wrap", output=np.float32)
        for channel in range(3)
    ]
    return np.stack(planes, axis=-1)
