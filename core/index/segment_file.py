"""The bytes of one segment: pictures and vectors in blocks, and the table by which each block is verified.

A safetensors file of these arrays:

    digests, ids, thumbnails    (n,) sorted keys: the first 48 bits of a SHA-256, then the row in 16
    vectors.NAME                (n, d) unit rows
    items                       JSON lines, one picture a line
    table                       a safetensors file of its own: where blocks start, and what each is known by

The manifest knows the SHA-256 of the table, the table that of every block.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np
from jaxtyping import Int64, UInt8, UInt64

from core.index.base import checked_rows
from core.index.blocks import DIGEST_BYTES, block_digest
from core.index.items import Item, items_from_bytes, items_to_bytes
from core.index.names import digest_in
from core.index.segmented_manifest import SegmentEntry
from core.index.vector_file import pieces_of

VECTOR_ROWS, ITEM_ROWS, KEY_ROWS = 4, 16, 512
"""Rows in a block: few where a window touches single rows, many where a search reads neighbours."""
KEYS = ("digests", "ids", "thumbnails")
VECTORS = "vectors."
ROW_BITS = 16
Pieces = Sequence[bytes | memoryview]


def key_of(digest: str) -> int:
    """Returns the key of a SHA-256 in hex, for row 0 of a segment."""
    return int(digest[:12], 16) << ROW_BITS


def id_digest(name: str) -> str:
    """Returns the SHA-256 by which an id is looked up."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def segment_of(
    items: Sequence[Item], vectors: Mapping[str, np.ndarray], title: str
) -> tuple[Pieces, SegmentEntry]:
    """Returns the file of a segment in pieces, and its entry, still without places.

    Args:
        items: of 1 to 65,536 pictures.
        vectors: name -> (n, d) unit rows in the order of the items.
        title: of the gallery, for sentences.

    Raises:
        ArtifactError: the items could not be read again, or a row is no unit vector.
    """
    listed = items_to_bytes(items)
    items_from_bytes(listed, count=len(items), bundle=title)
    rows = {name: checked_rows(array, name) for name, array in sorted(vectors.items())}
    arrays: dict[str, np.ndarray] = {
        "digests": _keys(item.digest for item in items),
        "ids": _keys(id_digest(item.id) for item in items),
        "thumbnails": _keys(digest_in(item.thumbnail) or "0" * 12 for item in items),
        **{f"{VECTORS}{name}": array for name, array in rows.items()},
        "items": np.frombuffer(listed, np.uint8),
    }
    blocks = _blocks(arrays, len(items))
    table = b"".join(pieces_of(blocks))
    pieces = pieces_of(arrays | {"table": np.frombuffer(table, np.uint8)})
    size = sum(len(piece) for piece in pieces)
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    entry = SegmentEntry(
        count=len(items),
        rows=f"segments/rows-{digest.hexdigest()}.safetensors",
        size=size,
        table=(size - len(table), len(table), hashlib.sha256(table).hexdigest()),
        vectors=_named_by({name: blocks[f"{VECTORS}{name}.digests"] for name in rows}),
    )
    return pieces, entry


def block_starts(count: int, rows: int, row_bytes: int) -> Int64[np.ndarray, " b_and_1"]:
    """Returns where blocks of so many rows start, and where the last one ends, in bytes."""
    return np.append(np.arange(0, count, rows, dtype=np.int64), count) * row_bytes


def _keys(digests: Iterable[str]) -> UInt64[np.ndarray, " n"]:
    return np.sort(np.array([key_of(digest) | row for row, digest in enumerate(digests)], dtype=np.uint64))


def _item_starts(listed: bytes) -> Int64[np.ndarray, " b_and_1"]:
    """Returns where each sixteenth line starts, and where the last one ends."""
    ends = np.flatnonzero(np.frombuffer(listed, np.uint8) == ord("\n")) + 1
    return np.concatenate([[0], ends[ITEM_ROWS - 1 : -1 : ITEM_ROWS], ends[-1:]]).astype(np.int64)


def _named_by(digests: Mapping[str, UInt8[np.ndarray, "b 16"]]) -> str:
    """Returns one SHA-256 for the blocks of all vector sets."""
    named = hashlib.sha256()
    for name, each in sorted(digests.items()):
        named.update(f"{name} {len(each)} ".encode() + each.tobytes())
    return named.hexdigest()


def _blocks(arrays: Mapping[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
    """Returns the table of a segment, as arrays of a safetensors file."""
    table: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if name == "items":
            starts = table["items.starts"] = _item_starts(array.tobytes())
        elif name in KEYS:
            starts = block_starts(count, KEY_ROWS, array.itemsize)
            table[f"{name}.first"] = np.ascontiguousarray(array[::KEY_ROWS])
        else:
            starts = block_starts(count, VECTOR_ROWS, array.shape[1] * array.itemsize)
        table[f"{name}.digests"] = _digests(array.data.cast("B"), starts)
    sizes = {name: array.nbytes for name, array in arrays.items()}
    ordered = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    at = dict(zip(ordered, accumulate([0, *(sizes[name] for name in ordered)][:-1]), strict=True))
    layout = {"count": count, "at": at, "end": sum(sizes.values())}
    table["layout"] = np.frombuffer(json.dumps(layout, sort_keys=True).encode(), np.uint8)
    return table


def _digests(data: memoryview, starts: Int64[np.ndarray, " b_and_1"]) -> UInt8[np.ndarray, "b 16"]:
    ends = starts.tolist()
    found = b"".join(block_digest(data[begin:end]) for begin, end in zip(ends, ends[1:], strict=False))
    return np.frombuffer(found, np.uint8).reshape(-1, DIGEST_BYTES)
