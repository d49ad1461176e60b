"""Landscapes from clear field to clear road, the share of road known for each."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from assets.make import ground
from assets.make.files import ASSETS, clear, developed, halved, save_table, save_webp
from assets.make.ground import Plane
from assets.make.landscape import Landscape, Roadway
from assets.make.landscapes import SCENES
from assets.make.landscapes_in_steps import STEPS
from assets.make.noise import Field, blurred, generator
from assets.make.sky import hills, sky, tree, wood

SIZE = (480, 320)
FOLDER = ASSETS / "examples" / "field_road"


def _across(way: Roadway, x: Field, z: Field) -> Field:
    """Metres from the way's middle, square to its direction."""
    middle = way.start + np.tan(way.turn) * z + way.bend * 1e-3 * z**2
    slope = np.tan(way.turn) + 2e-3 * way.bend * z
    return np.asarray((x - middle) / np.sqrt(1 + slope**2), np.float32)


def _lines(picture: Field, plane: Plane, way: Roadway, across: Field, random: np.random.Generator) -> Field:
    """Painted lines on tarmac."""
    white, yellow = np.array([0.62, 0.62, 0.6], np.float32), np.array([0.66, 0.42, 0.06], np.float32)
    soft = plane.z / plane.focal
    worn = 0.86 + 0.14 * np.clip(plane.noise(0.3, random, 3), -1, 1)
    fade = np.clip(1.3 - soft / 0.16, 0, 1)
    centre = yellow if way.yellow else white
    gaps = {
        "dashed": (plane.z + 1.5) % 9 < 4.5,
        "solid": plane.z > 0,
        "double": plane.z > 0,
        "none": plane.z < 0,
    }
    places = [0.16, -0.16] if way.centre == "double" else [0.0]
    for place in places:
        cover = ground.strip_cover(across - place, 0.075, soft) * gaps[way.centre] * worn * fade
        picture = ground.paint(picture, np.asarray(cover, np.float32), centre)
    if way.edges:
        for sign in (-1, 1):
            cover = ground.strip_cover(across - sign * (way.half - 0.35), 0.07, soft) * worn * fade
            picture = ground.paint(picture, np.asarray(cover, np.float32), white)
    return picture


def _lay_way(
    picture: Field, plane: Plane, way: Roadway, land: Land, random: np.random.Generator
) -> tuple[Field, Field]:
    """The way on the ground, and where it lies."""
    across = _across(way, plane.x, plane.z)
    rough = 0.35 * plane.noise(1.2, random, 4)
    soft = np.maximum(plane.z / plane.focal, 0.02)
    if way.kind == "asphalt":
        shoulder = ground.strip_cover(across + rough * 0.6, way.half + 0.5, soft + 0.35)
        picture = ground.paint(picture, shoulder * 0.8, ground.bare_earth(plane, random, (150, 138, 120)))
        cover = ground.strip_cover(across + rough * 0.10, way.half, soft)
        picture = ground.paint(picture, cover, ground.asphalt(plane, random, across, way.half, way.tone))
        return _lines(picture, plane, way, across, random), cover
    earth = ground.bare_earth(plane, random, land.soil if way.kind != "gravel" else (176, 164, 146))
    earth = earth * (way.tone / 0.10)
    if way.kind == "track":
        whole = ground.strip_cover(across + rough * 0.7, way.half, soft + 0.3)
        ruts = np.maximum(
            ground.strip_cover(across - way.half * 0.6 + rough * 0.5, 0.30, soft + 0.28),
            ground.strip_cover(across + way.half * 0.6 + rough * 0.5, 0.30, soft + 0.28),
        )
        return ground.paint(picture, np.maximum(ruts, 0.15 * whole), np.asarray(earth, np.float32)), ruts
    cover = ground.strip_cover(across + rough * (0.9 if way.kind == "path" else 0.4), way.half, soft + 0.3)
    return ground.paint(picture, cover, np.asarray(earth, np.float32)), cover


