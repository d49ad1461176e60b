"""A picture file of a folder, and the titles that a table, or else the file names, give to all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import DataError, InputError
from core.index.items import Item
from core.index.shards import EncodedRow
from core.store import sha256_of
from core.tables import file_key, read_table
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


NOTHING = Described("", "")


@dataclass(frozen=True, slots=True)
class DescriptionTable:
    """The table that lies beside the pictures.

    Attributes:
        name: of its file, "" when there is none.
        rows: file, in the form in which names are compared -> what the table says of it.
    """

    name: str = ""
    rows: Mapping[str, Described] = field(default_factory=dict)

    def describe(self, file: str) -> Described:
        """Returns what is known about a picture, nothing when the table does not name it."""
        return self.rows.get(file_key(file), NOTHING) if self.rows else NOTHING

    def unfitting(self, files: Iterable[str]) -> tuple[str, ...]:
        """Returns what the table names and is none of these files, in the table's order."""
        there = set(map(file_key, files))
        return tuple(file for file in self.rows if file not in there)


def read_titles(folder: Path) -> DescriptionTable:
    """Returns what items.csv or else labels.csv in the folder says; an empty table when there is neither.

    Raises:
        DataError: the table cannot be read, see `core.tables.read_table`, or gives one file two titles or groups.
    """
    path = _table_in(folder)
    if path is None:
        return DescriptionTable()
    rows: dict[str, Described] = {}
    for row in read_table(path, ("file",)):
        file = file_key(row.columns["file"])
        before = rows.get(file, Described("", ""))
        here = Described(_line(row.columns.get("title")), _line(row.columns.get("group")))
        for earlier, other in ((before.title, here.title), (before.group, here.group)):
            if earlier and other and earlier != other:
                raise DataError(
                    f"The file {file!r} stands in {path.name} as {earlier!r} and as {other!r}; keep one of the rows."
                )
        rows[file] = Described(before.title or here.title, before.group or here.group)
    return DescriptionTable(path.name, rows)


def _table_in(folder: Path) -> Path | None:
    """Returns the table of a folder, capitals in its name or not."""
    named = {path.name.casefold(): path for path in sorted(folder.iterdir(), reverse=True) if path.is_file()}
    return next((named[name] for name in TABLES if name in named), None)


def ids_of(files: Sequence[str]) -> dict[str, str]:
    """Returns a unique id for each file: its name without the ending unless two would be equal."""
    stems = {file: without_ending(file) for file in files}
    counts = Counter(stems.values())
    return {file: stem if counts[stem] == 1 and stem not in stems else file for file, stem in stems.items()}


def without_ending(file: str) -> str:
    """Returns a file's name, in folders or not, without its ending; what starts with the only dot is none."""
    start, dot = file.rfind("/") + 1, file.rfind(".")
    return file[:dot] if start < dot < len(file) - 1 else file


def titles_of(ids: Mapping[str, str], table: DescriptionTable) -> dict[str, str]:
    """Returns a title for each file: the table's, else its name, with folder or ending where names are equal.

    Args:
        ids: file -> its id.
        table: what lies beside the files.
    """
    titles = {file: table.describe(file).title for file in ids}
    names = {file: _words(without_ending(file).rpartition("/")[2]) for file in ids if not titles[file]}
    counts = Counter(names.values())
    for file, name in names.items():
        titles[file] = (name if counts[name] == 1 else _words(ids[file])) or file[:LONGEST_TITLE]
    return titles


class ItemMaker:
    """Makes the items of a gallery; what one is called depends on all files.

    Args:
        files: of the whole gallery.
        table: what lies beside the pictures.
    """

    def __init__(self, files: Sequence[str], table: DescriptionTable) -> None:
        self._ids, self._table = ids_of(files), table
        self._titles = titles_of(self._ids, table)

    def item(self, file: str, row: EncodedRow) -> Item:
        """Returns the item of a file, of which so much is known."""
        return Item(
            id=self._ids[file],
            file=file,
            thumbnail=row.thumbnail,
            title=self._titles[file],
            caption=row.caption,
            width=row.width,
            height=row.height,
            digest=row.digest,
            group=self._table.describe(file).group,
        )

    def fits(self, item: Item) -> bool:
        """Tells whether this makes an item what it is already, where what is known of its picture has not changed."""
        file = item.file
        said = (self._ids[file], self._titles[file], self._table.describe(file).group)
        return said == (item.id, item.title, item.group)


def items_of(rows: Mapping[str, EncodedRow], table: DescriptionTable) -> list[Item]:
    """Returns the items of a gallery, file -> what is known of it, in that order."""
    maker = ItemMaker(list(rows), table)
    return [maker.item(file, row) for file, row in rows.items()]


def _words(name: str) -> str:
    return _line(name.replace("_", " ").replace("-", " "))


def _line(text: str | None) -> str:
    """Returns a cell as one clean line, cut to the length of a title."""
    try:
        return clean((text or "")[:LONGEST_TITLE], what="title", allow_empty=True)[:LONGEST_TITLE].strip()
    except InputError:
        return ""
