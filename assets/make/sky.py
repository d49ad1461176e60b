"""Skies, far hills, woods on the horizon and single trees, in linear light."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from assets.make.noise import Field, blurred, fractal_noise, smoothstep

Colour = tuple[float, float, float]


def light_of(colour: Colour) -> Field:
    """An sRGB colour (0..255) in linear light."""
    return np.asarray((np.array(colour) / 255) ** 2.2, np.float32)


@dataclass(frozen=True)
class Weather:
    """The look of the air.

    Attributes:
        zenith: sky colour above.
        low: sky colour at the horizon, which is also the colour of haze.
        clouds: share of the sky that clouds cover, 0..1.
        cloud: colour of a cloud's lit side.
        sun: x of the sun as a share of the width; outside 0..1 it is not in the picture.
        glow: strength of the glow round the sun.
        light: colour of the light on the ground, 1 = neutral.
    """

    zenith: Colour = (66, 122, 198)
    low: Colour = (196, 216, 234)
    clouds: float = 0.4
    cloud: Colour = (250, 250, 250)
    sun: float = -1.0
    glow: float = 0.0
    light: tuple[float, float, float] = (1.0, 0.98, 0.94)


def sky(size: tuple[int, int], horizon: float, weather: Weather, random: np.random.Generator) -> Field:
    """The sky over the whole picture, clouds in perspective, (h, w, 3)."""
    width, height = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / width, np.arange(height, dtype=np.float32))
    up = np.clip((horizon - y) / horizon, 0, 1)
    blend = (1 - up) ** 2.4
    picture = light_of(weather.zenith) + (light_of(weather.low) - light_of(weather.zenith)) * blend[..., None]
    distance = 1 / (up + 0.10)
    u, v = ((x - 0.5) * distance * 2.6).astype(np.float32), (distance * 2.2).astype(np.float32)
    bulk = fractal_noise(u, v, random, 6, 0.55)
    shifted = fractal_noise(u * 1.01 + 0.06, v + 0.10, random, 3, 0.5)
    level = 0.85 - 1.5 * weather.clouds
    cover = smoothstep(level, level + 0.75, bulk) * smoothstep(0.0, 0.12, up)
    thick = np.clip((bulk - level) * 0.55, 0, 1)
    shade = np.clip(1.02 - 0.42 * thick - 0.10 * shifted, 0.45, 1.1)
    cloud = light_of(weather.cloud) * shade[..., None]
    cloud = cloud + (light_of(weather.low) - cloud) * (0.55 * (1 - up) ** 5)[..., None]
    picture = picture + (cloud - picture) * (0.94 * cover)[..., None]
    if weather.glow:
        away = np.hypot((x - weather.sun) * width / height, (y - horizon * 0.82) / height)
        halo = weather.glow * (np.exp(-away / 0.13) + 0.35 * np.exp(-away / 0.5))
        picture = picture + halo[..., None] * np.array([1.0, 0.82, 0.55])
    return np.asarray(picture, np.float32)


def hills(
    picture: Field,
    horizon: float,
    weather: Weather,
    layers: list[tuple[float, Colour]],
    random: np.random.Generator,
) -> Field:
    """Ridges from far to near, each (height as a share of the picture, colour), mixed with haze."""
    height, width = picture.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :] / width
    y = np.arange(height, dtype=np.float32)[:, None]
    for number, (rise, colour) in enumerate(layers):
        size = 1.6 + 1.3 * number
        ridge = 0.55 + 0.5 * fractal_noise(x * size, np.zeros_like(x), random, 5, 0.45)
        top = horizon - rise * height * np.clip(ridge, 0.02, 1.6)
        cover = np.clip(y - top + 0.5, 0, 1)
        haze = 0.72 * (1 - (number + 1) / (len(layers) + 1)) + 0.12
        down = np.clip((y - top) / (rise * height + 1), 0, 1)
        texture = fractal_noise(x * 30 + y * 0, y / height * 60 + x * 0, random, 4, 0.6)
        ground = light_of(colour) * (1 + 0.16 * texture - 0.12 * down)[..., None]
        ground = ground + (light_of(weather.low) - ground) * np.clip(haze + 0.18 * down, 0, 0.95)[..., None]
        picture = picture + (ground - picture) * cover[..., None]
    return np.asarray(picture, np.float32)


def wood(
    picture: Field,
    horizon: float,
    weather: Weather,
    span: tuple[float, float],
    tall: float,
    random: np.random.Generator,
    colour: Colour = (52, 74, 38),
    haze: float = 0.25,
) -> Field:
    """A row of bushes and trees along the horizon, made of small dabs lit from above."""
    height, width = picture.shape[:2]
    plan = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(plan)
    base = np.array(colour, np.float64)
    x = span[0] * width
    while x < span[1] * width:
        high = tall * height * float(random.uniform(0.45, 1.25))
        wide = high * float(random.uniform(0.35, 0.8))
        tint = base * random.uniform(0.8, 1.2, 3) * random.uniform(0.85, 1.15)
        dabs = int(90 + 240 * tall * 6)
        angle, reach = random.uniform(0, 6.28, dabs), np.sqrt(random.uniform(0, 1, dabs))
        px = x + np.cos(angle) * reach * wide
        py = horizon + 2 - high * 0.5 + np.sin(angle) * reach * high * 0.5
        for a, b in sorted(zip(px, py, strict=True), key=lambda dab: -dab[1]):
            lit = np.clip(0.62 + 0.75 * (horizon - b) / high + random.normal(0, 0.13), 0.3, 1.6)
            radius = float(max(high * random.uniform(0.035, 0.10), 1.0))
            shade = tuple(int(v) for v in np.clip(tint * lit, 0, 255))
            draw.ellipse([a - radius, b - radius * 0.8, a + radius, b + radius * 0.8], fill=(*shade, 255))
        x += wide * float(random.uniform(0.5, 1.5))
    return _blend(picture, plan, weather, haze, 0.6)


def tree(
    picture: Field, place: tuple[float, float], tall: float, weather: Weather, random: np.random.Generator
) -> Field:
    """One broad-leaved tree, its foot at `place` (shares of the picture), `tall` as a share of the height."""
    height, width = picture.shape[:2]
    x, y, high = place[0] * width, place[1] * height, tall * height
    plan = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(plan)
    bark = (66, 52, 42, 255)
    draw.polygon(
        [
            (x - high * 0.035, y),
            (x + high * 0.04, y),
            (x + high * 0.016, y - high * 0.5),
            (x - high * 0.014, y - high * 0.5),
        ],
        bark,
    )
    for _ in range(7):
        tip = (x + float(random.uniform(-0.28, 0.28)) * high, y - high * float(random.uniform(0.55, 0.85)))
        draw.line([(x, y - high * float(random.uniform(0.28, 0.48))), tip], bark, max(int(high * 0.014), 1))
    clumps = []
    for _ in range(26):
        turn, reach = float(random.uniform(0, 6.28)), float(random.random()) ** 0.5
        clumps.append(
            (x + np.cos(turn) * reach * high * 0.33, y - high * 0.66 + np.sin(turn) * reach * high * 0.27)
        )
    for cx, cy in sorted(clumps, key=lambda clump: clump[1], reverse=True):
        size = high * float(random.uniform(0.07, 0.13))
        for _ in range(120):
            turn, reach = float(random.uniform(0, 6.28)), float(random.random()) ** 0.5
            a, b = cx + np.cos(turn) * reach * size, cy + np.sin(turn) * reach * size * 0.8
            lit = (
                0.95 - 0.55 * (b - cy) / size + 0.35 * (x - a) / (high * 0.4) + float(random.normal(0, 0.14))
            )
            shade = tuple(int(v) for v in np.clip(np.array([64, 86, 40]) * np.clip(lit, 0.35, 1.7), 0, 255))
            radius = max(high * 0.0095 * float(random.uniform(0.6, 1.5)), 0.8)
            draw.ellipse([a - radius * 1.3, b - radius, a + radius * 1.3, b + radius], (*shade, 255))
    return _blend(picture, plan, weather, 0.05, 0.5)


def _blend(picture: Field, plan: Image.Image, weather: Weather, haze: float, soft: float) -> Field:
    """Put a drawn layer over a picture, with the air's colour mixed in."""
    layer = np.asarray(plan, np.float32) / 255
    alpha = blurred(layer[..., 3], soft)
    colour = layer[..., :3] ** 2.2 * np.array(weather.light, np.float32)
    filled = np.where(layer[..., 3:] > 0, colour, light_of((50, 60, 40)))
    filled = np.stack([blurred(np.asarray(filled[..., c], np.float32), soft) for c in range(3)], -1)
    filled = filled + (light_of(weather.low) - filled) * haze
    return np.asarray(picture + (filled - picture) * alpha[..., None], np.float32)