def _growing(scene: Landscape) -> Callable[[Field, Field], Field]:
    """Where blades may stand: everywhere but on the way and its verge."""
    way = scene.way

    def where(x: Field, z: Field) -> Field:
        if way is None:
            return np.ones_like(x)
        away = np.abs(_across(way, x, z))
        if way.kind == "track":
            rut = np.minimum(np.abs(away - way.half * 0.6) / 0.45, 1)
            return np.asarray(np.where(away < way.half, 0.5 * rut**3, 1.0), np.float32)
        edge = way.half + (0.7 * scene.verge if way.kind in ("asphalt", "gravel") else 0.05)
        return np.asarray(np.clip((away - edge) / (0.5 * scene.verge), 0, 1), np.float32)

    return where


def landscape(scene: Landscape) -> tuple[Image.Image, float]:
    """Render a scene; returns the picture and the share of it that is road, track or path."""
    random = generator("landscape", scene.name)
    size = (SIZE[0] * 2, SIZE[1] * 2)
    horizon = scene.horizon * size[1]
    plane = Plane.seen(size, horizon, scene.eye, scene.focal * size[0])
    picture = sky(size, horizon, scene.weather, random)
    picture = hills(picture, horizon + 3, scene.weather, list(scene.far), random)
    for start, end, tall in scene.woods:
        picture = wood(picture, horizon + 2, scene.weather, (start, end), tall, random)
    land = scene.land
    if land.rows:
        field_colour = ground.crop_rows(plane, random, land.soil, land.low, land.high, land.rows, land.turn)
    else:
        field_colour = ground.meadow(plane, random, land.low, land.high)
    cover: Field = np.zeros(plane.x.shape, np.float32)
    if scene.way:
        field_colour, cover = _lay_way(field_colour, plane, scene.way, land, random)
    light = np.array(scene.weather.light, np.float32)
    clouds = 1 + 0.10 * np.clip(plane.noise(40.0, random, 2), -1, 1)
    lit = field_colour * light * clouds[..., None]
    haze = (0.85 * (1 - np.exp(-plane.z / 380)))[..., None]
    lit = lit + (np.array((np.array(scene.weather.low) / 255) ** 2.2) - lit) * haze
    picture = ground.paint(picture, plane.below, np.asarray(lit, np.float32))
    for x, y, tall in scene.trees:
        picture = tree(picture, (x, y), tall, scene.weather, random)
    for blades in land.growth:
        picture, grown = ground.grow(picture, plane, blades, _growing(scene), random, scene.weather.light)
        cover = cover * (1 - grown)
    share = float((cover * plane.below).mean())
    return _photograph(picture, random), share


def _photograph(picture: Field, random: np.random.Generator) -> Image.Image:
    """Lens, film curve, darker corners, grain."""
    small = halved(picture)
    height, width = small.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    corner = 1 - 0.30 * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2)
    bloom = np.stack([blurred(np.clip(small[..., c] - 0.6, 0, 1), 9) for c in range(3)], -1)
    shown = (small + 0.4 * bloom) * corner[..., None]
    curve = shown * 1.06 / (0.93 + 0.14 * shown)
    return developed(np.asarray(curve, np.float32), 2.2, random)


def make_one(scene: Landscape, folder: Path = FOLDER) -> dict[str, object]:
    """Render and write one scene; returns its line of labels.csv."""
    picture, share = landscape(scene)
    save_webp(picture, folder / f"{scene.name}.webp", 86)
    kind = scene.way.kind if scene.way else "none"
    return {"file": f"{scene.name}.webp", "label": scene.label, "road_share": f"{share:.3f}", "way": kind}


def make_scenes(workers: int = 2, folder: Path = FOLDER) -> int:
    """Render all landscapes and their table; returns the number of pictures."""
    scenes = SCENES + STEPS
    with ProcessPoolExecutor(workers) as pool:
        rows = list(pool.map(make_one, scenes, [folder] * len(scenes)))
    clear(folder, [str(row["file"]) for row in rows])
    save_table(rows, folder / "labels.csv")
    return len(rows)
