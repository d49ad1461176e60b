"""The labelled folder: pictures and a labels.csv that names the file first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.datasets.base import LABELS, data_file, inside
from core.errors import DataError
from core.tables import TableRow, file_key, read_table

PREFERRED_LABELS = ("label_clean", "label")


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """One picture of a labelled folder.

    Attributes:
        file: its name, in the form in which names are compared.
        path: where it lies; nobody has looked whether it is there.
        label: its class, "" when the cell is empty.
        columns: the whole row, column name -> cell.
    """

    file: str
    path: Path
    label: str
    columns: Mapping[str, str]


def read_folder(folder: Path, label_column: str | None = None) -> tuple[LabelledPicture, ...]:
    """Returns the pictures that the labels.csv of a folder names, in its order, each once.

    Args:
        folder: holds labels.csv with a column `file` and a column of labels.
        label_column: which column holds the label; without it `label_clean` where it stands, else `label`.

    Raises:
        DataError: no such file or column, no row with a label, one file with two labels, or a file name
            that leaves the folder.
    """
    rows = read_table(data_file(folder, LABELS), ("file",))
    columns = _label_columns(rows[0], label_column)
    pictures: dict[str, LabelledPicture] = {}
    for row in rows:
        path = inside(folder, row.columns["file"], where=f"Line {row.line} of {LABELS}")
        name = file_key(row.columns["file"])
        label = next((row.columns[column] for column in columns if row.columns[column]), "")
        earlier = pictures.setdefault(name, LabelledPicture(name, path, label, row.columns))
        if earlier.label != label:
            raise DataError(f"The file {name!r} stands in {LABELS} as {earlier.label!r} and as {label!r}.")
    if not any(picture.label for picture in pictures.values()):
        raise DataError(f"No row of {LABELS} has anything in the column {columns[0]!r}.")
    return tuple(pictures.values())


def _label_columns(row: TableRow, chosen: str | None) -> tuple[str, ...]:
    if chosen is not None:
        if chosen not in row.columns:
            raise DataError(
                f"The file {LABELS} has no column {chosen!r}; its columns are {', '.join(row.columns)}."
            )
        return (chosen,)
    columns = tuple(name for name in PREFERRED_LABELS if name in row.columns)
    if not columns:
        raise DataError(
            f"The file {LABELS} has no column 'label'; name the column of labels with --label-column, "
            f"one of {', '.join(row.columns)}."
        )
    return columns
