"""Backgrounds for street pictures, out of focus: streets, walls, rooms, parks, shops, night lights."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from assets.make.noise import Field, blurred, fractal_noise, value_noise

Size = tuple[int, int]
Place = Callable[[Size, np.random.Generator], Field]


def _planes(size: Size) -> tuple[Field, Field]:
    """x and y from 0 to 1 for every pixel."""
    xs, ys = np.linspace(0, 1, size[0], dtype=np.float32), np.linspace(0, 1, size[1], dtype=np.float32)
    x, y = np.meshgrid(xs, ys)
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _linear(picture: Image.Image) -> Field:
    """An 8-bit picture in linear light."""
    return np.asarray((np.asarray(picture, np.float32) / 255) ** 2.2, np.float32)


def _soft(picture: Field, sigma: float) -> Field:
    """A colour picture out of focus."""
    return np.stack([blurred(picture[..., channel], sigma) for channel in range(3)], axis=-1)


def _ramp(low: tuple[float, ...], high: tuple[float, ...], t: Field) -> Field:
    """A blend of two sRGB colours (0..255), in linear light."""
    first, second = (np.array(low) / 255) ** 2.2, (np.array(high) / 255) ** 2.2
    return np.asarray(first + (second - first) * t[..., None], np.float32)


def bokeh(
    picture: Field, count: int, radius: tuple[float, float], power: float, random: np.random.Generator
) -> Field:
    """Bright out-of-focus discs added in the upper part of a picture."""
    height, width = picture.shape[:2]
    for _ in range(count):
        size = float(random.uniform(*radius))
        x, y = float(random.uniform(0, width)), float(random.beta(1.6, 2.4) * height)
        colour = np.array([1.0, random.uniform(0.6, 0.95), random.uniform(0.25, 0.8)]) * power
        colour = colour * float(random.uniform(0.3, 1.0))
        low, high = max(int(y - size - 2), 0), min(int(y + size + 3), height)
        left, right = max(int(x - size - 2), 0), min(int(x + size + 3), width)
        rows, columns = np.mgrid[low:high, left:right]
        distance = np.hypot(columns - x, rows - y)
        disc = np.clip(size - distance + 0.5, 0, 1) * (0.75 + 0.25 * (distance / size) ** 3)
        picture[low:high, left:right] += disc[..., None] * colour
    return picture


def street(size: Size, random: np.random.Generator) -> Field:
    """House fronts that run towards a vanishing point, pavement below, far people as smudges."""
    width, height = size
    x, y = _planes(size)
    horizon, vanish = height * float(random.uniform(0.36, 0.46)), width * float(random.uniform(0.3, 0.7))
    sky = (int(random.integers(186, 222)), int(random.integers(204, 226)), int(random.integers(222, 240)))
    plan = Image.new("RGB", size, sky)
    draw = ImageDraw.Draw(plan)
    for left in (True, False):
        tone = random.uniform(0.6, 1.0)
        edges = (
            np.linspace(-0.2 * width, vanish * 0.82, 6)
            if left
            else np.linspace(1.2 * width, vanish * 1.12, 6)
        )
        for start, end in zip(edges[:-1], edges[1:], strict=True):
            base = np.array(
                random.choice(
                    [[178, 150, 128], [150, 112, 96], [196, 188, 176], [126, 128, 134], [208, 190, 160]]
                )
            )
            colour = tuple(int(v) for v in np.clip(base * tone * random.uniform(0.85, 1.1), 0, 255))
            rises = [abs(edge - vanish) / width for edge in (start, end)]
            tops = [horizon - height * (0.10 + 1.1 * rise) for rise in rises]
            feet = [horizon + height * (0.03 + 0.42 * rise) for rise in rises]
            draw.polygon([(start, tops[0]), (end, tops[1]), (end, feet[1]), (start, feet[0])], fill=colour)
            _windows(draw, (start, end), tops, feet, colour, random)
    ground = np.clip((y * height - horizon) / (height - horizon), 0, 1)
    stone = _ramp((150, 148, 146), (120, 118, 118), ground)
    gaps = 0.06 * value_noise((x - vanish / width) / (0.05 + ground) * 3, 6 / (0.12 + ground), random)
    paved = stone * (1 + gaps)[..., None]
    below = y * height > horizon + height * (0.03 + 0.42 * np.abs(x * width - vanish) / width)
    picture = np.where(below[..., None], paved, _linear(plan))
    return _soft(np.asarray(picture, np.float32), float(random.uniform(7, 12)))


def _windows(
    draw: ImageDraw.ImageDraw,
    across: tuple[float, float],
    tops: list[float],
    feet: list[float],
    wall: tuple[int, ...],
    random: np.random.Generator,
) -> None:
    """Rows of windows and a shop front on one house."""
    dark, lit = (58, 66, 78), (236, 206, 150)
    for row in range(6):
        for column in range(3):
            a, b = (column + 0.22) / 3, (column + 0.78) / 3
            corners = []
            for t, side in ((a, 0), (b, 0), (b, 1), (a, 1)):
                top, foot = tops[0] + (tops[1] - tops[0]) * t, feet[0] + (feet[1] - feet[0]) * t
                level = (row + (0.2 if side == 0 else 0.72)) / 6
                corners.append((across[0] + (across[1] - across[0]) * t, top + (foot - top) * level))
            draw.polygon(
                corners,
                fill=lit if random.random() < 0.12 else dark if row < 5 else tuple(v // 2 for v in wall),
            )


def wall(size: Size, random: np.random.Generator) -> Field:
    """A plaster or brick wall with a pavement edge and light that falls off to one side."""
    x, y = _planes(size)
    base = np.array(
        random.choice([[206, 198, 186], [180, 120, 98], [150, 166, 170], [222, 206, 170]]), np.float32
    )
    stain = fractal_noise(x * 5, y * 7, random, 5)
    tone = 1 + 0.09 * stain
    if random.random() < 0.5:
        rows = y * 30
        shift = np.floor(rows) % 2 * 0.5
        joint = np.minimum(np.abs(rows % 1 - 0.5), np.abs((x * 11 + shift) % 1 - 0.5) * 2.7)
        brick = value_noise(np.floor(x * 11 + shift) * 3.1, np.floor(rows) * 2.3, random)
        tone = tone * np.where(joint > 0.43, 1.12, 1 + 0.07 * brick)
    light = 0.62 + 0.5 * np.exp(-(((x - random.uniform(0.1, 0.5)) / 0.6) ** 2) - ((y - 0.3) / 0.8) ** 2)
    picture = (base / 255) ** 2.2 * (tone * light)[..., None]
    floor = y > float(random.uniform(0.86, 0.92))
    stone = (np.array([118, 114, 110]) / 255) ** 2.2 * (1 + 0.12 * fractal_noise(x * 14, y * 40, random))[
        ..., None
    ]
    return _soft(
        np.asarray(np.where(floor[..., None], stone, picture), np.float32), float(random.uniform(2.0, 3.5))
    )


def room(size: Size, random: np.random.Generator) -> Field:
    """A room: wall, skirting, wooden floor, a window's light, a picture, a chest, a plant."""
    width, height = size
    x, y = _planes(size)
    colour = np.array(
        random.choice([[226, 218, 206], [196, 208, 206], [214, 196, 184], [186, 192, 204]]), np.float32
    )
    edge = float(random.uniform(0.74, 0.82))
    plan = Image.new("RGB", size, tuple(int(v) for v in colour))
    draw = ImageDraw.Draw(plan)
    side = float(random.choice([0.0, 0.62]))
    draw.rectangle(
        [width * (side + 0.06), height * 0.10, width * (side + 0.30), height * 0.34], fill=(92, 84, 80)
    )
    inner = tuple(int(v) for v in random.integers(90, 220, 3))
    draw.rectangle([width * (side + 0.08), height * 0.115, width * (side + 0.28), height * 0.325], fill=inner)
    chest = 0.66 - side if side else 0.70
    wood = (150, 112, 78)
    draw.rectangle(
        [width * (chest - 0.02), height * 0.54, width * (chest + 0.40), height * (edge + 0.05)], fill=wood
    )
    for level in (0.6, 0.68):
        draw.line(
            [width * chest, height * level, width * (chest + 0.4), height * level],
            fill=(110, 80, 54),
            width=4,
        )
    for _ in range(26):
        turn, reach = float(random.uniform(-1.3, 1.3)), float(random.uniform(0.08, 0.2)) * height
        root = (width * (chest + 0.2), height * 0.53)
        tip = (root[0] + np.sin(turn) * reach, root[1] - np.cos(turn) * reach)
        draw.line([root, tip], fill=(60, int(random.integers(90, 140)), 66), width=9)
    picture = _linear(plan)
    floor = np.asarray(y > edge)
    boards = 1 + 0.1 * value_noise(np.floor(x * 9 / (0.4 + y)) * 2.7, y * 3, random)
    wooden = (np.array([166, 124, 86]) / 255) ** 2.2 * boards[..., None]
    picture = np.where(floor[..., None], wooden, picture)
    picture = np.where((np.abs(y - edge) < 0.012)[..., None], 0.72, picture)
    beam = np.exp(-(((x + 0.5 * y - random.uniform(0.4, 0.9)) / 0.16) ** 2))
    return _soft(
        np.asarray(picture * (0.7 + 0.45 * beam)[..., None], np.float32), float(random.uniform(4, 7))
    )


