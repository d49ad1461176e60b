"""Pictures drawn on the spot and a stand-in for the models, for the tests of galleries."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.contracts import GalleryEncoders
from core.index.bundle import Gallery, open_bundle
from core.index.known import KNOWN_NAME
from core.types import EncodedPictures, Picture

WIDTHS = {"joint": 12, "garment": 7, "words": 5}


class FakeEncoders:
    """Vectors and captions worked out from the pixels: equal pictures give equal answers."""

    def __init__(self, models: dict[str, str] | None = None, pause: float = 0.0) -> None:
        self.models = models or {"joint": "fake-joint", "garment": "fake-garment", "words": "fake-words"}
        self.pause = pause
        self.calls = 0
        self.encoded: list[str] = []

    def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
        self.calls += 1
        self.encoded += [picture.digest for picture in pictures]
        time.sleep(self.pause)
        return EncodedPictures(
            captions=[f"a picture of {picture.digest[:6]}" for picture in pictures],
            vectors={
                name: np.stack([_direction(picture, width) for picture in pictures])
                for name, width in WIDTHS.items()
            },
        )


def _direction(picture: Picture, width: int) -> np.ndarray:
    seed = int(hashlib.sha256(picture.pixels.tobytes()).hexdigest()[:12], 16)
    row = np.random.default_rng(seed).normal(size=width)
    return (row / np.linalg.norm(row)).astype(np.float32)


def draw(path: Path, seed: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
    """Draws a small picture of coloured rectangles; its format is that of the file's ending."""
    rng = np.random.default_rng(seed)
    pixels = np.full((size[1], size[0], 3), 255, dtype=np.uint8)
    for _ in range(4):
        x, y = rng.integers(0, size[0] - 4), rng.integers(0, size[1] - 4)
        pixels[y : y + size[1] // 2, x : x + size[0] // 2] = rng.integers(0, 256, 3)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def draw_folder(folder: Path, count: int) -> Path:
    """Draws `count` different pictures into a folder, some of them in a folder of their own."""
    for number in range(count):
        draw(folder / ("more" if number % 5 == 4 else "") / f"picture_{number:03d}.png", seed=number)
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    """Returns every file under a folder, hidden ones too, by name, without the note for the next build."""
    # The note on the files holds their times, and vouches for nothing that a reader opens.
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != KNOWN_NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def change(path: Path, how: Callable[[bytes], bytes]) -> None:
    """Rewrites a file's bytes."""
    path.write_bytes(how(path.read_bytes()))


def opened(path: Path, encoders: GalleryEncoders | None = None) -> Gallery:
    """Opens a bundle that must be whole."""
    return open_bundle(path, models=encoders.models if encoders else None)
