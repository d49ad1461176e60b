"""Flat ground in perspective: meadows, crops, soil, asphalt, tracks, and blades of grass."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from assets.make.noise import Field, blurred, smoothstep, value_noise
from assets.make.sky import Colour, light_of


@dataclass(frozen=True)
class Plane:
    """The ground as a camera sees it.

    Attributes:
        x: metres to the right of the camera, (h, w); meaningless above the horizon.
        z: metres ahead of the camera, (h, w).
        below: 1 on the ground, 0 in the sky.
        horizon: row of the horizon.
        focal: focal length in pixels.
        eye: height of the camera in metres.
    """

    x: Field
    z: Field
    below: Field
    horizon: float
    focal: float
    eye: float

    @classmethod
    def seen(
        cls, size: tuple[int, int], horizon: float, eye: float, focal: float, bumps: float = 0.0
    ) -> "Plane":
        """The plane under a camera at `eye` metres, horizon at a row of the picture."""
        width, height = size
        columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        down = np.maximum(rows + 0.5 - horizon, 0.35)
        z = eye * focal / down
        x = (columns - width / 2) * z / focal
        below = np.clip(rows + 0.5 - horizon, 0, 1)
        return cls(
            np.asarray(x, np.float32),
            np.asarray(z, np.float32),
            np.asarray(below, np.float32),
            horizon,
            focal,
            eye,
        )

    @property
    def footprint(self) -> Field:
        """How many metres deep one pixel is."""
        return np.asarray(self.z**2 / (self.focal * self.eye), np.float32)

    def noise(
        self, size: float, random: np.random.Generator, octaves: int = 6, stretch: float = 1.0
    ) -> Field:
        """Fractal noise on the ground that fades where it would be finer than a pixel."""
        total = np.zeros_like(self.x)
        strength = 1.0
        for octave in range(octaves):
            unit = size / 2**octave
            fade = np.clip(1.6 - self.footprint / unit, 0, 1)
            total += strength * fade * value_noise(self.x / unit, self.z / (unit * stretch), random)
            strength *= 0.62
        return total


def mixed(low: Colour, high: Colour, t: Field) -> Field:
    """A blend of two sRGB colours in linear light."""
    first, second = light_of(low), light_of(high)
    return np.asarray(first + (second - first) * np.clip(t, 0, 1)[..., None], np.float32)


def meadow(plane: Plane, random: np.random.Generator, low: Colour, high: Colour) -> Field:
    """Uneven grass seen from above."""
    patches = plane.noise(9.0, random, 4)
    fine = plane.noise(0.7, random, 5)
    return mixed(low, high, 0.5 + 0.28 * patches + 0.30 * fine)


def crop_rows(
    plane: Plane,
    random: np.random.Generator,
    soil: Colour,
    low: Colour,
    high: Colour,
    spacing: float,
    turn: float,
) -> Field:
    """Plants in rows that run towards the horizon, bare soil between."""
    bend = plane.x - np.tan(turn) * plane.z + 0.025 * plane.noise(3.0, random, 3)
    phase = bend / spacing
    sharp = np.clip(1.5 - 2.2 * plane.z / (plane.focal * spacing), 0, 1)
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * phase)
    fine = plane.noise(0.5, random, 5)
    plant = smoothstep(0.28, 0.62, wave + 0.16 * fine) * sharp + 0.55 * (1 - sharp)
    earth = mixed(soil, tuple(v * 1.35 for v in soil), 0.4 + 0.4 * fine)  # type: ignore[arg-type]
    green = mixed(low, high, 0.5 + 0.35 * fine + 0.3 * (wave - 0.5))
    return np.asarray(earth + (green - earth) * plant[..., None], np.float32)


def asphalt(plane: Plane, random: np.random.Generator, across: Field, half: float, tone: float) -> Field:
    """Tarmac: grain, cracks, darker wheel lanes; `across` is metres from the road's middle."""
    grain = plane.noise(0.12, random, 3) + 0.5 * plane.noise(2.5, random, 4, 3.0)
    lane = np.abs(np.abs(across) - half * 0.5)
    worn = 0.06 * np.cos(np.clip(lane / (half * 0.22), 0, np.pi))
    value = tone * (1 + 0.11 * grain - worn)
    crack = np.abs(plane.noise(3.0, random, 4)) < 0.015
    value = np.where(crack & (plane.z < 12), value * 0.7, value)
    return np.asarray(value[..., None] * np.array([0.98, 1.0, 1.04]), np.float32)


def bare_earth(plane: Plane, random: np.random.Generator, colour: Colour) -> Field:
    """Trodden soil with pebbles."""
    fine = plane.noise(0.35, random, 5) + 0.5 * plane.noise(4.0, random, 3)
    pale = tuple(min(v * 1.28, 255) for v in colour)
    return mixed(tuple(v * 0.72 for v in colour), pale, 0.5 + 0.3 * fine)  # type: ignore[arg-type]


def paint(ground: Field, cover: Field, colour: Field) -> Field:
    """One surface over another."""
    return np.asarray(ground + (colour - ground) * cover[..., None], np.float32)


