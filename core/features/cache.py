"""Results kept on disk, a batch or a fold at a time: each file is there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from core.store import write_atomically

logger = logging.getLogger(__name__)
Arrays = Mapping[str, np.ndarray]


def cached_arrays(file: Path, make: Callable[[], Arrays]) -> Arrays:
    """Returns named arrays from an .npz file; where it is missing or damaged they are made, and kept there.

    Args:
        file: where they are kept; its name tells all that they depend on.
        make: makes them.
    """
    arrays: Arrays = _read(file) if file.exists() else {}
    if not arrays:
        arrays = make()
        _write(file, arrays)
    return arrays


def cached_rows(
    folder: Path, keys: Sequence[str], make: Callable[[Sequence[int]], np.ndarray], *, batch: int, name: str
) -> list[Any]:
    """Returns one result for each key: those that the folder holds, and new ones, which it then holds.

    A run that is killed, whenever that is, loses the batch it was at; what it wrote is never half a file.

    Args:
        folder: where batches are kept, one file each; made if need be.
        keys: what each result is known by; equal keys share one result.
        make: gets at most `batch` places in `keys` and returns their results, an array of numbers or of strings.
        batch: how many results are made, and kept, at a time.
        name: shown with the progress.
    """
    cached: dict[str, Any] = {}
    for file in sorted(folder.glob("*.npz")):
        if arrays := _read(file):
            cached.update(zip(arrays["keys"].tolist(), arrays["values"], strict=True))
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    missing = [key for key in dict.fromkeys(keys) if key not in cached]
    with tqdm(total=len(first), initial=len(first) - len(missing), desc=name, mininterval=1.0) as bar:
        for start in range(0, len(missing), batch):
            some = missing[start : start + batch]
            values = make([first[key] for key in some])
            if len(values) != len(some):
                raise ValueError(f"{name}: {len(values)} results for {len(some)} keys")
            digest = hashlib.sha256("\n".join(some).encode()).hexdigest()[:32]
            _write(folder / f"{digest}.npz", {"keys": np.array(some, dtype=np.str_), "values": values})
            cached.update(zip(some, values, strict=True))
            bar.update(len(some))
    return [cached[key] for key in keys]


def _read(file: Path) -> dict[str, np.ndarray]:
    """Returns the arrays of a file; none when it is damaged."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        # Somebody else's doing, for files are written whole; what was in it is made again.
        logger.warning("%s is damaged and left out: %s", file.name, error)
        return {}


def _write(file: Path, arrays: Arrays) -> None:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    write_atomically(file, stream.getvalue())
