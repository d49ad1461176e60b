"""A small ray tracer: balls, boxes, cans and cones that stand on textured ground, with soft sun and sky shadows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assets.make.noise import Field

FAR = 1e9
_NEAR = 1e-3
Hit = tuple[Field, Field]
"""Distance along each ray, FAR where nothing is met, and the surface's normal there, (n,) and (n, 3)."""


@dataclass(frozen=True)
class Solid:
    """One thing that stands on the ground (y = 0, up is +y).

    Attributes:
        kind: "ball", "box", "can" or "cone".
        x: metres to the right.
        z: metres away from the camera.
        size: height in metres.
        turn: radians by which a box is turned.
        colour: linear light, three numbers in 0..1.
    """

    kind: str
    x: float
    z: float
    size: float
    turn: float
    colour: tuple[float, float, float]


def _nearest(distances: Sequence[Field], normals: Sequence[Field]) -> Hit:
    """The first surface that each ray meets."""
    stack = np.stack(distances)
    first = stack.argmin(0)
    chosen = np.take_along_axis(np.stack(normals), first[None, :, None], 0)[0]
    return stack.min(0), chosen


def _ball(solid: Solid, start: Field, way: Field) -> Hit:
    radius = solid.size / 2
    middle = np.array([solid.x, radius, solid.z], np.float32)
    away = start - middle
    half = (away * way).sum(-1)
    inside = half**2 - (away**2).sum(-1) + radius**2
    root = np.sqrt(np.maximum(inside, 0))
    t = np.where(-half - root > _NEAR, -half - root, -half + root)
    t = np.where((inside > 0) & (t > _NEAR), t, FAR).astype(np.float32)
    return t, np.asarray((start + t[:, None] * way - middle) / radius, np.float32)


def _box(solid: Solid, start: Field, way: Field) -> Hit:
    cosine, sine = float(np.cos(solid.turn)), float(np.sin(solid.turn))
    turn = np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]], np.float32)
    half = np.array([solid.size / 2] * 3, np.float32)
    local = (start - np.array([solid.x, half[1], solid.z], np.float32)) @ turn
    step = way @ turn
    step = np.where(np.abs(step) < 1e-6, 1e-6, step)
    low, high = (-half - local) / step, (half - local) / step
    near, far = np.minimum(low, high), np.maximum(low, high)
    enter, leave = near.max(-1), far.min(-1)
    t = np.where((enter < leave) & (enter > _NEAR), enter, FAR).astype(np.float32)
    face = np.eye(3, dtype=np.float32)[near.argmax(-1)] * -np.sign(step)
    return t, np.asarray(face @ turn.T, np.float32)


def _round(solid: Solid, start: Field, way: Field, narrow: float) -> Hit:
    """A standing cone cut off where it is `narrow` times as wide as below (1: a can)."""
    radius, height = solid.size * (0.38 if narrow == 1 else 0.46), solid.size
    shrink = radius * (1 - narrow) / height
    x, z = start[:, 0] - solid.x, start[:, 2] - solid.z
    wide = radius - shrink * start[:, 1]
    a = way[:, 0] ** 2 + way[:, 2] ** 2 - (shrink * way[:, 1]) ** 2
    a = np.where(np.abs(a) < 1e-7, 1e-7, a)
    b = x * way[:, 0] + z * way[:, 2] + shrink * wide * way[:, 1]
    inside = b**2 - a * (x**2 + z**2 - wide**2)
    root = np.sqrt(np.maximum(inside, 0))
    sides = []
    for t in ((-b - root) / a, (-b + root) / a):
        y = start[:, 1] + t * way[:, 1]
        sides.append(np.where((inside > 0) & (t > _NEAR) & (y > 0) & (y < height), t, FAR))
    t = np.minimum(*sides).astype(np.float32)
    spot = start + t[:, None] * way
    flat = np.stack([spot[:, 0] - solid.x, spot[:, 1] * 0, spot[:, 2] - solid.z], -1)
    normal = flat / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-6)
    normal = (normal + [0, shrink, 0]) / np.sqrt(1 + shrink**2)
    down = np.where(np.abs(way[:, 1]) < 1e-7, 1e-7, way[:, 1])
    lid = (height - start[:, 1]) / down
    across = (x + lid * way[:, 0]) ** 2 + (z + lid * way[:, 2]) ** 2
    lid = np.where((lid > _NEAR) & (across < (radius * narrow) ** 2), lid, FAR).astype(np.float32)
    up = np.broadcast_to(np.array([0, 1, 0], np.float32), spot.shape)
    return _nearest([t, lid], [np.asarray(normal, np.float32), up])


