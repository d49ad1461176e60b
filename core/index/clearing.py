"""Clearing a bundle's folder of data files that no gallery needs: only what a bundle could have written itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt64

from core.errors import ArtifactError, CapacityError
from core.index.manifest import MANIFEST_NAME, BundleManifest
from core.index.names import SHELVED, digest_in
from core.index.segment import Segment
from core.index.segment_file import ROW_BITS, key_of
from core.index.segmented_manifest import parsed
from core.store import PARTIAL

NO_KEYS = np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a gallery needs of its folder.

    Attributes:
        names: of its files.
        shelved: the sorted first 48 bits of its thumbnails in folders of their own; None for all that are there.
    """

    names: frozenset[str] = frozenset()
    shelved: UInt64[np.ndarray, " n"] | None = None


def kept_by(out: Path) -> Kept:
    """Returns what the published gallery needs; nothing where there is no readable manifest."""
    try:
        manifest = parsed((out / MANIFEST_NAME).read_bytes(), out.name)
    except (OSError, ArtifactError):
        return Kept(shelved=NO_KEYS)
    names = frozenset(manifest.files)
    if isinstance(manifest, BundleManifest):
        return Kept(names, NO_KEYS)
    try:
        keys = [
            Segment(out, entry, manifest.widths, out.name).keys("thumbnails") for entry in manifest.segments
        ]
    except (ArtifactError, CapacityError):  # rather too many small pictures than one too few
        return Kept(names)
    return Kept(names, np.unique(np.concatenate(keys) >> np.uint64(ROW_BITS)))


def data_folders(out: Path) -> list[Path]:
    """Returns the folders of a bundle in which its files lie."""
    folders = [
        out,
        out / "segments",
        out / "thumbnails",
        *sorted((out / "thumbnails").glob("[0-9a-f][0-9a-f]")),
    ]
    return [folder for folder in folders if folder.is_dir()]


def shelved_keys(folder: Path) -> tuple[list[Path], UInt64[np.ndarray, " n"]]:
    """Returns the thumbnails in one of the folders that their first two digits name, and their first 48 bits."""
    parent = folder.parent.name
    paths = [path for path in folder.iterdir() if SHELVED.fullmatch(f"{parent}/{folder.name}/{path.name}")]
    keys = [key_of(path.stem) >> ROW_BITS for path in paths]
    return paths, np.array(keys, dtype=np.uint64)


def thumbnails_on_disk(out: Path) -> UInt64[np.ndarray, " n"]:
    """Returns the first 48 bits of all thumbnails that lie in folders of their own."""
    folders = [folder for folder in data_folders(out) if folder.parent == out / "thumbnails"]
    return np.concatenate([NO_KEYS, *(shelved_keys(folder)[1] for folder in folders)])


def remove_all_but(out: Path, *kept: Kept) -> None:
    """Removes data files of no gallery, and half-written ones; what a bundle never has is left alone."""
    names = frozenset[str]().union(*(each.names for each in kept))
    shelves = [each.shelved for each in kept]
    for folder in data_folders(out):
        on_shelf = folder.parent == out / "thumbnails"
        for path in folder.iterdir():
            if PARTIAL.fullmatch(path.name) or (not on_shelf and _is_of_no_use(path, out, names)):
                path.unlink(missing_ok=True)
        known = [keys for keys in shelves if keys is not None]
        if on_shelf and len(known) == len(shelves):
            paths, keys = shelved_keys(folder)
            for path, here in zip(paths, np.isin(keys, np.concatenate(known)).tolist(), strict=True):
                if not here:
                    path.unlink(missing_ok=True)
    remove_empty(out)


def _is_of_no_use(path: Path, out: Path, names: frozenset[str]) -> bool:
    name = path.relative_to(out).as_posix()
    return digest_in(name) is not None and name not in names


def remove_empty(out: Path) -> None:
    """Removes the folders of a bundle's files in which nothing is left."""
    for folder in reversed(data_folders(out)[1:]):
        with suppress(OSError):
            folder.rmdir()