def park(size: Size, random: np.random.Generator) -> Field:
    """Foliage with light between the leaves, grass and a path below."""
    x, y = _planes(size)
    leaves = fractal_noise(x * 6, y * 8, random, 5, 0.6)
    deep = fractal_noise(x * 2.2, y * 2.6, random, 3)
    picture = _ramp((28, 52, 26), (142, 172, 82), np.clip(0.42 + 0.42 * leaves + 0.3 * deep, 0, 1))
    gaps = np.clip(leaves * 1.2 + deep - 1.15 + 0.5 * (0.5 - y), 0, 1)
    picture = picture + gaps[..., None] * np.array([0.9, 0.95, 0.85])
    edge = 0.66 + 0.03 * value_noise(x * 3, y * 0, random)
    lawn = _ramp(
        (84, 118, 50), (140, 160, 84), np.clip(0.5 + 0.4 * fractal_noise(x * 9, y * 30, random), 0, 1)
    )
    way = np.abs(x - 0.5 - 0.5 * (y - 0.66)) < 0.06 + 0.9 * np.clip(y - edge, 0, 1)
    sand = _ramp(
        (176, 160, 134), (200, 186, 158), np.clip(0.5 + 0.3 * fractal_noise(x * 9, y * 30, random), 0, 1)
    )
    ground = np.where(way[..., None], sand, lawn)
    picture = np.where((y > edge)[..., None], ground, picture)
    picture = bokeh(np.asarray(picture, np.float32), 26, (size[0] * 0.012, size[0] * 0.035), 0.22, random)
    return _soft(picture, float(random.uniform(6, 10)))


