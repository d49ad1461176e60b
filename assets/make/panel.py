"""Cut pieces of cloth and the canvas they are laid on: mask, relief, pattern, light, shadow."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from assets.make.cloth import FABRICS, Material, linear, thread_tone, weave_relief
from assets.make.curves import Points, lengths, strip
from assets.make.noise import Field, blurred, fractal_noise
from assets.make.patterns import painted
from assets.make.relief import Grid, Relief


@dataclass(frozen=True)
class Light:
    """A key light and what fills the shadows.

    Attributes:
        direction: towards the light: x right, y down, z to the viewer.
        ambient: share of light that comes from everywhere, 0..1.
        warmth: colour of the key light relative to the fill, (r, g, b) factors.
        power: brightness factor on everything.
    """

    direction: tuple[float, float, float] = (-0.42, -0.58, 0.78)
    ambient: float = 0.40
    warmth: tuple[float, float, float] = (1.0, 1.0, 1.0)
    power: float = 1.0


@dataclass(frozen=True)
class Thread:
    """A sewn line: dashes along a curve."""

    curve: Points
    colour: str
    width: float = 0.22
    dash: float = 0.55
    tone: float = 1.0


@dataclass(frozen=True)
class ClothPanel:
    """One piece of cloth (or a button, a limb, a buckle).

    Attributes:
        outline: (n, 2) closed outline in cm.
        material: what it is made of.
        volume: outline of the rounded body that the panel is part of; the outline itself if None.
        round_depth: how many cm the middle stands out above the edge.
        round_reach: how many cm from the edge the rounding goes; 0 means to the middle.
        edge: height in cm of the soft rim (cloth thickness).
        axis: degrees by which the cloth's grain is turned (a sleeve's direction).
        origin: where the cloth's own coordinates start, in cm.
        reliefs: folds, seams and the like, added up.
        threads: sewn lines on top.
        shadow: strength of the shadow cast on what lies below, 0..1.
        shadow_reach: softness of that shadow in cm.
        opacity: 1 for cloth, less for chiffon.
        warp: how far folds shift the pattern, in cm per unit slope.
    """

    outline: Points
    material: Material
    volume: Points | None = None
    round_depth: float = 5.0
    round_reach: float = 0.0
    edge: float = 0.22
    axis: float = 0.0
    origin: tuple[float, float] = (0.0, 0.0)
    reliefs: Sequence[Relief] = ()
    threads: Sequence[Thread] = ()
    shadow: float = 0.38
    shadow_reach: float = 0.9
    opacity: float = 1.0
    warp: float = 1.1


@dataclass
class Canvas:
    """Linear, premultiplied colour with alpha, and where cm lie on it."""

    scale: float
    left: float
    top: float
    light: Light
    rgb: Field
    alpha: Field
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    @classmethod
    def empty(
        cls, size: tuple[int, int], box: tuple[float, float, float, float], light: Light, name: str
    ) -> "Canvas":
        """A clear canvas of (width, height) pixels on which the box (cm) fits, centred."""
        width, height = size
        scale = min(width / (box[2] - box[0]), height / (box[3] - box[1]))
        left = (box[0] + box[2]) / 2 - width / 2 / scale
        top = (box[1] + box[3]) / 2 - height / 2 / scale
        seed = int.from_bytes(name.encode()[:40].ljust(8), "little") % (2**63)
        rgb, alpha = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
        return cls(scale, left, top, light, rgb, alpha, np.random.default_rng(seed))

    def lay(self, panels: Sequence[ClothPanel]) -> "Canvas":
        """Lay panels one on another, the first at the bottom."""
        for panel in panels:
            _lay(self, panel)
        return self


def polygon_mask(shape: Points, corner: tuple[float, float], size: tuple[int, int], scale: float) -> Field:
    """Coverage 0..1 of a closed outline on a (width, height) patch whose corner lies at `corner` cm."""
    times = 3
    plane = Image.new("L", (size[0] * times, size[1] * times), 0)
    pixels = (shape - np.array(corner)) * (scale * times)
    ImageDraw.Draw(plane).polygon([(float(a), float(b)) for a, b in pixels], fill=255)
    array = np.asarray(plane, np.float32).reshape(size[1], times, size[0], times)
    return np.asarray(array.mean((1, 3)) / 255, np.float32)


def _extent(mask: Field) -> Field:
    """-1 at each row's left edge of the mask to 1 at its right edge, smoothed down the rows."""
    solid = mask > 0.5
    height, width = mask.shape
    filled = solid.any(1)
    if not filled.any():
        return np.zeros_like(mask)
    rows = np.flatnonzero(filled)
    left = np.interp(np.arange(height), rows, solid.argmax(1)[rows])
    right = np.interp(np.arange(height), rows, (width - 1 - solid[:, ::-1].argmax(1))[rows])
    widest = np.flatnonzero((right - left) >= 0.985 * (right - left).max())[-1]
    left[widest:], right[widest:] = left[widest], right[widest]
    left, right = ndimage.gaussian_filter1d(left, 6), ndimage.gaussian_filter1d(right, 6)
    columns = np.arange(width)[None, :]
    middle, half = ((left + right) / 2)[:, None], np.maximum((right - left) / 2, 1)[:, None]
    return np.asarray(np.clip((columns - middle) / half, -1.3, 1.3), np.float32)


