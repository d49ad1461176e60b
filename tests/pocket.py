"""The pocket models as shipped, made once for all tests, and pictures painted for them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.profiles import profile
from core.profiles.pocket import PocketModels
from core.types import Picture


@functools.cache
def pocket() -> PocketModels:
    """Returns the models of the pocket profile; each is loaded when a test first asks for it."""
    return PocketModels(profile("pocket"))


def painted(seed: int, size: tuple[int, int] = (96, 128)) -> Picture:
    """Returns a picture of smooth blobs in several colours, another one for each seed.

    Args:
        seed: which picture.
        size: (height, width) in pixels.
    """
    generator = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[0], : size[1]] / max(size)
    pixels = np.zeros((*size, 3))
    for _ in range(6):
        y, x, width = generator.uniform(0, 1, 2).tolist() + [generator.uniform(0.05, 0.3)]
        blob = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * width**2))
        pixels += blob[..., None] * generator.uniform(-255, 255, 3)
    return picture_of(np.clip(pixels + 128, 0, 255).astype(np.uint8))


def picture_of(pixels: np.ndarray) -> Picture:
    """Returns pixels (height, width, 3) as a picture that came through the door."""
    return Picture(pixels, (pixels.shape[1], pixels.shape[0]), hashlib.sha256(pixels.tobytes()).hexdigest())


def drawn(seed: int = 0, size: int = 128) -> Picture:
    """Returns black strokes on white: a wandering line, another one for each seed."""
    generator = np.random.default_rng(seed)
    pixels = np.full((size, size, 3), 255, dtype=np.uint8)
    turns = np.cumsum(generator.normal(0, 0.3, 400))
    steps = np.cumsum(np.stack([np.sin(turns), np.cos(turns)]), axis=1) * 2 + size / 2
    for y, x in np.clip(steps, 1, size - 2).astype(int).T:
        pixels[y - 1 : y + 1, x - 1 : x + 1] = 0
    return picture_of(pixels)


class Counted:
    """Passes everything on to a model, and notes each call that runs it; reading a text's length runs nothing.

    Args:
        model: what answers.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._model, name)
        if not callable(value) or name in ("shortened_after", "unread"):
            return value

        @functools.wraps(value)
        def counted(*given: Any, **named: Any) -> Any:
            self.calls.append(name)
            return value(*given, **named)

        return counted

    def taken(self) -> Sequence[str]:
        """Returns the calls since the last time that somebody asked."""
        calls, self.calls = self.calls, []
        return calls
