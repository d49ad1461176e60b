"""Where things stand in a drawing: in the middle of a convex polygon, or beside each other."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

_LATTICE = np.stack(np.meshgrid(np.linspace(-1, 1, 13), np.linspace(-1, 1, 13)), axis=-1).reshape(-1, 2)


def inner_circle(shape: Float64[np.ndarray, "corners 2"]) -> tuple[float, float, float]:
    """Returns the middle (x, y) and about the radius of the largest circle inside a convex polygon.

    Args:
        shape: its corners in order, in any unit.
    """
    steps = np.roll(shape, -1, axis=0) - shape
    lengths = np.linalg.norm(steps, axis=1)
    if not (lengths > 0).any():
        return float(shape[0, 0]), float(shape[0, 1]), 0.0
    steps, starts = steps[lengths > 0] / lengths[lengths > 0, None], shape[lengths > 0]
    turn = np.sign(np.sum(shape[:, 0] * np.roll(shape[:, 1], -1) - shape[:, 1] * np.roll(shape[:, 0], -1)))
    centre = shape.mean(axis=0)

    def depth(points: np.ndarray) -> np.ndarray:
        away = points[:, None] - starts
        sides = turn * (steps[:, 0] * away[:, :, 1] - steps[:, 1] * away[:, :, 0])
        # Of places that are equally deep, as in a long band, the one nearest to the middle.
        return np.asarray(sides.min(axis=1) - 1e-3 * np.linalg.norm(points - centre, axis=1))

    middle, reach = (shape.min(axis=0) + shape.max(axis=0)) / 2, np.ptp(shape, axis=0) / 2
    for _ in range(4):
        points = middle + _LATTICE * reach
        middle, reach = points[depth(points).argmax()], reach / 4
    x, y = middle.tolist()
    return x, y, float(depth(middle[None])[0])


def held_apart(places: Float64[np.ndarray, "points 2"], least: float) -> Float64[np.ndarray, "points 2"]:
    """Returns where signs of points stand so that none covers another: each near its point, the first ones at it.

    Args:
        places: (points, 2) of what is marked.
        least: how far apart two signs are at least, in the same unit.

    Returns:
        (points, 2) of their signs.
    """
    put: list[Float64[np.ndarray, " 2"]] = []
    angles = np.arange(12) * np.pi / 6
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for place in places:
        rings = [place + least * (1 + ring / 4) * around for ring in range(4 * len(places))]
        tried = np.concatenate([place[None], *rings])
        clear = next(
            at for at in tried if all(np.hypot(*(at - other)) >= least * (1 - 1e-9) for other in put)
        )
        put.append(clear)
    return np.array(put).reshape(-1, 2)
