"""Makers of small bundles for the tests of galleries on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.index.bundle import Item
from core.index.manifest import CONSTANTS
from core.index.sampled_map import maps_of_anchors
from core.index.segment import Segment
from core.index.segmented_manifest import SegmentedManifest
from core.index.segmented_pieces import anchors_to_arrays, copies_of
from core.index.segmented_rows import Segments
from core.index.segmented_writer import SegmentedWriter
from core.index.writer import BundleWriter

MODELS = {"joint": "joint-1", "garment": "garment-1"}
NUMBERS = dict.fromkeys(CONSTANTS, 0.5)


def unit(count: int, width: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def items_with(thumbnails: Sequence[str], seed: int = 0) -> list[Item]:
    """Makes an item for each thumbnail."""
    return [
        Item(
            id=f"item-{row}",
            file=f"some/picture_{row}.jpg",
            thumbnail=thumbnail,
            title=f"Título {row}\u2028<b>",
            caption="a red shirt",
            width=300,
            height=200 + row,
            digest=hashlib.sha256(bytes([row, seed])).hexdigest(),
            group="",
        )
        for row, thumbnail in enumerate(thumbnails)
    ]


def vectors_of(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Makes the vectors of a small bundle."""
    return {"joint": unit(count, 6, seed), "garment": unit(count, 4, seed), "words": unit(count, 6, seed + 1)}


def publish(out: Path, count: int = 5, seed: int = 0, **changes: Any) -> None:
    """Publishes a small bundle; keyword arguments replace parts of it."""
    writer = BundleWriter(out)
    thumbnails = [writer.add_thumbnail(f"thumbnail {seed} {row}".encode()) for row in range(count)]
    parts: dict[str, Any] = {
        "items": items_with(thumbnails, seed),
        "vectors": vectors_of(count, seed),
        "constants": NUMBERS,
        "models": MODELS,
    }
    writer.publish(**(parts | changes))


def publish_in_segments(
    out: Path, count: int = 5, seed: int = 0, size: int = 2, items: Sequence[Item] = (), **changes: Any
) -> None:
    """Publishes the same bundle in segments of so many pictures; keyword arguments replace parts of its manifest."""
    writer = SegmentedWriter(out)
    thumbnails = [writer.add_thumbnail(f"thumbnail {seed} {row}".encode()) for row in range(count)]
    listed, vectors = list(items) or items_with(thumbnails, seed), vectors_of(count, seed)
    maps, anchors = maps_of_anchors(vectors)
    entries = []
    for start in range(0, count, size):
        rows = {name: array[start : start + size] for name, array in vectors.items()}
        places = {name: each.place(rows[name]) for name, each in anchors.items()}
        entries.append(writer.add_segment(listed[start : start + size], rows, places))
    widths = {name: array.shape[1] for name, array in sorted(vectors.items())}
    copies = copies_of(Segments([Segment(out, entry, widths, out.name) for entry in entries]))
    manifest = SegmentedManifest(
        count=count,
        models=MODELS,
        constants=NUMBERS,
        widths=widths,
        segments=tuple(entries),
        rejected=0,
        sums=writer.add_piece("sums", {}),
        copies=writer.add_piece("copies", {"copies": copies}) if len(copies) else "",
        maps={name: each.about() for name, each in maps.items()},
        anchors=writer.add_piece("anchors", anchors_to_arrays(anchors)),
    )
    writer.publish(replace(manifest, **changes))


def file_of(bundle: Path, start: str) -> Path:
    return next(path for path in bundle.rglob("*") if path.name.startswith(start))
