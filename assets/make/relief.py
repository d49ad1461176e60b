"""The large relief of a garment: folds, creases, pleats, seams and quilting as height fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from assets.make.curves import Loose, Points, resampled, spline, strip
from assets.make.noise import Field, blurred, fractal_noise, smoothstep, value_noise


@dataclass(frozen=True)
class Grid:
    """Where the pixels of one panel lie.

    Attributes:
        x: cm to the right of the garment's middle, (h, w).
        y: cm below the shoulder point, (h, w).
        u: cm across the panel, along its own axis, (h, w).
        v: cm down the panel, along its own axis, (h, w).
        across: -1 at the panel's left edge to 1 at its right edge, row by row, (h, w).
        scale: pixels per cm.
        random: the panel's own generator.
    """

    x: Field
    y: Field
    u: Field
    v: Field
    across: Field
    scale: float
    random: np.random.Generator

    def draw(self, shapes: Sequence[tuple[Points, float]]) -> Field:
        """Closed shapes, in cm, filled with their values on a plane of zeros."""
        height, width = self.x.shape
        plane = Image.new("F", (width, height), 0.0)
        pen = ImageDraw.Draw(plane)
        corner = np.array([self.x[0, 0], self.y[0, 0]])
        for shape, value in shapes:
            pixels = (np.asarray(shape) - corner) * self.scale
            pen.polygon([(float(a), float(b)) for a, b in pixels], fill=float(value))
        return np.asarray(plane, np.float32)


Relief = Callable[[Grid], Field]


@dataclass(frozen=True)
class Crease:
    """One fold: a ridge (depth > 0) or valley (depth < 0) along a curve, tapering at both ends."""

    curve: Loose
    width: float
    depth: float


def creases(lines: Sequence[Crease]) -> Relief:
    """Folds along curves; each ridge gets a shallow valley beside it, as cloth does."""

    def relief(grid: Grid) -> Field:
        total = np.zeros_like(grid.x)
        for wide in (0.8, 1.6, 3.0, 99.0):
            chosen = [line for line in lines if line.width <= wide and line.width > wide * 0.53 - 0.2]
            if wide == 99.0:
                chosen = [line for line in lines if line.width > 3.0]
            if not chosen:
                continue
            shapes = []
            for line in chosen:
                path = resampled(spline(line.curve), 24)
                taper = np.sin(np.linspace(0.12, np.pi - 0.02, 24)) ** 0.8
                shapes.append((strip(path, line.width * taper, side=0.0), line.depth))
            sigma = float(np.mean([line.width for line in chosen])) * grid.scale * 0.34
            sharp = grid.draw(shapes)
            total += blurred(sharp, sigma) - 0.45 * blurred(sharp, sigma * 2.4)
        return total

    return relief


def drape(amount: float, across: float = 7.0, along: float = 22.0, lean: float = 0.0) -> Relief:
    """Soft folds in the direction of gravity: ridged noise, stretched and gently bent.

    Args:
        amount: height in cm of a typical fold.
        across: distance between folds in cm.
        along: length of a fold in cm.
        lean: degrees by which folds lean outwards on both sides of the middle.
    """

    def relief(grid: Grid) -> Field:
        tilt = np.tan(np.deg2rad(lean))
        u = grid.u - np.abs(grid.v) * tilt * np.tanh(grid.u / 9)
        bend = fractal_noise(grid.u / 25, grid.v / 25, grid.random, 2)
        first = value_noise(u / across + 0.9 * bend, grid.v / along + 0.3 * bend, grid.random)
        second = value_noise(u / (across * 0.5) - bend, grid.v / (along * 0.6), grid.random)
        ridged = 0.9 - np.sqrt(first**2 + 0.03)
        return np.asarray(amount * (1.1 * ridged + 0.35 * second), np.float32)

    return relief


def wrinkles(amount: float, size: float, where: Callable[[Grid], Field]) -> Relief:
    """Crumpled small folds where a weight says so (elbow, waist, crotch)."""

    def relief(grid: Grid) -> Field:
        bend = fractal_noise(grid.u / (size * 2), grid.v / (size * 2), grid.random, 2)
        folds = value_noise(grid.u / (size * 2.4) + bend * 0.4, grid.v / size + bend, grid.random)
        return np.asarray(amount * where(grid) * (0.8 - np.sqrt(folds**2 + 0.02)), np.float32)

    return relief


def pleats(count: float, depth: float, top: float, full: float, sharp: float = 0.3) -> Relief:
    """Folds that open downwards and fan out with the panel's width.

    Args:
        count: how many folds over the whole width.
        depth: height in cm where they are fully open.
        top: y in cm where they begin.
        full: y in cm where they are fully open.
        sharp: 0 for sine waves, 1 for narrow ridges with flat valleys.
    """

    def relief(grid: Grid) -> Field:
        sway = value_noise(grid.across * 2.2, grid.y / 45, grid.random) * 0.55
        sway = sway + value_noise(grid.across * 4.1, grid.y / 80, grid.random) * 0.3
        phase = grid.across * count * np.pi + sway * 2.2
        strength = 0.7 + 0.45 * value_noise(grid.across * 3, grid.y / 60, grid.random)
        wave = 0.5 + 0.5 * np.sin(phase)
        wave = (1 - sharp) * wave + sharp * wave**3
        opened = smoothstep(top, full, grid.y) ** 0.8
        return np.asarray(depth * opened * strength * wave, np.float32)

    return relief


def box_pleats(count: int, depth: float, top: float) -> Relief:
    """Pressed pleats: a sharp step at each, the same all the way down."""

    def relief(grid: Grid) -> Field:
        saw = (grid.across * count / 2 + 0.02 * value_noise(grid.across * 5, grid.y / 30, grid.random)) % 1
        step = saw - smoothstep(0.9, 1.0, saw)
        return np.asarray(depth * step * (0.25 + 0.75 * smoothstep(top, top + 18, grid.y)), np.float32)

    return relief


def gathers(depth: float, y: float, reach: float, spacing: float = 1.3) -> Relief:
    """Small gathers that spring from a seam at y and die out over `reach` cm below it."""

    def relief(grid: Grid) -> Field:
        noise = value_noise(grid.u / spacing, grid.v / 14, grid.random)
        below = np.clip((grid.y - y) / reach, 0, 1)
        fade = np.where(grid.y >= y, (1 - below) ** 1.5, 0)
        return np.asarray(depth * fade * noise, np.float32)

    return relief


def seam(curve: Loose, width: float = 0.5, depth: float = 0.12) -> Relief:
    """A groove along a curve with a small swelling on both sides."""
    path = resampled(spline(curve), 80)

    def relief(grid: Grid) -> Field:
        groove = blurred(grid.draw([(strip(path, width), -depth)]), width * grid.scale * 0.35)
        swelling = blurred(grid.draw([(strip(path, width * 4), depth * 0.5)]), width * grid.scale * 1.2)
        return groove + swelling

    return relief


def quilting(spacing: float, depth: float) -> Relief:
    """Puffed horizontal baffles with gathered stitch lines."""

    def relief(grid: Grid) -> Field:
        v = grid.v + 0.35 * value_noise(grid.u / 9, grid.v / 9, grid.random)
        puff = np.sqrt(np.abs(np.sin(np.pi * v / spacing)) + 1e-4)
        near = np.abs(np.cos(np.pi * v / spacing)) ** 3
        crinkle = value_noise(grid.u / 1.6, v / spacing, grid.random) * near
        return np.asarray(depth * puff + 0.16 * crinkle, np.float32)

    return relief
