"""Street pictures: shop garments worn or hung somewhere, with the box and the four DeepFashion2 levels."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from assets.make.curves import Points
from assets.make.design import ShopItem
from assets.make.figure import anyone
from assets.make.files import ASSETS, clear, developed, halved, save_table, save_webp
from assets.make.noise import Field, blurred, generator
from assets.make.obstacles import OBSTACLES
from assets.make.panel import Canvas, Light, bounds, polygon_mask
from assets.make.places import PLACES
from assets.make.shot import Shot
from assets.make.shots import all_shots
from assets.make.wardrobe import garments
from assets.make.worn import Dressed, dressed, hung

SIZE = (432, 576)
STREET = ASSETS / "examples" / "street"
PAIRS = ASSETS / "labels.csv"


def _frame(shot: Shot, scene: Dressed, random: np.random.Generator) -> tuple[float, float, float, float]:
    """The part of the world, in cm, that the picture shows."""
    own = bounds(scene.garment)
    wide, high = own[2] - own[0], own[3] - own[1]
    x, y = (own[0] + own[2]) / 2 + float(random.uniform(-4, 4)), (own[1] + own[3]) / 2
    worn_grow, hung_grow = {1: 1.0, 2: 1.16, 3: 0.66}, {1: 1.75, 2: 1.3, 3: 0.72}
    grow = (hung_grow if shot.hung else worn_grow)[shot.zoom]
    if shot.zoom == 1 and not shot.hung:
        y, high = 62.0, 216.0
    size = max(high, wide * SIZE[1] / SIZE[0] * 0.92) * grow
    if shot.zoom == 2 and not shot.hung:
        top = -13.5 if own[1] < 10 else own[1] - 0.10 * high
        y = top + size / 2
    half = size / 2
    aspect = SIZE[0] / SIZE[1]
    return x - half * aspect, y - half, x + half * aspect, y + half


def _garment_mask(canvas: Canvas, outlines: list[Points]) -> Field:
    """Where the garment's own panels lie on the canvas."""
    height, width = canvas.alpha.shape
    mask = np.zeros((height, width), np.float32)
    for shape in outlines:
        mask = np.maximum(mask, polygon_mask(shape, (canvas.left, canvas.top), (width, height), canvas.scale))
    return mask


def _warped(planes: Field, shot: Shot, random: np.random.Generator) -> Field:
    """Turn, squeeze and bend planes (h, w, n) as a camera and a moving body would."""
    height, width = planes.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (x - width / 2) / width, (y - height / 2) / height
    angle = np.deg2rad(shot.turn)
    across = (u * np.cos(angle) + v * np.sin(angle) * height / width) / (1 - 0.16 * abs(shot.side))
    along = v * np.cos(angle) - u * np.sin(angle) * width / height
    lean = 1 + 0.22 * shot.side * across
    across, along = across * lean, along * (1 + 0.10 * shot.side * across)
    phase = random.uniform(0, 6.28, 2)
    across = across + 0.008 * np.sin(along * 7 + phase[0]) + 0.05 * shot.side * along**2
    along = along + 0.004 * np.sin(across * 8 + phase[1])
    where = np.stack([along * height + height / 2, across * width + width / 2])
    moved = [
        ndimage.map_coordinates(planes[..., i], where, order=1, output=np.float32)
        for i in range(planes.shape[2])
    ]
    return np.stack(moved, axis=-1)


