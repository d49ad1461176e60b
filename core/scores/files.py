"""The one door for files of scores: an .npz file or a folder of .npy files; nothing in them is ever executed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from core.errors import DataError, SettingsError
from core.scores.score_set import REQUIRED, ScoreSet, score_set

MOST_BYTES = 2 * 2**30
"""Of all arrays together, as they lie in memory; what a compressed file expands to is counted before it is read."""
LONGEST_HEADER = 10_000
NAMES = (
    *REQUIRED, "labels", "files", "pictures", "queries", "query_files", "right", "left_out", "weights", "title",
    "model",
)  # fmt: skip


def open_scores(path: Path) -> ScoreSet:
    """Returns the scores of a file, checked.

    Args:
        path: an .npz file, or a folder that holds the same arrays as .npy files.

    Raises:
        SettingsError: there is no such file or folder.
        DataError: it cannot be used; one sentence says what is wrong where, and what is accepted.
    """
    name = path.name or str(path)
    if not path.exists():
        raise SettingsError(
            f"There are no scores at {str(path)!r}; give an .npz file or a folder of .npy files."
        )
    try:
        arrays = _of_folder(path, name) if path.is_dir() else _of_file(path, name)
    except OSError as error:
        raise DataError(f"The scores {name!r} cannot be read ({error.strerror or 'damaged'}).") from error
    base = path if path.is_dir() else path.parent
    return score_set(arrays, base, name)


def _of_folder(folder: Path, name: str) -> dict[str, np.ndarray]:
    members = {
        path.stem: path for path in sorted(folder.glob("*.npy")) if path.stem in NAMES and path.is_file()
    }
    _check_names(members, name)
    _check_size(sum(path.stat().st_size for path in members.values()), name)
    arrays = {}
    for key, path in members.items():
        with path.open("rb") as stream:
            arrays[key] = _array(stream, path.stat().st_size, key, name)
    return arrays


def _of_file(file: Path, name: str) -> dict[str, np.ndarray]:
    with _opened(file, name) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        members = {key: info for key, info in members.items() if key in NAMES}
        _check_names(members, name)
        _check_size(sum(info.file_size for info in members.values()), name)
        arrays = {}
        for key, info in members.items():
            with archive.open(info) as stream:
                arrays[key] = _array(stream, info.file_size, key, name)
    return arrays


@contextmanager
def _opened(file: Path, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    # Of a compression that it does not know, and of a password, zipfile says so by a `RuntimeError`.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError) as error:
        raise DataError(
            f"The scores {name!r} are no complete .npz file; write them with numpy.savez, see docs/scores.md."
        ) from error


def _check_names(members: Mapping[str, object], name: str) -> None:
    missing = [key for key in REQUIRED if key not in members]
    if missing:
        raise DataError(
            f"The scores {name!r} lack {', '.join(missing)}; docs/scores.md lists what such a file holds."
        )


def _check_size(size: int, name: str) -> None:
    if size > MOST_BYTES:
        raise DataError(
            f"The scores {name!r} expand to {size / 2**30:.1f} GB; up to {MOST_BYTES / 2**30:.0f} GB are read, "
            "so keep fewer queries or candidates, or float32 instead of float64."
        )


def _array(stream: IO[bytes], size: int, key: str, name: str) -> np.ndarray:
    """Returns an array whose header says what its file holds: one that claims more would ask for all memory."""
    damaged = DataError(f"The array {key!r} of the scores {name!r} is damaged; write the file again.")
    try:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[
            version
        ]
        shape, fortran, kind = read(stream, max_header_size=LONGEST_HEADER)
    except (ValueError, KeyError, EOFError, SyntaxError, TypeError) as error:
        raise damaged from error
    if kind.hasobject or kind.kind not in "fiuU":
        raise DataError(
            f"The array {key!r} of the scores {name!r} holds {_what(kind)}; numbers or text (numpy.str_) are accepted."
        )
    count = 1
    for length in shape:
        count *= int(length)
    if min(shape, default=0) < 0 or count * kind.itemsize > size:
        raise damaged
    data = stream.read(count * kind.itemsize)
    if len(data) != count * kind.itemsize:
        raise damaged
    array = np.frombuffer(data, dtype=kind)
    return array.reshape(shape, order="F" if fortran else "C")


def _what(kind: np.dtype) -> str:
    return "Python objects" if kind.hasobject else f"values of the type {kind.name}"