def _body(mask: Field, depth: float, reach: float, scale: float) -> Field:
    """A rounded height over a mask: a parabola of the distance to the edge, made smooth."""
    inside = ndimage.distance_transform_edt(mask > 0.5).astype(np.float32) / scale
    full = float(reach or inside.max() or 1)
    t = np.clip(inside / full, 0, 1)
    height = depth * (1 - (1 - t) ** 2.2)
    return blurred(height.astype(np.float32), full * scale * 0.16)


def _lay(canvas: Canvas, panel: ClothPanel) -> None:
    """Render one panel and put it over the canvas."""
    scale = canvas.scale
    shapes = panel.outline if panel.volume is None else np.vstack([panel.outline, panel.volume])
    pad = 4 / scale + panel.shadow_reach * 3
    low = np.floor((shapes.min(0) - pad - (canvas.left, canvas.top)) * scale).astype(int)
    high = np.ceil((shapes.max(0) + pad - (canvas.left, canvas.top)) * scale).astype(int)
    low = np.maximum(low, 0)
    high = np.minimum(high, (canvas.rgb.shape[1], canvas.rgb.shape[0]))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    if min(size) < 2:
        return
    corner = (canvas.left + low[0] / scale, canvas.top + low[1] / scale)
    mask = polygon_mask(panel.outline, corner, size, scale)
    volume = mask if panel.volume is None else polygon_mask(panel.volume, corner, size, scale)
    grid = _grid(canvas, panel, corner, size, volume)
    colour = _shaded(canvas.light, panel, grid, mask, volume)
    place = np.s_[low[1] : high[1], low[0] : high[0]]
    _cast(canvas, place, mask, panel)
    cover = mask * panel.opacity
    canvas.rgb[place] = canvas.rgb[place] * (1 - cover[..., None]) + colour * cover[..., None]
    canvas.alpha[place] = canvas.alpha[place] * (1 - cover) + cover


def _grid(
    canvas: Canvas, panel: ClothPanel, corner: tuple[float, float], size: tuple[int, int], volume: Field
) -> Grid:
    """Coordinates of every pixel of a panel's patch."""
    xs = corner[0] + (np.arange(size[0], dtype=np.float32) + 0.5) / canvas.scale
    ys = corner[1] + (np.arange(size[1], dtype=np.float32) + 0.5) / canvas.scale
    x, y = (np.asarray(plane, np.float32) for plane in np.meshgrid(xs, ys))
    angle = np.deg2rad(panel.axis)
    dx, dy = x - panel.origin[0], y - panel.origin[1]
    u = dx * np.cos(angle) + dy * np.sin(angle)
    v = dy * np.cos(angle) - dx * np.sin(angle)
    seed = np.random.default_rng(canvas.random.integers(2**62))
    u, v = np.asarray(u, np.float32), np.asarray(v, np.float32)
    return Grid(x, y, u, v, _extent(volume), canvas.scale, seed)


def slopes(height: Field, scale: float) -> tuple[Field, Field]:
    """How steeply a height (cm) rises down and to the right, per cm."""
    down, right = np.gradient(height, 1 / scale)
    return np.asarray(down, np.float32), np.asarray(right, np.float32)


def _shaded(light: Light, panel: ClothPanel, grid: Grid, mask: Field, volume: Field) -> Field:
    """The panel's colour under the light, (h, w, 3) linear."""
    fabric, material, scale = FABRICS[panel.material.fabric], panel.material, grid.scale
    body = _body(volume, panel.round_depth, panel.round_reach, scale)
    body = body + panel.edge * np.clip(2 * blurred(mask, 0.45 * scale) - 1, 0, 1)
    folds: Field = np.zeros_like(body)
    for relief in panel.reliefs:
        folds = folds + relief(grid)
    slope_y, slope_x = slopes(blurred(folds, 0.5 * scale) + 0.25 * body, scale)
    u, v = grid.u + panel.warp * slope_x, grid.v + panel.warp * slope_y
    fine = weave_relief(fabric, u, v, grid.random)
    slope_y, slope_x = slopes(body + folds + fine, scale)
    albedo: Field = painted(material, u, v, scale) * thread_tone(material, u, v, grid.random)[..., None]
    if material.washed:
        albedo = _washed(albedo, folds, grid, material.washed)
    deep = np.clip((folds - blurred(folds, 1.6 * scale)) * 0.55, -0.4, 0.25)
    for thread in panel.threads:
        albedo = _sewn(albedo, thread, grid)
    return _lit(light, albedo * material.tone, (slope_x, slope_y), 1 + deep, panel)