def strip_cover(across: Field, half: float, soft: Field) -> Field:
    """1 within `half` metres of a line, with an edge as soft as a pixel's footprint or the noise given."""
    return np.asarray(np.clip((half - np.abs(across)) / np.maximum(soft, 1e-3) + 0.5, 0, 1), np.float32)


@dataclass(frozen=True)
class Blades:
    """A growth of grass, corn or flowers drawn blade by blade.

    Attributes:
        low: colour of a blade in shade.
        high: colour of a blade in light.
        height: in metres.
        density: blades per metre of depth at the nearest row, relative to 1.
        head: colour of an ear or flower on top, or None.
        head_size: its radius in metres.
        head_share: how many blades carry one, 0..1.
        far: metres beyond which no blades are drawn.
    """

    low: Colour
    high: Colour
    height: float
    density: float = 1.0
    head: Colour | None = None
    head_size: float = 0.03
    head_share: float = 0.5
    far: float = 26.0


def grow(
    picture: Field,
    plane: Plane,
    blades: Blades,
    where: Callable[[Field, Field], Field],
    random: np.random.Generator,
    light: tuple[float, float, float],
) -> tuple[Field, Field]:
    """Draw blades from far to near.

    Args:
        picture: (h, w, 3) linear.
        plane: the ground.
        blades: what grows.
        where: probability 0..1 that something grows at (x, z) in metres.
        random: where the blades stand.
        light: colour of the light.

    Returns:
        The picture with the blades on it and where they cover it (0..1).
    """
    height, width = picture.shape[:2]
    plan = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(plan)
    nearest = plane.eye * plane.focal / (height * 1.12 - plane.horizon)
    depths = nearest * (blades.far / nearest) ** np.linspace(1, 0, 120)
    low, high = np.array(blades.low, np.float64), np.array(blades.high, np.float64)
    for depth in depths:
        count = int(width * 0.16 * blades.density * (0.55 + 0.6 * nearest / depth))
        z = depth * random.uniform(0.97, 1.03, count)
        px = random.uniform(-0.03 * width, 1.03 * width, count)
        x = (px - width / 2) * z / plane.focal
        grown = random.random(count) < where(np.asarray(x, np.float32), np.asarray(z, np.float32))
        for a, d in zip(px[grown], z[grown], strict=True):
            _blade(draw, plane, blades, (float(a), float(d)), (low, high), random)
    layer = np.asarray(plan, np.float32) / 255
    alpha = blurred(layer[..., 3], 0.5)
    colour = layer[..., :3] ** 2.2 * np.array(light, np.float32)
    return np.asarray(
        picture + (colour - picture) * alpha[..., None] * (layer[..., 3:] > 0), np.float32
    ), alpha


def _blade(
    draw: ImageDraw.ImageDraw,
    plane: Plane,
    blades: Blades,
    place: tuple[float, float],
    colours: tuple[Field, Field],
    random: np.random.Generator,
) -> None:
    """One blade at (column, metres ahead)."""
    scale = plane.focal / place[1]
    foot = plane.horizon + plane.eye * scale
    tall, bend = blades.height * scale * float(random.uniform(0.55, 1.15)), float(random.normal(0.04, 0.22))
    x, thick = place[0], max(int(0.008 * scale), 1)
    knee = (x + bend * tall * 0.35, foot - tall * 0.6)
    tip = (x + bend * tall, foot - tall)
    t = float(np.clip(random.normal(0.5, 0.3), 0, 1))
    tone = colours[0] + (colours[1] - colours[0]) * t
    lower = tuple(int(v) for v in np.clip(tone * 0.62, 0, 255))
    upper = tuple(int(v) for v in np.clip(tone, 0, 255))
    draw.line([(x, foot), knee], fill=(*lower, 255), width=thick)
    draw.line([knee, tip], fill=(*upper, 255), width=thick)
    if blades.head and random.random() < blades.head_share:
        _head(draw, blades, tip, max(blades.head_size * scale * float(random.uniform(0.7, 1.2)), 0.8), random)


def _head(
    draw: ImageDraw.ImageDraw,
    blades: Blades,
    tip: tuple[float, float],
    size: float,
    random: np.random.Generator,
) -> None:
    """The ear or flower at a blade's tip: one dab far away, a cluster of small ones near by."""
    colour = np.array(blades.head, np.float64)
    slim = 0.45 if blades.head_size < 0.025 else 0.8
    dabs = int(np.clip(size * 1.3, 1, 22))
    small = size if dabs < 3 else size * 1.15 / np.sqrt(dabs)
    for _ in range(dabs):
        x, y = tip
        if dabs >= 3:
            x, y = x + float(random.normal(0, 0.5)) * size * slim, y + float(random.normal(0, 0.55)) * size
        shade = float(np.clip(random.normal(0.95, 0.16) - 0.18 * (y - tip[1]) / size, 0.5, 1.25))
        fill = tuple(int(v) for v in np.clip(colour * shade, 0, 255))
        draw.ellipse([x - small * slim, y - small, x + small * slim, y + small], fill=(*fill, 255))
