"""What a gallery costs beside the passes of the bare image tower that it needs."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.pictures import photo
from benchmarks.timing import Row
from core.encoders.compiled.runtime import CompiledRuntime
from core.encoders.runtimes import ImageTower
from core.encoders.towers import IMAGE_SIZE
from core.index.build import build_gallery
from core.profiles import models_of
from core.settings import Settings

PICTURES = 64
VIEWS = 3
"""Of a picture that is not square: the whole of it as all tasks see it, and two for the garment head."""
LIMIT_RATIO = 1.25
PASSES = 8


def rows(count: int = PICTURES) -> list[Row]:
    """Measures a gallery of pictures as cameras take them, a picture.

    Args:
        count: how many.
    """
    tower = CompiledRuntime().image(IMAGE_SIZE)
    squares = np.random.default_rng(0).uniform(-1, 1, (VIEWS, 3, IMAGE_SIZE, IMAGE_SIZE)).astype(np.float32)
    encoders = models_of(Settings()).gallery_encoders()
    with tempfile.TemporaryDirectory(prefix="blendscope-index-") as folder:
        pictures = Path(folder, "pictures")
        pictures.mkdir()
        for number in range(count):
            Path(pictures, f"{number}.jpg").write_bytes(photo(number))
        before = _passes(tower, squares)
        began = time.perf_counter()
        build_gallery(pictures, Path(folder, "gallery"), encoders=encoders)
        ours = 1000 * (time.perf_counter() - began) / count
    bare = median([*before, *_passes(tower, squares)])
    return [Row("gallery, a picture", ours, bare, None, LIMIT_RATIO, f"{VIEWS} x ONNX Runtime")]


def _passes(tower: ImageTower, squares: np.ndarray) -> list[float]:
    """Returns the milliseconds of some bare passes of what a picture needs."""
    times = []
    for _ in range(PASSES):
        began = time.perf_counter()
        tower.maps(squares)
        times.append(1000 * (time.perf_counter() - began))
    return times
