"""Writing pictures and tables: WebP from linear light, CSV with a fixed column order."""

import csv
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from assets.make.noise import Field, blurred

ASSETS = Path(__file__).resolve().parent.parent


def halved(plane: Field) -> Field:
    """A plane or picture at half its size, each pixel the mean of four."""
    height, width = plane.shape[0] // 2, plane.shape[1] // 2
    return np.asarray(plane.reshape(height, 2, width, 2, *plane.shape[2:]).mean((1, 3)), np.float32)


def reduced(picture: Field, size: tuple[int, int]) -> Field:
    """A picture (h, w, 3) at a smaller size (width, height), each pixel the mean of what it covers."""
    planes = [Image.fromarray(np.ascontiguousarray(picture[..., i], np.float32)) for i in range(3)]
    small = [np.asarray(plane.resize(size, Image.Resampling.BOX), np.float32) for plane in planes]
    return np.stack(small, axis=-1)


def developed(linear: Field, grain: float, random: np.random.Generator, exposure: float = 1.0) -> Image.Image:
    """A linear picture as an 8-bit one, with the grain of a camera.

    Args:
        linear: (h, w, 3) linear light, 1 is white.
        grain: deviation of the noise in 8-bit steps.
        random: where the noise comes from.
        exposure: factor on the light.

    Returns:
        An sRGB-like picture (gamma 2.2).
    """
    shown = np.clip(linear * exposure, 0, 1) ** (1 / 2.2) * 255
    noise = random.standard_normal(shown.shape[:2]).astype(np.float32)
    soft = blurred(random.standard_normal(shown.shape[:2]).astype(np.float32), 1.0) * 2
    shown = shown + (grain * (0.7 * noise + 0.6 * soft))[..., None]
    return Image.fromarray(np.clip(np.round(shown), 0, 255).astype(np.uint8))


def save_webp(picture: Image.Image, path: Path, quality: int = 84) -> None:
    """Write a WebP without metadata, making its folder where needed; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}-{secrets.token_hex(8)}.part")
    picture.save(part, "WEBP", quality=quality, method=6)
    part.replace(path)


def save_table(rows: Sequence[Mapping[str, object]], path: Path) -> None:
    """Write rows as CSV; the first row's keys are the columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def clear(folder: Path, keep: Sequence[str]) -> None:
    """Remove pictures of an earlier run that are no longer made."""
    for path in sorted(folder.glob("*.webp")):
        if path.name not in set(keep):
            path.unlink()
