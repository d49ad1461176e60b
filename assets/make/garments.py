"""The shop: every garment of the wardrobe in catalogue light on a pale ground."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from assets.make.files import ASSETS, clear, developed, halved, save_table, save_webp
from assets.make.noise import Field, blurred, generator
from assets.make.panel import Canvas, Light, bounds
from assets.make.wardrobe import Garment, garments

SIZE = (480, 600)
SHOP = ASSETS / "galleries" / "shop"


def catalogue_picture(garment: Garment) -> Field:
    """One garment before a pale ground with a soft shadow, (600, 480, 3) linear."""
    panels = garment.panels()
    left, top, right, bottom = bounds(panels)
    wide, high = right - left, bottom - top
    box = (left - 0.06 * wide, top - 0.06 * high, right + 0.06 * wide, bottom + 0.065 * high)
    canvas = Canvas.empty((SIZE[0] * 2, SIZE[1] * 2), box, Light(), garment.identifier).lay(panels)
    ground = _ground(canvas.alpha)
    shown = canvas.rgb + ground * (1 - canvas.alpha[..., None])
    return halved(shown)


def _ground(alpha: Field) -> Field:
    """White paper that darkens a little towards the corners, with the garment's shadow."""
    height, width = alpha.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    paper = 0.955 - 0.05 * np.clip((x**2 + (y - 0.1) ** 2) / 2, 0, 1)
    far = blurred(np.roll(alpha, (26, 12), (0, 1)), 30)
    near = blurred(np.roll(alpha, (8, 4), (0, 1)), 8)
    dark = (1 - 0.20 * far) * (1 - 0.16 * near)
    tint = np.array([1.0, 0.998, 0.992])
    return np.asarray((paper * dark)[..., None] * tint, np.float32)


def make_one(garment: Garment, folder: Path = SHOP) -> str:
    """Render one garment and write it; returns the file's name."""
    name = garment.row()["file"]
    picture = developed(catalogue_picture(garment), 0.8, generator("grain", garment.identifier))
    save_webp(picture, folder / name, 82)
    return name


def make_shop(workers: int = 2, folder: Path = SHOP) -> int:
    """Render the whole shop and its table; returns the number of pictures."""
    everything = list(garments())
    with ProcessPoolExecutor(workers) as pool:
        names = list(pool.map(make_one, everything, [folder] * len(everything)))
    if len(set(names)) != len(names):
        raise ValueError("two garments have the same name")
    clear(folder, names)
    save_table([garment.row() for garment in everything], folder / "labels.csv")
    return len(names)
