"""The vectors of a gallery as one safetensors file, its largest part: written and read a piece at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float32
from safetensors import SafetensorError, safe_open

from core.index.base import checked_rows

BLOCK = 4096
"""Rows that are read at a time."""
LONGEST_HEADER = 2**20
ALIGNED = 8
KINDS = {"float32": "F32", "float64": "F64", "uint8": "U8", "int64": "I64", "uint64": "U64"}
"""What the format calls the numbers that a gallery holds."""


def pieces_of(arrays: Mapping[str, np.ndarray]) -> list[bytes | memoryview]:
    """Returns a safetensors file as its header and the memory of each array, to the byte what the library writes.

    Args:
        arrays: name -> contiguous, of a kind in `KINDS`; must not change while the pieces are in use.
    """
    header, start = {}, 0
    ordered = sorted(arrays.items(), key=lambda pair: (-pair[1].itemsize, pair[0]))
    for name, array in ordered:
        offsets = [start, start + array.nbytes]
        header[name] = {"dtype": KINDS[array.dtype.name], "shape": list(array.shape), "data_offsets": offsets}
        start += array.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % ALIGNED)
    return [len(text).to_bytes(8, "little"), text, *(array.data.cast("B") for _, array in ordered)]


def shapes_of(path: Path) -> dict[str, list[int]]:
    """Returns name -> shape of the arrays in a file, after checking that all of them are unit rows of float32.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no safetensors file, or its numbers are not float32.
        ArtifactError: a row is not of length 1.
    """
    with path.open("rb") as stream:
        if int.from_bytes(stream.read(8), "little") > LONGEST_HEADER:
            raise ValueError("its header is too long")
    try:
        with safe_open(path, framework="numpy") as file:
            shapes = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            if any(file.get_slice(name).get_dtype() != "F32" for name in shapes):
                raise ValueError("its numbers are not float32")
    except SafetensorError as error:
        raise ValueError(str(error)) from None
    for name in shapes:
        for _, rows in blocks_of(path, name):
            checked_rows(rows, name)
    return shapes


def blocks_of(path: Path, name: str) -> Iterator[tuple[int, Float32[np.ndarray, "n d"]]]:
    """Yields the rows of an array, a few at a time, each time with the number of the first of them."""
    with safe_open(path, framework="numpy") as file:
        rows = file.get_slice(name)
        count = rows.get_shape()[0]
        for start in range(0, count, BLOCK):
            yield start, rows[start : min(start + BLOCK, count)]
