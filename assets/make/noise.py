"""Seeded smooth noise: generators by name, value noise at any coordinates, fractal sums of it."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Field = NDArray[np.floating[Any]]


def generator(*names: object) -> np.random.Generator:
    """A random generator that depends on the names alone, the same on every machine.

    Args:
        *names: what the numbers are for; their text is hashed.

    Returns:
        A fresh NumPy generator.
    """
    digest = hashlib.sha256("/".join(str(name) for name in names).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def value_noise(u: Field, v: Field, random: np.random.Generator) -> Field:
    """Smooth noise with features about one unit wide.

    Args:
        u: first coordinate, any shape, any range (the noise repeats after 61 units).
        v: second coordinate, same shape (repeats after 67 units).
        random: where the lattice values come from.

    Returns:
        Noise of u's shape, about normal with deviation 0.6.
    """
    lattice = random.standard_normal((67, 61)).astype(np.float32)
    if u.ndim == 2 and min(u.shape) > 64 and _largest_step(u, v) < 0.04:
        return _enlarged(_sampled(lattice, u[::4, ::4], v[::4, ::4]), u.shape)
    return _sampled(lattice, u, v)


def _largest_step(u: Field, v: Field) -> float:
    """About how far the coordinates move from one pixel to the next."""
    steps = [np.abs(np.diff(plane[::8, ::8], axis=axis)).max() for plane in (u, v) for axis in (0, 1)]
    return float(max(steps)) / 8


def _enlarged(small: Field, shape: tuple[int, ...]) -> Field:
    """A plane sampled at every fourth pixel, brought back to full size with a cubic filter."""
    padded = Image.fromarray(np.pad(small, 2, mode="edge"))
    height, width = shape
    box = (1.875 + 0.5, 1.875 + 0.5, 2.375 + width / 4, 2.375 + height / 4)
    return np.asarray(padded.resize((width, height), Image.Resampling.BICUBIC, box), np.float32)


def _sampled(lattice: Field, u: Field, v: Field) -> Field:
    """The lattice at any coordinates, cubic, repeating."""
    coordinates = np.stack([np.asarray(v, np.float32) % 67, np.asarray(u, np.float32) % 61])
    sampled = ndimage.map_coordinates(lattice, coordinates, order=3, mode="grid-wrap", output=np.float32)
    return np.asarray(sampled, np.float32)


def fractal_noise(
    u: Field, v: Field, random: np.random.Generator, octaves: int = 4, roughness: float = 0.5
) -> Field:
    """A sum of value noises, each twice as fine and `roughness` times as strong as the last.

    Args:
        u: first coordinate in units of the coarsest feature.
        v: second coordinate, same shape.
        random: where the lattices come from.
        octaves: how many noises are summed, at least 1.
        roughness: strength of each noise relative to the one before, in (0, 1).

    Returns:
        Noise of u's shape with a deviation of about 0.6.
    """
    total = np.zeros(np.shape(u), np.float32)
    strength, power = 1.0, 0.0
    for octave in range(octaves):
        factor = np.float32(2**octave)
        total += np.float32(strength) * value_noise(u * factor, v * factor, random)
        power += strength**2
        strength *= roughness
    return (total / np.float32(np.sqrt(power))).astype(np.float32)


def smoothstep(low: float, high: float, values: Field) -> Field:
    """0 below `low`, 1 above `high`, a smooth cubic between (low may exceed high: then it falls)."""
    t = np.clip((np.asarray(values, np.float32) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def blurred(values: Field, sigma: float) -> Field:
    """Gaussian blur of a plane, reduced first where the blur is wide (same look, less time)."""
    if sigma < 0.3:
        return np.asarray(values, np.float32)
    step = int(sigma // 5)
    if step < 2:
        soft = ndimage.gaussian_filter(values, sigma, mode="nearest", output=np.float32)
        return np.asarray(soft, np.float32)
    height, width = values.shape
    padded = np.pad(values, ((0, -height % step), (0, -width % step)), mode="edge")
    small = padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step).mean((1, 3))
    small = ndimage.gaussian_filter(small, sigma / step, mode="nearest", output=np.float32)
    rows = (np.arange(height, dtype=np.float32) + 0.5) / step - 0.5
    columns = (np.arange(width, dtype=np.float32) + 0.5) / step - 0.5
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"))
    large = ndimage.map_coordinates(small, grid, order=1, mode="nearest", output=np.float32)
    return np.asarray(large, np.float32)
