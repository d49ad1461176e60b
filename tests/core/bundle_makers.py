"""Makers of small bundles for the tests of galleries on disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from core.index.bundle import Item
from core.index.manifest import CONSTANTS
from core.index.writer import BundleWriter

MODELS = {"joint": "joint-1", "garment": "garment-1"}
NUMBERS = dict.fromkeys(CONSTANTS, 0.5)


def unit(count: int, width: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def publish(out: Path, count: int = 5, seed: int = 0, **changes: Any) -> None:
    """Publishes a small bundle; keyword arguments replace parts of it."""
    writer = BundleWriter(out)
    thumbnails = [writer.add_thumbnail(f"thumbnail {seed} {row}".encode()) for row in range(count)]
    items = [
        Item(
            id=f"item-{row}",
            file=f"some/picture_{row}.jpg",
            thumbnail=thumbnails[row],
            title=f"Título {row}\u2028<b>",
            caption="a red shirt",
            width=300,
            height=200 + row,
            digest=hashlib.sha256(bytes([row, seed])).hexdigest(),
            group="",
        )
        for row in range(count)
    ]
    vectors = {
        "joint": unit(count, 6, seed),
        "garment": unit(count, 4, seed),
        "words": unit(count, 6, seed + 1),
    }
    parts: dict[str, Any] = {"items": items, "vectors": vectors, "constants": NUMBERS, "models": MODELS}
    writer.publish(**(parts | changes))


def file_of(bundle: Path, start: str) -> Path:
    return next(path for path in bundle.rglob("*") if path.name.startswith(start))
