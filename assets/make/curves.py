"""Smooth outlines: splines through points with corners, mirrored shapes, strips along a curve."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Loose = Sequence[Sequence[float]] | Sequence[Points] | Sequence[Sequence[float] | Points] | Points


def spline(points: Loose, per_segment: int = 14) -> Points:
    """An open centripetal Catmull-Rom curve through all points.

    Args:
        points: (n, 2) points, n at least 2.
        per_segment: how many samples each stretch between two points gets.

    Returns:
        (m, 2) samples, the first and last being the first and last point.
    """
    given = np.asarray(points, np.float64)
    if len(given) == 2:
        steps = np.linspace(0, 1, per_segment + 1)[:, None]
        return np.asarray(given[0] + (given[1] - given[0]) * steps, np.float64)
    knots = np.vstack([2 * given[0] - given[1], given, 2 * given[-1] - given[-2]])
    pieces = []
    for index in range(len(given) - 1):
        p0, p1, p2, p3 = knots[index : index + 4]
        t1 = float(np.linalg.norm(p1 - p0)) ** 0.5 + 1e-9
        t2 = t1 + float(np.linalg.norm(p2 - p1)) ** 0.5 + 1e-9
        t3 = t2 + float(np.linalg.norm(p3 - p2)) ** 0.5 + 1e-9
        t = np.linspace(t1, t2, per_segment, endpoint=False)[:, None]
        a1 = (t1 - t) / t1 * p0 + t / t1 * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / t2 * a1 + t / t2 * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        pieces.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    return np.vstack([*pieces, given[-1:]])


def outline(*segments: Loose) -> Points:
    """A closed outline: each segment is a smooth curve, corners stand where segments meet."""
    return np.vstack([spline(segment) for segment in segments])


def mirrored(points: Loose) -> Points:
    """The points with x negated, in reverse order (so that right + mirrored closes a shape)."""
    flat: Points = np.array(points, np.float64)[::-1] * [-1.0, 1.0]
    return flat


def flipped(points: Loose) -> Points:
    """The points with x negated, order kept."""
    flat: Points = np.array(points, np.float64) * [-1.0, 1.0]
    return flat


def lengths(curve: Points) -> NDArray[np.float64]:
    """Arc length from the start to every point of a curve."""
    steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def resampled(curve: Points, count: int) -> Points:
    """A curve at `count` points with equal spacing."""
    along = lengths(curve)
    wanted = np.linspace(0, along[-1], count)
    return np.stack([np.interp(wanted, along, curve[:, axis]) for axis in (0, 1)], axis=1)


def normals(curve: Points) -> Points:
    """Unit normals of a curve, to the left of its direction when y grows downwards."""
    tangent = np.gradient(curve, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-12
    return np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)


def strip(curve: Loose, width: float | Sequence[float] | NDArray[np.float64], side: float = 0.0) -> Points:
    """The outline of a band along a curve.

    Args:
        curve: (n, 2) centre line.
        width: full width, one number or one for each point.
        side: 0 centres the band on the curve; 1 puts it on the left, -1 on the right.

    Returns:
        (2n, 2) closed outline.
    """
    line = np.asarray(curve, np.float64)
    half = (np.broadcast_to(np.asarray(width, np.float64), (len(line),)) / 2)[:, None]
    across = normals(line)
    return np.vstack([line + across * half * (1 + side), (line - across * half * (1 - side))[::-1]])


def between(start: Sequence[float], end: Sequence[float], t: float) -> Points:
    """The point a fraction t of the way from start to end."""
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    return np.asarray(first + (last - first) * t, np.float64)


def rotated(points: Loose, degrees: float, centre: Sequence[float] = (0.0, 0.0)) -> Points:
    """The points turned about a centre (clockwise on screen for positive degrees)."""
    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.asarray(centre, np.float64)
    return np.asarray((np.asarray(points, np.float64) - middle) @ matrix + middle, np.float64)
