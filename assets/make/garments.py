"""The shop: every garment of the wardrobe in catalogue light on a pale ground, alone or on a figure."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from assets.make.design import ShopItem
from assets.make.figure import anyone
from assets.make.files import ASSETS, clear, developed, halved, save_table, save_webp
from assets.make.noise import Field, blurred, generator
from assets.make.panel import Canvas, ClothPanel, Light, bounds
from assets.make.wardrobe import garments
from assets.make.worn import dressed

SIZE = (480, 600)
SHOP = ASSETS / "galleries" / "shop"


ON_A_FIGURE = frozenset(
    ("cardigan", "coat", "dress", "gown", "hoodie", "jeans", "polo shirt", "shirt", "tank top", "trousers")
)
"""Types that catalogues show worn, for they have their shape from who wears them; others lie flat."""


def catalogue_picture(garment: ShopItem) -> Field:
    """One garment before a pale ground with a soft shadow, (600, 480, 3) linear."""
    if garment.design.type in ON_A_FIGURE:
        panels, box = _worn(garment)
    else:
        panels = garment.panels()
        left, top, right, bottom = bounds(panels)
        wide, high = right - left, bottom - top
        box = (left - 0.06 * wide, top - 0.06 * high, right + 0.06 * wide, bottom + 0.065 * high)
    canvas = Canvas.empty((SIZE[0] * 2, SIZE[1] * 2), box, Light(), garment.identifier).lay(panels)
    ground = _ground(canvas.alpha)
    shown = canvas.rgb + ground * (1 - canvas.alpha[..., None])
    return halved(shown)


def _worn(garment: ShopItem) -> tuple[list[ClothPanel], tuple[float, float, float, float]]:
    """The garment on a figure chosen by its name, and the part that the picture shows: all of it, and some more."""
    random = generator("shop wearer", garment.identifier)
    scene = dressed(garment, anyone(random), f"shop {garment.identifier}")
    left, top, right, bottom = bounds(scene.garment)
    _, head, _, feet = bounds(scene.panels)
    wide, high = right - left, bottom - top
    above = max(head, top - 0.25 * high) if top < 10 else top - 0.14 * high
    below = min(feet, bottom + 0.16 * high)
    box = (left - 0.1 * wide, above - 0.02 * high, right + 0.1 * wide, below + 0.03 * high)
    return list(scene.panels), box


def _ground(alpha: Field) -> Field:
    """White paper that darkens a little towards the corners, with the garment's shadow."""
    height, width = alpha.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    paper = 0.955 - 0.05 * np.clip((x**2 + (y - 0.1) ** 2) / 2, 0, 1)
    far, near = blurred(_moved(alpha, 26, 12), 30), blurred(_moved(alpha, 8, 4), 8)
    dark = (1 - 0.20 * far) * (1 - 0.16 * near)
    tint = np.array([1.0, 0.998, 0.992])
    return np.asarray((paper * dark)[..., None] * tint, np.float32)


def _moved(alpha: Field, down: int, right: int) -> Field:
    """The mask some pixels further down and to the right."""
    return np.pad(alpha, ((down, 0), (right, 0)))[: alpha.shape[0], : alpha.shape[1]]


def make_one(garment: ShopItem, folder: Path = SHOP) -> str:
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
