"""What the readers share: a table with a header, a JSON file, file names that stay inside their folder."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import DataError

LABELS = "labels.csv"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table.

    Attributes:
        line: its number in the file, the header being 1.
        columns: column name -> cell, without white space at the ends.
    """

    line: int
    columns: dict[str, str]


def data_file(folder: Path, name: str) -> Path:
    """Returns the path of a file that a layout asks for.

    Raises:
        DataError: the folder or the file is not there.
    """
    if not folder.is_dir():
        raise DataError(f"The data folder {str(folder)!r} does not exist; give a folder that holds {name}.")
    path = folder / name
    if not path.is_file():
        raise DataError(f"The data folder {str(folder)!r} has no {name}.")
    return path


def read_text(path: Path) -> str:
    """Returns the text of a UTF-8 file, without the mark that some editors put at its start.

    Args:
        path: the file; one whose name ends in .gz is unpacked.

    Raises:
        DataError: it cannot be read or unpacked, is not UTF-8 or is empty.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DataError(f"The file {path.name} is no whole gzip file; fetch it again.") from None
    except OSError as error:
        raise DataError(f"The file {path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DataError(f"The file {path.name} is not UTF-8 text; save it as UTF-8.") from None
    if not text.strip():
        raise DataError(f"The file {path.name} is empty.")
    return text


def read_json(path: Path) -> Any:
    """Returns the value of a JSON file.

    Raises:
        DataError: it is not JSON.
    """
    text = read_text(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = (
            f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its nesting or a number"
        )
        raise DataError(f"The file {path.name} is not JSON (see {reason}).") from None


def read_table(path: Path, needed: Sequence[str]) -> tuple[TableRow, ...]:
    """Returns the rows of a comma-separated table; blank lines and exact repetitions are left out.

    Args:
        path: the file; its first line names the columns.
        needed: columns that must be there and filled in every row.

    Raises:
        DataError: no such columns, a row that does not fit the header, an empty cell of a needed column, or
            no row.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: dict[tuple[str, ...], TableRow] = {}
    try:
        header = [cell.strip() for cell in next(reader)]
        _check_header(path, header, needed)
        for cells in reader:
            values = tuple(cell.strip() for cell in cells)
            if not any(values):
                continue
            if len(values) != len(header):
                raise DataError(
                    f"Line {reader.line_num} of {path.name} has {len(values)} cells, "
                    f"but the header has {len(header)}."
                )
            row = TableRow(reader.line_num, dict(zip(header, values, strict=True)))
            for name in needed:
                if not row.columns[name]:
                    raise DataError(f"Line {row.line} of {path.name} has nothing in the column {name!r}.")
            rows.setdefault(values, row)
    except (csv.Error, StopIteration) as error:
        raise DataError(
            f"Line {reader.line_num} of {path.name} cannot be read as a table: {error}."
        ) from None
    if not rows:
        raise DataError(f"The file {path.name} has a header but no rows.")
    return tuple(rows.values())


def _check_header(path: Path, header: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in header]
    if missing and len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise DataError(f"The columns of {path.name} are not separated by commas; save it with commas.")
    if missing:
        raise DataError(
            f"The file {path.name} has no column {missing[0]!r}; its columns are {', '.join(header[:20])}."
        )
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"The file {path.name} has two columns called {twice!r}.")


def inside(folder: Path, name: str, *, where: str) -> Path:
    """Returns the path of a file that a table names, after checking that the name stays inside the folder.

    Args:
        folder: the data folder.
        name: as written in the table, with / between folders.
        where: the file and line that name it, for the message.

    Raises:
        DataError: the name is empty, absolute, climbs out with "..", or holds a NUL.
    """
    parts = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    if not parts.parts or parts.is_absolute() or drive or ".." in parts.parts or "\0" in name:
        raise DataError(f"{where} names the file {name!r}, which does not lie inside the data folder.")
    return folder / parts
