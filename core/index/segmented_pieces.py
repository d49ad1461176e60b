"""The small files of a gallery in segments: sums, anchors and copies, as arrays and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Int64

from core.index.constants import CosineSums
from core.index.sampled_map import Anchors
from core.index.segment_file import ROW_BITS
from core.index.segmented_rows import LazyItems, Segments

Arrays = dict[str, np.ndarray]


def sums_to_arrays(sums: Mapping[str, CosineSums]) -> Arrays:
    """Returns the sums over each set of vectors, by its name, as arrays of one file."""
    arrays: Arrays = {}
    for name, each in sums.items():
        arrays[f"{name}.count"] = np.array([each.count], np.int64)
        arrays |= {
            f"{name}.total": each.total,
            f"{name}.products": each.products,
            f"{name}.lengths": each.lengths,
        }
    return arrays


def sums_from_arrays(arrays: Mapping[str, np.ndarray]) -> dict[str, CosineSums]:
    """Returns what `sums_to_arrays` was given.

    Raises:
        KeyError: an array is missing.
    """
    names = {name.rpartition(".")[0] for name in arrays}
    return {
        name: CosineSums(
            int(arrays[f"{name}.count"][0]),
            *(arrays[f"{name}.{part}"].copy() for part in ("total", "products", "lengths")),
        )
        for name in sorted(names)
    }


def anchors_to_arrays(anchors: Mapping[str, Anchors]) -> Arrays:
    """Returns the anchors of each map, by its name, as arrays of one file."""
    rows = {f"{name}.rows": each.rows for name, each in anchors.items()}
    return rows | {f"{name}.places": each.places for name, each in anchors.items()}


def anchors_from_arrays(arrays: Mapping[str, np.ndarray]) -> dict[str, Anchors]:
    """Returns what `anchors_to_arrays` was given.

    Raises:
        KeyError: an array is missing.
    """
    names = sorted({name.rpartition(".")[0] for name in arrays})
    return {name: Anchors(arrays[f"{name}.rows"], arrays[f"{name}.places"]) for name in names}


def copies_of(segments: Segments) -> Int64[np.ndarray, "k 2"]:
    """Returns a row and a later row with the same bytes, for all copies, in order.

    Equal beginnings of digests find them, and the digests themselves decide.
    """
    mask = np.uint64(2**ROW_BITS - 1)
    parts = [each.keys("digests") for each in segments]
    rows = [
        first + (keys & mask).astype(np.int64)
        for first, keys in zip(segments.starts.tolist(), parts, strict=False)
    ]
    keys, row = np.concatenate(parts) >> np.uint64(ROW_BITS), np.concatenate(rows)
    order = np.lexsort((row, keys))
    keys, row = keys[order], row[order]
    same = np.flatnonzero(keys[1:] == keys[:-1])
    items, first_rows = LazyItems(segments), dict[str, int]()
    pairs = []
    for place in np.union1d(same, same + 1).tolist():
        here = int(row[place])
        first = first_rows.setdefault(items[here].digest, here)
        if first != here:
            pairs.append((first, here))
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)
