"""Pictures of the scene world: how many toys of which kind and colour lie where, and what stands beside them."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from assets.make.cloth import linear
from assets.make.files import developed, reduced
from assets.make.noise import Field, blurred, fractal_noise, generator, value_noise
from assets.make.tracer import FAR, Solid, first_hit, shading

SIZE = (320, 240)
FINE = 1.5
COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}
KINDS = ("ball", "box", "can", "cone")
TOY_COLOURS = ("red", "green", "blue", "yellow", "purple", "white")
PLACES = {"grass": "on grass", "table": "on a wooden table", "sand": "on sand", "snow": "in snow"}
_SUN = np.array([-0.55, 0.72, -0.42]) / np.linalg.norm([-0.55, 0.72, -0.42])


@dataclass(frozen=True)
class Toys:
    """One picture of the scene world, its attributes known exactly.

    Attributes:
        kind: "ball", "box", "can" or "cone".
        colour: of all of them.
        count: how many, 1 to 4.
        place: a key of `PLACES`.
        beside: kind of a single grey thing that stands beside them, "" for none.
    """

    kind: str
    colour: str
    count: int
    place: str
    beside: str = ""

    @property
    def name(self) -> str:
        """A stable file name without its ending."""
        words = [str(self.count), self.colour, self.kind, self.place]
        return "-".join(words + (["beside", self.beside] if self.beside else []))


def _placed(toys: Toys, random: np.random.Generator) -> list[Solid]:
    """The toys where chance puts them, none inside another."""
    shades: dict[str, tuple[float, float, float]] = {"grey": (0.16, 0.17, 0.18)}
    wanted = [(toys.kind, toys.colour)] * toys.count + ([(toys.beside, "grey")] if toys.beside else [])
    solids: list[Solid] = []
    for attempt in range(4000):
        if len(solids) == len(wanted):
            break
        kind, colour = wanted[len(solids)]
        x, z = float(random.uniform(-0.72, 0.72)), float(random.uniform(1.75, 2.75))
        size = float(random.uniform(0.36, 0.42)) * {"can": 1.15, "cone": 1.25}.get(kind, 1.0)
        apart, beside = (0.50, 0.13) if attempt < 3000 else (0.44, 0.09)
        free = all(np.hypot(x - other.x, (z - other.z) * 0.8) > apart for other in solids)
        # Nothing hides another thing, and nothing is cut off by the picture's edge.
        if free and abs(x / z) < 0.37 and all(abs(x / z - other.x / other.z) > beside for other in solids):
            red, green, blue = shades.get(colour) or (float(value) for value in linear(colour))
            solids.append(Solid(kind, x, z, size, float(random.uniform(0.2, 1.4)), (red, green, blue)))
    return solids


def _ground(place: str, x: Field, z: Field, random: np.random.Generator) -> Field:
    """The ground's colour at points given in metres, (n, 3) linear."""

    def noise(size: float, octaves: int = 3) -> Field:
        return fractal_noise(x[None] / size, z[None] / size, random, octaves)[0]

    def mixed(low: tuple[float, ...], high: tuple[float, ...], t: Field) -> Field:
        first, second = (np.array(low) / 255) ** 2.2, (np.array(high) / 255) ** 2.2
        return np.asarray(first + (second - first) * np.clip(t, 0, 1)[:, None], np.float32)

    if place == "grass":
        blades = value_noise(x[None] / 0.012, z[None] / 0.05, random)[0]
        return mixed((38, 66, 22), (150, 182, 78), 0.45 + 0.22 * blades + 0.16 * noise(0.25))
    if place == "table":
        plank = np.floor(x / 0.33)
        grain = value_noise(x[None] / 0.012 + plank * 7, z[None] / 0.9 + plank * 3, random)[0]
        rings = np.sin(9 * noise(0.9, 2) + 16 * x + 5 * np.sin(plank * 5.1))
        gap = np.clip(1 - np.abs((x / 0.33) % 1 - 0.5) * 2, 0, 0.03) / 0.03
        wood = mixed(
            (92, 56, 30), (186, 134, 84), 0.5 + 0.16 * grain + 0.2 * rings + 0.1 * np.sin(plank * 3.7)
        )
        return np.asarray(wood * (0.35 + 0.65 * gap)[:, None], np.float32)
    if place == "sand":
        ripple = np.sin((z + 0.12 * noise(0.6, 2)) / 0.022)
        return mixed((168, 132, 88), (234, 208, 160), 0.52 + 0.10 * ripple + 0.20 * noise(0.02, 2))
    return mixed((196, 208, 226), (252, 252, 254), 0.62 + 0.22 * noise(0.5) + 0.14 * noise(0.015, 2))