def _shadow(ground: Field, alpha: Field, shot: Shot) -> Field:
    """The figure's shadow on what is behind it: close on a wall, faint elsewhere."""
    reach, strength = (26, 0.42) if shot.place == "wall" or shot.hung else (60, 0.22)
    dark = blurred(np.roll(alpha, (reach // 2, reach), (0, 1)), reach * 0.7)
    return np.asarray(ground * (1 - strength * dark)[..., None], np.float32)


def street_picture(shot: Shot, garment: ShopItem) -> tuple[Image.Image, tuple[int, int, int, int], float]:
    """Render one shot.

    Returns:
        The picture, the garment's visible box in its pixels, and the share of the garment that is hidden.
    """
    name = f"{shot.item}-{shot.place}-{shot.zoom}-{shot.obstacle}"
    random = generator("shot", name)
    scene = hung(garment, name) if shot.hung else dressed(garment, anyone(random), name)
    warm = (1 + 0.10 * shot.warmth, 1.0, 1 - 0.14 * shot.warmth)
    key = (float(random.choice([-0.6, 0.6])), -0.5, 0.7)
    light = Light(key, 0.44 if shot.place in ("room", "shop") else 0.38, warm, 0.92)
    big = (SIZE[0] * shot.fine, SIZE[1] * shot.fine)
    canvas = Canvas.empty(big, _frame(shot, scene, random), light, name).lay(scene.panels)
    still = _garment_mask(canvas, [panel.outline for panel in scene.garment]) * canvas.alpha
    flat = np.concatenate([canvas.rgb, canvas.alpha[..., None], still[..., None]], axis=-1)
    planes = _warped(flat, shot, random)
    alpha, mask = planes[..., 3], planes[..., 4]
    ground: Field = _shadow(PLACES[shot.place](big, random), alpha, shot)
    tone = float(np.clip(ground.mean() * 1.5 + 0.45, 0.62, 1.08))
    picture = planes[..., :3] * tone * np.array(warm) + ground * (1 - alpha[..., None])
    hidden = np.zeros_like(mask)
    if shot.obstacle:
        scale = canvas.scale
        cover, colour = OBSTACLES[shot.obstacle](picture.shape[:2], mask, scale, random)
        picture = picture * (1 - cover[..., None]) + colour * cover[..., None]
        hidden = mask * cover
    visible = mask * (1 - (hidden > 0.5))
    box = _box(visible, shot.fine)
    share = float(hidden.sum() / max(mask.sum(), 1))
    drawn = np.asarray(picture, np.float32)
    shown = _camera(halved(drawn) if shot.fine == 2 else drawn, shot, random)
    return shown, box, share


def _box(mask: Field, fine: int) -> tuple[int, int, int, int]:
    """The smallest box around a mask `fine` times the picture's size, in pixels of the picture."""
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    x0, x1 = int(columns[0]) // fine, min(int(columns[-1]) // fine + 1, SIZE[0])
    y0, y1 = int(rows[0]) // fine, min(int(rows[-1]) // fine + 1, SIZE[1])
    return x0, y0, x1, y1


def _camera(picture: Field, shot: Shot, random: np.random.Generator) -> Image.Image:
    """A telephone's picture: soft, a little contrast, darker corners, grain."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    corner = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 0.5
    soft = np.stack([blurred(picture[..., channel], 0.45) for channel in range(3)], -1)
    soft = soft * (1 - corner)[..., None]
    curve = soft / (0.92 + 0.10 * soft)
    return developed(np.asarray(curve, np.float32), 2.2, random, shot.exposure)


def occlusion_level(hidden: float) -> int:
    """1 slight, 2 medium, 3 heavy, from the measured share of the garment that something covers."""
    return 1 if hidden < 0.04 else 2 if hidden < 0.18 else 3


def make_one(shot: Shot, number: int, garment: ShopItem, folder: Path = STREET) -> dict[str, object]:
    """Render and write one shot; returns its line of labels.csv."""
    picture, box, hidden = street_picture(shot, garment)
    name = f"{number:02d}-{garment.identifier}.webp"
    save_webp(picture, folder / name, 84)
    share = (box[2] - box[0]) * (box[3] - box[1]) / (SIZE[0] * SIZE[1])
    row: dict[str, object] = {"file": name, "label": garment.design.type, "kind": garment.kind}
    row |= {"item": f"{garment.identifier}.webp"}
    row |= dict(zip(("x0", "y0", "x1", "y1"), box, strict=True))
    row |= {"occlusion": occlusion_level(hidden), "viewpoint": shot.viewpoint}
    row |= {"scale": 1 if share < 0.16 else 2 if share < 0.45 else 3, "zoom": shot.zoom}
    row |= {"hidden": f"{hidden:.3f}", "place": shot.place}
    return row


def make_street(workers: int = 2, folder: Path = STREET) -> int:
    """Render all shots and their table; returns the number of pictures."""
    by_identifier = {garment.identifier: garment for garment in garments()}
    shots = all_shots(list(by_identifier.values()))
    chosen = [by_identifier[shot.item] for shot in shots]
    with ProcessPoolExecutor(workers) as pool:
        count = len(shots)
        rows = list(pool.map(make_one, shots, range(1, count + 1), chosen, [folder] * count))
    clear(folder, [str(row["file"]) for row in rows])
    save_table(rows, folder / "labels.csv")
    save_table([_pair(row) for row in rows], PAIRS)
    return len(rows)


def _pair(row: dict[str, object]) -> dict[str, object]:
    """A street picture and its shop picture, in the layout that `evaluate street-to-shop` reads."""
    item = str(row["item"])
    worn, product = f"examples/street/{row['file']}", f"galleries/shop/{item}"
    return {
        "item_id": item.removesuffix(".webp"),
        "worn_photo": worn,
        "product_photo": product,
        "split": "test",
        **{edge: row[edge] for edge in ("x0", "y0", "x1", "y1")},
    }