def _sewn(albedo: Field, thread: Thread, grid: Grid) -> Field:
    """Draw a thread's dashes into the cloth's colour."""
    along = lengths(thread.curve)
    count = max(int(along[-1] / (thread.dash * 1.5)), 1)
    shapes = []
    for index in range(count):
        span = np.linspace(index, index + 0.68, 3) * along[-1] / count
        piece = np.stack([np.interp(span, along, thread.curve[:, axis]) for axis in (0, 1)], 1)
        shapes.append((strip(piece, thread.width), 1.0))
    ink = np.clip(blurred(grid.draw(shapes), 0.55) * 1.2, 0, 1)[..., None]
    colour = linear(thread.colour) * thread.tone
    return np.asarray(albedo + (colour - albedo) * ink, np.float32)


def _washed(albedo: Field, folds: Field, grid: Grid, amount: float) -> Field:
    """Fade a dye on ridges, on the thighs and in blotches."""
    ridge = np.clip((folds - blurred(folds, 1.0 * grid.scale)) * 3, -0.5, 1)
    blotch = fractal_noise(grid.u / 6, grid.v / 14, grid.random, 4)
    fade = np.clip(amount * (0.55 * ridge + 0.42 + 0.10 * blotch), 0, 0.85)[..., None]
    pale = np.array([0.42, 0.53, 0.66], np.float32)
    return np.asarray(albedo + (pale - albedo) * fade, np.float32)


def _lit(light: Light, albedo: Field, slopes: tuple[Field, Field], cavity: Field, panel: ClothPanel) -> Field:
    """Lambert light with a soft fill, a highlight after the fabric, fuzz at grazing angles."""
    fabric = FABRICS[panel.material.fabric]
    slope_x, slope_y = slopes
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    key = np.array(light.direction) / np.linalg.norm(light.direction)
    facing = (-slope_x * key[0] - slope_y * key[1] + key[2]) / length
    diffuse = np.clip((facing + 0.18) / (key[2] + 0.18), 0, None)
    diffuse = diffuse / (1 + 0.22 * np.clip(diffuse - 1, 0, None) * 2)
    around = 0.72 + 0.28 * (1 / length) - 0.10 * slope_y / length
    half = (key + np.array([0, 0, 1])) / np.linalg.norm(key + np.array([0, 0, 1]))
    gleam = np.clip((-slope_x * half[0] - slope_y * half[1] + half[2]) / length, 0, 1)
    highlight = fabric.shine * (gleam ** (fabric.gloss * 2.5) - half[2] ** (fabric.gloss * 2.5) * 0.3)
    rim = fabric.fuzz * (1 - 1 / length) ** 1.5
    warm = np.array(light.warmth, np.float32)
    amount = light.ambient * around * cavity
    lit = albedo * amount[..., None] + albedo * ((1 - light.ambient) * diffuse * cavity)[..., None] * warm
    gloss = 0.006 * diffuse**2 + np.clip(highlight, 0, None) * 0.45 + rim * (0.12 + albedo.mean(-1))
    mixed = 0.35 * albedo + 0.65 * albedo.mean(-1, keepdims=True) + 0.25
    shown = lit + gloss[..., None] * mixed * warm
    return np.asarray(np.clip(shown * light.power, 0.002, 1.2), np.float32)


def _cast(canvas: Canvas, place: tuple[slice, slice], mask: Field, panel: ClothPanel) -> None:
    """Darken what lies under and beside a panel."""
    if panel.shadow <= 0:
        return
    sigma = panel.shadow_reach * canvas.scale
    offset = (0.35 * panel.shadow_reach * canvas.scale * 1.4, 0.25 * panel.shadow_reach * canvas.scale)
    near = blurred(mask, sigma * 0.35)
    far = ndimage.shift(blurred(mask, sigma), offset, order=1, mode="constant")
    dark = 1 - panel.shadow * np.clip(0.55 * far + 0.55 * near, 0, 1)
    canvas.rgb[place] *= dark[..., None]


def bounds(panels: Sequence[ClothPanel]) -> tuple[float, float, float, float]:
    """The box (left, top, right, bottom) in cm around all panels."""
    low = np.min([panel.outline.min(0) for panel in panels], axis=0)
    high = np.max([panel.outline.max(0) for panel in panels], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


__all__ = ["Canvas", "Light", "ClothPanel", "Thread", "bounds", "linear", "polygon_mask"]
