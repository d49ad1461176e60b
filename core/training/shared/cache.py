"""Results kept on disk a batch at a time: each batch is one file that is there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from core.store import write_atomically

logger = logging.getLogger(__name__)
Make = Callable[[Sequence[int]], np.ndarray]


def kept(folder: Path, keys: Sequence[str], make: Make, *, batch: int, name: str) -> list[Any]:
    """Returns one result for each key: those that the folder knows, and new ones, which it then knows.

    A run that is killed, whenever that is, loses the batch it was at; what it wrote is never half a file.

    Args:
        folder: where batches are kept, one file each; made if need be.
        keys: what each result is known by; equal keys share one result.
        make: gets places in `keys`, at most `batch` of them, and returns their results in that order, an array
            of numbers or of strings.
        batch: how many results are made, and kept, at a time.
        name: shown with the progress.
    """
    known = _read(folder)
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    missing = [key for key in dict.fromkeys(keys) if key not in known]
    with tqdm(total=len(first), initial=len(first) - len(missing), desc=name, mininterval=1.0) as bar:
        for start in range(0, len(missing), batch):
            some = missing[start : start + batch]
            made = make([first[key] for key in some])
            if len(made) != len(some):
                raise ValueError(f"{name}: {len(made)} results for {len(some)} keys")
            _write(folder, some, made)
            known.update(zip(some, made, strict=True))
            bar.update(len(some))
    return [known[key] for key in keys]


def _read(folder: Path) -> dict[str, Any]:
    """Returns key -> result of every batch in a folder."""
    known: dict[str, Any] = {}
    for file in sorted(folder.glob("*.npz")):
        try:
            with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as batch:
                known.update(zip(batch["keys"].tolist(), batch["values"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            # Somebody else's doing, for files are written whole; what was in it is made again.
            logger.warning("%s is damaged and left out: %s", file.name, error)
    return known


def _write(folder: Path, keys: Sequence[str], values: np.ndarray) -> None:
    stream = io.BytesIO()
    np.savez(stream, keys=np.array(keys, dtype=np.str_), values=values)
    digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]
    write_atomically(folder / f"{digest}.npz", stream.getvalue())
