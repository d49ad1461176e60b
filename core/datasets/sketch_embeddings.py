"""Report 1's published embeddings of sketches: DINOv2 of the picture, BERT of a BLIP-2 caption, 768 wide each.

The folder holds parquet files whose names begin with their split, as the Hub keeps them (data/train-00000-of-
00001.parquet) or as the author's script writes them (train_images.parquet). Both vectors are means over all
tokens, [CLS] and, in the text, padding included, and are not normalised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.datasets.sources import Source
from core.errors import DataError
from core.leftovers import listed

SOURCE = Source(
    "ImageNet-Sketch-Embed",
    "huggingface.co/datasets/cuevascarlos/ImageNet-Sketch-Embed",
    "without a form; its author promised it only until the course was graded",
)
SPLITS = ("train", "validation", "test")
_FILES = {"train": ("train",), "validation": ("validation", "val"), "test": ("test",)}
WIDTH = 768
WORDS, VECTORS = ("label", "caption", "image_path"), ("visual_embedding", "textual_embedding")


@dataclass(frozen=True, slots=True, eq=False)
class SketchEmbeddings:
    """One split, row by row.

    Attributes:
        split: train, validation or test.
        labels: the class of each sketch as its folder was called; "" throughout test, whose column holds one
            placeholder.
        captions: what BLIP-2 wrote.
        files: the author's path of each sketch, each once; no file of ours.
        visual: (n, 768) mean of DINOv2-base's tokens.
        textual: (n, 768) mean of BERT's tokens over the caption.
    """

    split: str
    labels: tuple[str, ...]
    captions: tuple[str, ...]
    files: tuple[str, ...]
    visual: Float32[np.ndarray, "n 768"]
    textual: Float32[np.ndarray, "n 768"]


def read_sketch_embeddings(folder: Path, split: str = "train") -> SketchEmbeddings:
    """Returns the rows of one split, in the order of its files.

    Args:
        folder: holds the parquet files, or a folder data/ with them.
        split: train, validation or test.

    Raises:
        DataError: no such split or file, pyarrow is not installed, a damaged file, a column that is missing or
            has another type, an empty cell, a vector that is not 768 finite numbers, a path that stands twice,
            or no row.
    """
    if split not in SPLITS:
        raise DataError(f"The embeddings have no split {split!r}; choose one of {', '.join(SPLITS)}.")
    files = _files(folder, split)
    if not files:
        raise SOURCE.missing(folder, f"data/{split}-00000-of-00001.parquet")
    tables = [_read(path) for path in files]
    names = ", ".join(path.name for path in files)
    labels, captions, paths = (
        tuple(text for path, table in tables for text in _texts(path, table, column)) for column in WORDS
    )
    visual, textual = (
        np.concatenate([_vectors(path, table, column) for path, table in tables]) for column in VECTORS
    )
    if not paths:
        raise DataError(f"There is no row in {names}.")
    if len(set(paths)) < len(paths):
        raise DataError(f"The path {_first_repeated(paths)!r} stands twice in {names}.")
    if split == "test":
        labels = ("",) * len(labels)
    return SketchEmbeddings(split, labels, captions, paths, visual, textual)


def _files(folder: Path, split: str) -> list[Path]:
    for home in (folder / "data", folder):
        for stem in _FILES[split]:
            files = listed(home, f"{stem}[-_.]*parquet")
            if files:
                return files
    return []


def _read(path: Path) -> tuple[Path, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise DataError(
            f"Reading {path.name} needs the package pyarrow, which is not installed; install it with "
            "`pip install pyarrow`."
        ) from None
    try:
        # The file alone: a folder called "label=x" above it must not become a column.
        with parquet.ParquetFile(path) as file:
            missing = [name for name in (*WORDS, *VECTORS) if name not in file.schema_arrow.names]
            if missing:
                raise DataError(
                    f"The file {path.name} has no column {missing[0]!r}; its columns are "
                    f"{', '.join(file.schema_arrow.names[:20])}."
                )
            return path, file.read(columns=[*WORDS, *VECTORS])
    except (pyarrow.ArrowException, OSError):
        raise DataError(f"The file {path.name} is no whole parquet file; fetch it again.") from None


def _texts(path: Path, table: Any, column: str) -> list[str]:
    values = table.column(column).to_pylist()
    if not all(isinstance(value, str) for value in values):
        raise DataError(f"The column {column!r} of {path.name} must hold text in every row.")
    return list(values)


def _vectors(path: Path, table: Any, column: str) -> Float32[np.ndarray, "n 768"]:
    from pyarrow import types

    wrong = DataError(f"The column {column!r} of {path.name} must hold {WIDTH} finite numbers in every row.")
    kind = table.schema.field(column).type
    lists = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    if not lists or not (types.is_floating(kind.value_type) or types.is_integer(kind.value_type)):
        raise wrong
    blocks = [np.zeros((0, WIDTH), dtype=np.float32)]
    for chunk in table.column(column).chunks:
        lengths = chunk.value_lengths().to_numpy(zero_copy_only=False)
        flat = chunk.flatten()
        if chunk.null_count or (lengths != WIDTH).any():
            raise wrong
        # An empty number inside a vector arrives as NaN and is refused below.
        blocks.append(flat.to_numpy(zero_copy_only=False).astype(np.float32).reshape(-1, WIDTH))
    rows = np.concatenate(blocks)
    if not np.isfinite(rows).all():
        raise wrong
    return rows


def _first_repeated(values: Sequence[str]) -> str:
    seen: set[str] = set()
    return next(value for value in values if value in seen or seen.add(value))  # type: ignore[func-returns-value]
