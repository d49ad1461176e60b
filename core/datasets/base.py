"""What the readers share: a JSON file, file names that stay inside their folder; tables are read by `core.tables`."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import DataError
from core.tables import read_text

LABELS = "labels.csv"


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


def inside(folder: Path, name: str, *, where: str) -> Path:
    """Returns the path of a file that a table names, after checking that the name stays inside the folder.

    A letter with an accent may be written in one sign or in two; where only the other way is there, it is meant.

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
    path = folder / parts
    if not name.isascii() and not _is_there(path):
        forms = (folder / unicodedata.normalize(form, parts.as_posix()) for form in ("NFC", "NFD"))
        return next((other for other in forms if _is_there(other)), path)
    return path


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False
