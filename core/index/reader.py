"""The pictures of a folder, in one order on every machine, and the titles that a table gives them."""

from __future__ import annotations

import csv
import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError, InputError
from core.index.manifest import MANIFEST_NAME, is_ours
from core.index.names import fault_of, shown
from core.index.writer import Reject
from core.store import sha256_of
from core.text import clean

TABLES = ("items.csv", "labels.csv")
LONGEST_TITLE = 200
# A larger file is no picture that the door opens, so its bytes need not be read to tell it from others.
LARGEST_HASHED = 2**27
# Formats that the door opens, and others that people take for pictures: those are reported, not passed over.
SUFFIXES = frozenset(
    [".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".webp"]
    + [".avif", ".eps", ".ico", ".jp2", ".jxl", ".pdf", ".ppm", ".svg", ".tga", ".tif", ".tiff"]
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that looks like a picture by its name.

    Attributes:
        file: relative to the folder, with forward slashes.
        path: where it lies.
    """

    file: str
    path: Path

    def fingerprint(self) -> str:
        """Returns the SHA-256 of the file's bytes, or a stand-in when the door would refuse it unread."""
        try:
            size = self.path.stat().st_size
            return sha256_of(self.path) if size <= LARGEST_HASHED else f"{size} bytes"
        except OSError as error:
            return f"unreadable: {error.strerror}"


@dataclass(frozen=True, slots=True)
class Described:
    """What a table, or else the file's name, says about a picture: a title, and a group or ""."""

    title: str
    group: str


def find_pictures(folder: Path, *, leave_out: Path | None = None) -> tuple[list[Found], list[Reject]]:
    """Returns the pictures of a folder and of the folders in it, by name in byte order.

    Hidden files and folders, and thumbnails of galleries, are passed over. A picture is rejected when its
    name could not be shown or stored, when it is no regular file, and when it is a link that leads out of the
    folder; linked folders are not entered.

    Args:
        folder: where to look.
        leave_out: a folder not to enter.

    Raises:
        DataError: the folder is missing, or no file in it looks like a picture.
    """
    if not folder.is_dir():
        raise DataError(f"{folder.name!r} is not a folder; give a folder of pictures.")
    root = folder.resolve()
    found: list[Found] = []
    rejects: list[Reject] = []
    for path in _walk(root, leave_out.resolve() if leave_out else None, rejects):
        name = path.relative_to(root).as_posix()
        reason = fault_of(name) or _kind_fault(path, root)
        if reason:
            rejects.append(Reject(shown(name), f"Not used: {reason}."))
        else:
            found.append(Found(name, path))
    if not found and not rejects:
        raise DataError(f"{folder.name!r} holds no pictures; JPEG, PNG, WebP, GIF and BMP are read.")
    found.sort(key=lambda one: os.fsencode(one.file))
    return found, sorted(rejects, key=lambda reject: reject.file)


def read_table(folder: Path) -> dict[str, Described]:
    """Returns what items.csv or else labels.csv in the folder says, by file; nothing when there is neither.

    Raises:
        DataError: the table has no column "file", or is not CSV in UTF-8.
    """
    table = next((folder / name for name in TABLES if (folder / name).is_file()), None)
    if table is None:
        return {}
    try:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            if "file" not in (rows.fieldnames or ()):
                raise DataError(f"{table.name} has no column 'file'; its first line must name the columns.")
            return {row["file"]: _described(row) for row in rows if row["file"]}
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{table.name} cannot be read as a table (CSV in UTF-8): {error}.") from None


def _described(row: Mapping[str, str | None]) -> Described:
    return Described(_line(row.get("title")) or title_of(row["file"] or ""), _line(row.get("group")))


def title_of(file: str) -> str:
    """Returns a title made from a file's name."""
    return _line(Path(file).stem.replace("_", " ").replace("-", " ")) or file[:LONGEST_TITLE]


def ids_of(files: Sequence[str]) -> dict[str, str]:
    """Returns a unique id for each file: its name without the ending unless two would be equal."""
    stems = {file: str(Path(file).with_suffix("")) for file in files}
    counts = Counter(stems.values())
    return {file: stem if counts[stem] == 1 and stem not in stems else file for file, stem in stems.items()}


def describe(file: str, table: Mapping[str, Described]) -> Described:
    """Returns what is known about a picture; its own name gives the title when no table does."""
    return table.get(file) or Described(title_of(file), "")


def _walk(root: Path, leave_out: Path | None, rejects: list[Reject]) -> Iterator[Path]:
    """Yields files that look like pictures, and linked folders, which the caller rejects."""

    def fail(error: OSError) -> None:
        folder = Path(error.filename).relative_to(root).as_posix()
        rejects.append(Reject(shown(folder), f"This folder cannot be read ({error.strerror})."))

    for here, folders, files in os.walk(root, onerror=fail):
        place = Path(here)
        manifest = place / MANIFEST_NAME
        is_bundle = manifest.is_file() and is_ours(manifest.read_bytes())
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and not (is_bundle and name == "thumbnails")
            and (place / name).resolve() != leave_out
        ]
        yield from (place / name for name in folders if (place / name).is_symlink())
        yield from (
            place / name
            for name in files
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        )


def _kind_fault(path: Path, root: Path) -> str | None:
    """Says why a file is not opened at all, whatever it holds."""
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
            return "it is a link that leads out of the folder"
        mode = path.stat().st_mode
    except (OSError, RuntimeError):
        return "it is a link that leads nowhere, or it cannot be reached"
    if stat.S_ISDIR(mode):
        return "linked folders are not entered"
    return None if stat.S_ISREG(mode) else "it is not a regular file"


def _line(text: str | None) -> str:
    """Returns a cell as one clean line, cut to the length of a title."""
    try:
        return clean((text or "")[:LONGEST_TITLE], what="title", allow_empty=True)[:LONGEST_TITLE].strip()
    except InputError:
        return ""
