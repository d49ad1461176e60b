"""Making a gallery beside the bare compiled tower: per picture, as many passes as it needs and nothing else.

The pictures are made here, blobs and edges with a little grain, for how fast a file is read depends on what it shows.
What is made once, such as the tower that many pictures take, is made by a small gallery that is not timed. The passes
alone are those of one session, in batches and on all cores, as one would write them down at once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.timing import Row
from core.contracts import GalleryEncoders
from core.encoders.runtimes import chosen_runtime
from core.encoders.towers import BATCH, IMAGE_SIZE
from core.index.build import build_gallery
from core.profiles import profile
from core.profiles.pocket import PocketModels

PASSES = 40
"""Of the bare tower, before and after each gallery."""
WARM_UP = 4
"""Pictures of the gallery that is not timed."""
RATIO = 1 / 0.8
"""How many times the passes alone a gallery may take."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of gallery.

    Attributes:
        name: for the table.
        width: of its pictures in pixels.
        height: of its pictures in pixels.
        count: how many there are.
        passes: through the image tower that each needs: the whole for the joint space, the whole and its middle for
            the garments; of a square picture the two wholes are one.
    """

    name: str
    width: int
    height: int
    count: int
    passes: int


KINDS = (
    Kind("square product shots, 600 x 600", 600, 600, 96, 2),
    Kind("portraits, 192 x 256", 192, 256, 96, 3),
    Kind("large photos, 1200 x 1600", 1200, 1600, 64, 3),
    Kind("many small, 64 x 48", 64, 48, 192, 3),
)


def draw(path: Path, seed: int, width: int, height: int) -> None:
    """Writes a JPEG of colourful blobs and some edges, another one for each seed."""
    random = np.random.default_rng(seed)
    blobs = Image.fromarray(random.integers(0, 256, (7, 6, 3), dtype=np.uint8))
    edges = Image.fromarray(random.integers(0, 256, (9, 7), dtype=np.uint8))
    pixels = np.asarray(blobs.resize((width, height), Image.Resampling.BICUBIC)).astype(int)
    pixels += np.asarray(edges.resize((width, height), Image.Resampling.NEAREST))[..., None] // 6
    pixels += random.integers(-2, 3, pixels.shape)
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=90)


def rows(count: int | None = None) -> Iterator[Row]:
    """Yields a row for each kind of gallery, in milliseconds a picture.

    Args:
        count: how many pictures of each kind; as many as the kind has by default.
    """
    encoders = PocketModels(profile("pocket")).gallery_encoders()
    tower = chosen_runtime().image(IMAGE_SIZE)
    squares = np.random.default_rng(0).uniform(-1, 1, (BATCH, 3, IMAGE_SIZE, IMAGE_SIZE)).astype(np.float32)

    def bare() -> None:
        for _ in range(PASSES // BATCH):
            tower.maps(squares)

    bare()
    _warm_up(encoders)
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            pictures, out = Path(folder) / "pictures", Path(folder) / "gallery"
            pictures_here = count or kind.count
            _draw_all(pictures, kind, pictures_here)
            before = _seconds(bare)
            ours = _seconds(partial(build_gallery, pictures, out, encoders=encoders))
            a_pass = (before + _seconds(bare)) / 2 / PASSES
            yield Row(
                f"gallery, {kind.name}",
                1000 * ours / pictures_here,
                1000 * a_pass * kind.passes,
                limit_ratio=RATIO,
                beside=f"{kind.passes} x ONNX Runtime",
            )


def _warm_up(encoders: GalleryEncoders) -> None:
    """Makes a gallery of a few pictures."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        _draw_all(pictures, KINDS[1], WARM_UP)
        build_gallery(pictures, Path(folder) / "gallery", encoders=encoders)


def _draw_all(pictures: Path, kind: Kind, count: int) -> None:
    pictures.mkdir()
    for number in range(count):
        draw(pictures / f"{number}.jpg", number, kind.width, kind.height)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