def _backdrop(place: str, up: Field, side: Field, random: np.random.Generator) -> Field:
    """What lies behind the ground, out of focus: a hedge, a wall, sea and sky, firs in mist."""
    tops = {
        "grass": (96, 132, 78),
        "table": (196, 186, 172),
        "sand": (128, 186, 216),
        "snow": (206, 216, 228),
    }
    lows = {"grass": (52, 84, 40), "table": (150, 140, 128), "sand": (70, 132, 160), "snow": (150, 166, 182)}
    low, high = ((np.array(table[place]) / 255) ** 2.2 for table in (lows, tops))
    cloudy = fractal_noise(side[None] / 0.16, up[None] / 0.12, random, 3)[0]
    t = np.clip(up / 0.35 + (0.30 if place in ("grass", "snow") else 0.06) * cloudy, 0, 1)
    return np.asarray(low + (high - low) * t[:, None], np.float32)


def toy_picture(toys: Toys) -> Image.Image:
    """Trace one picture of the scene world."""
    random = generator("toys", toys.name)
    solids = _placed(toys, random)
    width, height = int(SIZE[0] * FINE), int(SIZE[1] * FINE)
    columns, rows = np.meshgrid(
        (np.arange(width) + 0.5) / width - 0.5, (np.arange(height) + 0.5) / height - 0.5
    )
    way = np.stack([columns.ravel() * 1.0, -rows.ravel() * 0.75 - 0.34, np.ones(width * height)], -1)
    way = (way / np.linalg.norm(way, axis=-1, keepdims=True)).astype(np.float32)
    start = np.broadcast_to(np.array([0, 1.02, 0], np.float32), way.shape)
    distance, normal, which = first_hit(solids, start, way)
    far = (distance >= FAR) | (distance > 9)
    spot = start + np.where(far, 0, distance)[:, None] * way
    albedo = _ground(toys.place, spot[:, 0], spot[:, 2], random)
    speck = (
        1
        + 0.03 * value_noise(spot[None, :, 0] / 0.01, (spot[None, :, 1] + spot[None, :, 2]) / 0.01, random)[0]
    )
    for number, solid in enumerate(solids):
        albedo = np.where((which == number)[:, None], np.array(solid.colour) * speck[:, None], albedo)
    sun, sky = shading(solids, np.asarray(spot, np.float32), normal, _SUN)
    bounce = albedo[which < 0].mean(0) * 0.35 * np.clip(0.5 - 0.5 * normal[:, 1:2], 0, 1)
    lit = albedo * (sun[:, None] * [1.02, 0.97, 0.88] + sky[:, None] * [0.30, 0.33, 0.38] + bounce)
    half = _SUN - way
    half = half / np.linalg.norm(half, axis=-1, keepdims=True)
    gloss = (which >= 0) * np.clip((normal * half).sum(-1), 0, 1) ** 60 * (sun > 0.02) * 0.5
    fresnel = (which >= 0) * 0.10 * (1 - np.clip(-(normal * way).sum(-1), 0, 1)) ** 3
    lit = lit + (gloss + fresnel)[:, None]
    back = _backdrop(toys.place, way[:, 1] + 0.02, way[:, 0], random)
    haze = np.clip((distance - 3.2) / 3.0, 0, 1)[:, None]
    shown = np.where(far[:, None], back, lit + (back - lit) * haze * 0.9).reshape(height, width, 3)
    deep = np.where(far, 9, distance).reshape(height, width)
    return _photograph(np.asarray(shown, np.float32), np.asarray(deep, np.float32), random)


def _photograph(picture: Field, deep: Field, random: np.random.Generator) -> Image.Image:
    """Focus on the toys, soft behind them, darker corners, grain."""
    soft = np.stack([blurred(picture[..., channel], 4.0) for channel in range(3)], -1)
    out = np.clip((deep - 3.3) / 1.5, 0, 1)[..., None]
    mixed = np.clip(picture + (soft - picture) * out, 0, None)
    small = reduced(mixed, SIZE)
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    corner = 1 - 0.35 * ((x / SIZE[0] - 0.5) ** 2 + (y / SIZE[1] - 0.5) ** 2)
    curve = small * corner[..., None] * 1.12 / (0.94 + 0.16 * small)
    return developed(np.asarray(curve, np.float32), 1.6, random)
