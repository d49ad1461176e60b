"""A picture file of a folder, and the titles that a table, or else the file names, give to all of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import DataError, InputError
from core.index.items import Item
from core.index.shards import EncodedRow
from core.store import sha256_of
from core.text import clean

TABLES = ("items.csv", "labels.csv")
LONGEST_TITLE = 200
# A larger file is no picture that the door opens, so its bytes need not be read to tell it from others.
LARGEST_HASHED = 2**27


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
    """What a table says about a picture: a title and a group, "" where it does not."""

    title: str
    group: str


@dataclass(frozen=True, slots=True)
class DescriptionTable:
    """The table that lies beside the pictures.

    Attributes:
        name: of its file, "" when there is none.
        rows: file -> what the table says of it.
    """

    name: str = ""
    rows: Mapping[str, Described] = field(default_factory=dict)

    def describe(self, file: str) -> Described:
        """Returns what is known about a picture, nothing when the table does not name it."""
        return self.rows.get(file, Described("", ""))


def read_table(folder: Path) -> DescriptionTable:
    """Returns what items.csv or else labels.csv in the folder says; an empty table when there is neither.

    Raises:
        DataError: the table has no column "file", or is not CSV in UTF-8.
    """
    table = next((folder / name for name in TABLES if (folder / name).is_file()), None)
    if table is None:
        return DescriptionTable()
    try:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            if "file" not in (rows.fieldnames or ()):
                raise DataError(f"{table.name} has no column 'file'; its first line must name the columns.")
            return DescriptionTable(table.name, {row["file"]: _described(row) for row in rows if row["file"]})
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{table.name} cannot be read as a table (CSV in UTF-8): {error}.") from None


def _described(row: Mapping[str, str | None]) -> Described:
    return Described(_line(row.get("title")), _line(row.get("group")))


def ids_of(files: Sequence[str]) -> dict[str, str]:
    """Returns a unique id for each file: its name without the ending unless two would be equal."""
    stems = {file: str(Path(file).with_suffix("")) for file in files}
    counts = Counter(stems.values())
    return {file: stem if counts[stem] == 1 and stem not in stems else file for file, stem in stems.items()}


def titles_of(files: Sequence[str], table: DescriptionTable) -> dict[str, str]:
    """Returns a title for each file: the table's, else its name, with folder or ending where names are equal."""
    ids = ids_of(files)
    titles = {file: table.describe(file).title for file in files}
    names = {file: _words(Path(file).stem) for file in files if not titles[file]}
    counts = Counter(names.values())
    for file, name in names.items():
        titles[file] = (name if counts[name] == 1 else _words(ids[file])) or file[:LONGEST_TITLE]
    return titles


def items_of(rows: Mapping[str, EncodedRow], table: DescriptionTable) -> list[Item]:
    """Returns the items of a gallery, file -> what is known of it, in that order."""
    ids, titles = ids_of(list(rows)), titles_of(list(rows), table)
    return [
        Item(
            id=ids[file],
            file=file,
            thumbnail=row.thumbnail,
            title=titles[file],
            caption=row.caption,
            width=row.width,
            height=row.height,
            digest=row.digest,
            group=table.describe(file).group,
        )
        for file, row in rows.items()
    ]


def _words(name: str) -> str:
    return _line(name.replace("_", " ").replace("-", " "))


def _line(text: str | None) -> str:
    """Returns a cell as one clean line, cut to the length of a title."""
    try:
        return clean((text or "")[:LONGEST_TITLE], what="title", allow_empty=True)[:LONGEST_TITLE].strip()
    except InputError:
        return ""