SHAPES: dict[str, Callable[[Solid, Field, Field], Hit]] = {
    "ball": _ball,
    "box": _box,
    "can": lambda solid, start, way: _round(solid, start, way, 1.0),
    "cone": lambda solid, start, way: _round(solid, start, way, 0.12),
}


def blocked(solids: Sequence[Solid], start: Field, way: Field, reach: float) -> Field:
    """1 where a ray from `start` meets a solid within `reach` metres, else 0."""
    dark = np.zeros(len(start), np.float32)
    ways = np.broadcast_to(way.astype(np.float32), start.shape)
    for solid in solids:
        dark = np.maximum(dark, SHAPES[solid.kind](solid, start, ways)[0] < reach)
    return np.asarray(dark, np.float32)


def _around(direction: Field, spread: float, count: int) -> list[Field]:
    """Unit directions in a cone about a direction, the same for every pixel."""
    side = np.cross(direction, [0.3, 0.2, 1.0])
    side = side / np.linalg.norm(side)
    other = np.cross(direction, side)
    angle = np.arange(count) * 2.39996
    radius = spread * np.sqrt((np.arange(count) + 0.5) / count)
    rays = [
        direction + r * (np.cos(a) * side + np.sin(a) * other) for r, a in zip(radius, angle, strict=True)
    ]
    return [ray / np.linalg.norm(ray) for ray in rays]


def shading(solids: Sequence[Solid], spot: Field, normal: Field, sun: Field) -> tuple[Field, Field]:
    """How much sun (soft shadow, 0..1, Lambert) and how much sky (0..1) reaches each point."""
    lifted = np.asarray(spot + normal * 0.004, np.float32)
    rays = _around(sun, 0.09, 7)
    light = 1 - sum(blocked(solids, lifted, ray, 8.0) for ray in rays) / len(rays)
    facing = np.clip(normal @ sun, 0, None)
    dome = _around(np.array([0.0, 1.0, 0.0]), 2.2, 12)
    seen, total = np.zeros(len(spot), np.float32), np.zeros(len(spot), np.float32)
    for ray in dome:
        weight = np.clip(normal @ ray, 0, None)
        seen += weight * (1 - blocked(solids, lifted, ray, 1.2))
        total += weight
    open_sky = np.where(total > 0, seen / np.maximum(total, 1e-3), 0.6) * (0.55 + 0.45 * normal[:, 1])
    return np.asarray(light * facing, np.float32), np.asarray(np.clip(open_sky, 0.08, 1), np.float32)


def first_hit(solids: Sequence[Solid], start: Field, way: Field) -> tuple[Field, Field, Field]:
    """What each ray meets: distance, normal and the number of the solid, -1 for the ground or nothing."""
    down = np.where(np.abs(way[:, 1]) < 1e-6, -1e-6, way[:, 1])
    ground = -start[:, 1] / down
    best = np.where(ground > _NEAR, ground, FAR).astype(np.float32)
    normal = np.broadcast_to(np.array([0, 1, 0], np.float32), way.shape).copy()
    which = np.full(len(way), -1)
    for number, solid in enumerate(solids):
        t, turned = SHAPES[solid.kind](solid, start, way)
        nearer = t < best
        best, which = np.where(nearer, t, best), np.where(nearer, number, which)
        normal[nearer] = turned[nearer]
    return best, normal, which