def shop(size: Size, random: np.random.Generator) -> Field:
    """Inside a shop: rails of coloured clothes and shelves, warm lamps."""
    width, height = size
    plan = Image.new("RGB", size, (218, 208, 194))
    draw = ImageDraw.Draw(plan)
    for level, base in ((0.14, 0.40), (0.48, 0.76)):
        x = -10.0
        while x < width:
            wide = float(random.uniform(0.02, 0.05)) * width
            colour = tuple(int(v) for v in random.integers(50, 225, 3) * 0.6 + 50)
            low = height * (base + float(random.uniform(-0.05, 0.03)))
            draw.rectangle([x, height * level, x + wide, low], fill=colour)
            x += wide
        draw.rectangle([0, height * (level - 0.015), width, height * level], fill=(70, 62, 58))
    draw.rectangle([0, height * 0.80, width, height], fill=(168, 146, 122))
    picture = bokeh(_linear(plan) * 0.75, 14, (width * 0.02, width * 0.045), 0.5, random)
    return _soft(picture, float(random.uniform(10, 15)))


def night(size: Size, random: np.random.Generator) -> Field:
    """A street after dark: blue sky, dark houses, discs of light, wet ground."""
    x, y = _planes(size)
    picture = _ramp((44, 54, 86), (62, 54, 66), np.clip(y * 1.4, 0, 1))
    blocks = value_noise(np.floor(x * 7) * 1.7, y * 0, random)
    picture = np.where(((y > 0.2 + 0.12 * blocks) & (y < 0.66))[..., None], picture * 0.55, picture)
    picture = bokeh(
        _soft(np.asarray(picture, np.float32), 8), 70, (size[0] * 0.01, size[0] * 0.04), 0.75, random
    )
    wet = picture[::-1] * 0.4
    picture = np.where((y > 0.72)[..., None], 0.4 * picture + 0.6 * _soft(wet, 16), picture)
    return _soft(np.asarray(picture, np.float32), 2.5)


PLACES: dict[str, Place] = {
    "street": street,
    "wall": wall,
    "room": room,
    "park": park,
    "shop": shop,
    "night": night,
}
