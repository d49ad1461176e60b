"""The one reader of tables: what spreadsheets and programs save is read right, or refused in one sentence.

Used for the titles of galleries and for data sets alike. The header decides how cells are separated, and which
columns there are; a file's name has one form in which it is compared with others.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import DataError
from core.plurals import counted

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SEPARATOR_LINE = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
"""What spreadsheets write, and read, above the header of a table that is not separated as they expect."""
ALIASES = {"file": ("file_name", "filename")}
"""Column -> what other programs call it; it counts where the column itself is not there."""
SHOWN = 20
"""How many columns a sentence lists."""


class Columns(Mapping[str, str]):
    """The cells of one row by column; capitals, and spaces or hyphens for underscores, make no difference.

    Args:
        header: the columns of the table.
        cells: one for each.
    """

    def __init__(self, header: Header, cells: Sequence[str]) -> None:
        self._header, self._cells = header, tuple(cells)

    def __getitem__(self, name: str) -> str:
        return self._cells[self._header.places[column_key(name)]]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._header.names if name)

    def __len__(self) -> int:
        return sum(map(bool, self._header.names))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table.

    Attributes:
        line: its number in the file; that of its last line where a cell holds line breaks.
        columns: column -> cell, without white space at the ends.
    """

    line: int
    columns: Columns


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a table.

    Attributes:
        names: of the columns as they are written, without white space at the ends; "" for one without a name.
        places: name in the form in which names are compared -> place.
    """

    names: tuple[str, ...]
    places: Mapping[str, int]

    @classmethod
    def of(cls, cells: Sequence[str]) -> Header:
        """Returns the header of these cells; of columns with one name the first has it."""
        names = tuple(cell.strip() for cell in cells)
        places: dict[str, int] = {}
        for place, name in enumerate(names):
            if name:
                places.setdefault(column_key(name), place)
        for column, others in ALIASES.items():
            for other in others:
                if other in places:
                    places.setdefault(column, places[other])
        return cls(names, places)

    def lacks(self, needed: Sequence[str]) -> list[str]:
        """Returns which of some columns are not there."""
        return [name for name in needed if column_key(name) not in self.places]


def column_key(name: str) -> str:
    """Returns the form in which names of columns are compared."""
    return re.sub(r"[\s-]+", "_", unicodedata.normalize("NFC", name).strip()).casefold()


def file_key(name: str) -> str:
    """Returns the form in which names of files are compared: composed letters, forward slashes, no "./"."""
    return PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).as_posix()


def read_text(path: Path) -> str:
    """Returns the text of a file in UTF-8, or in UTF-16 that says so, without the mark at its start.

    Args:
        path: the file; one whose name ends in .gz is unpacked.

    Raises:
        DataError: it cannot be read or unpacked, is in another encoding or is empty.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DataError(f"The file {path.name} is no whole gzip file; fetch it again.") from None
    except OSError as error:
        raise DataError(f"The file {path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DataError(f"The file {path.name} is not UTF-8 text; save it as UTF-8.") from None
    if not text.strip():
        raise DataError(f"The file {path.name} is empty.")
    return text


def read_table(path: Path, needed: Sequence[str]) -> tuple[TableRow, ...]:
    """Returns the rows of a table; blank lines and exact repetitions are left out.

    Cells are separated by commas, semicolons, tabs or bars: by what makes the first line name the needed columns.
    Cells that a row lacks at its end are empty.

    Args:
        path: the file; its first line names the columns.
        needed: columns that must be there and filled in every row.

    Raises:
        DataError: no such columns, two of one name, a row with more cells than the header, an empty cell of a
            needed column, a quotation mark that nothing closes, or no row.
    """
    rows: dict[tuple[str, ...], TableRow] = {}
    text = read_text(path)
    separator = _separator(text, needed)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    try:
        header = _header(path, lines, needed)
        for cells in lines:
            values = tuple(cell.strip() for cell in cells)
            if any(values):
                rows.setdefault(values, _row(path, lines.line_num, header, values, needed, separator))
    except csv.Error as error:
        raise DataError(f"Line {lines.line_num} of {path.name} cannot be read as a table: {error}.") from None
    if not rows:
        raise DataError(f"The file {path.name} has a header but no rows.")
    return tuple(rows.values())


def _separator(text: str, needed: Sequence[str]) -> str:
    """Returns what separates the cells: what the file says, else what makes the header name most that is needed."""
    first = next(line for line in io.StringIO(text, newline="") if line.strip()).strip(" \r\n")
    if written := SEPARATOR_LINE.fullmatch(first):
        return written[1]

    def fit(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=separator, skipinitialspace=True))
        except csv.Error:
            return -len(needed), 0
        return -len(Header.of(cells).lacks(needed)), len(cells)

    return max(SEPARATORS, key=fit)


def _header(path: Path, lines: Iterator[list[str]], needed: Sequence[str]) -> Header:
    """Reads the header, after blank lines and the one that names the separator, and checks it."""
    cells = next(line for line in lines if any(map(str.strip, line)) and not _names_separator(line))
    header = Header.of(cells)
    missing = header.lacks(needed)
    if missing and any("\0" in name for name in header.names):
        raise DataError(f"The file {path.name} is not UTF-8 text; save it as UTF-8.")
    if missing:
        raise DataError(
            f"The file {path.name} has no column {missing[0]!r}; its columns are "
            f"{', '.join(header.names[:SHOWN])}."
        )
    keys = [column_key(name) for name in header.names]
    twice = next(
        (name for name, key in zip(header.names, keys, strict=True) if key and keys.count(key) > 1), None
    )
    if twice is not None:
        raise DataError(f"The file {path.name} has two columns called {twice!r}.")
    return header


def _names_separator(cells: Sequence[str]) -> bool:
    # Its separator cuts the line "sep=;" into "sep=" and an empty cell.
    return len(cells) == 2 and cells[0].strip().casefold() == "sep=" and not cells[1].strip()


def _row(
    path: Path, line: int, header: Header, values: tuple[str, ...], needed: Sequence[str], separator: str
) -> TableRow:
    width = len(header.names)
    if any(values[width:]):
        raise DataError(
            f"Line {line} of {path.name} has {counted(len(values), 'cell')}, but the header has {width}; "
            "put a cell that holds "
            f"{SEPARATORS.get(separator, repr(separator))} in quotation marks."
        )
    columns = Columns(header, (*values, *[""] * (width - len(values)))[:width])
    for name in needed:
        if not columns[name]:
            raise DataError(f"Line {line} of {path.name} has nothing in the column {name!r}.")
    return TableRow(line, columns)
