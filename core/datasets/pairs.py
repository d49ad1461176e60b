"""Pairs: the same garment worn and as a product shot; item_id, worn_photo, product_photo in labels.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.datasets.base import LABELS, data_file, inside
from core.tables import file_key, read_table

PACK = "clothes_viton_pairs"
"""The pack of this layout that recipes read."""
COLUMNS = ("item_id", "worn_photo", "product_photo")


@dataclass(frozen=True, slots=True)
class Pair:
    """A worn photo and the product photo of the same item.

    Attributes:
        item_id: the item that both show; pairs of one item share it.
        worn_file: name of the worn photo, in the form in which names are compared.
        worn: where it lies; nobody has looked whether it is there.
        product_file: name of the product photo, likewise.
        product: where it lies.
        columns: the whole row, column name -> cell.
    """

    item_id: str
    worn_file: str
    worn: Path
    product_file: str
    product: Path
    columns: Mapping[str, str]


def is_pairs(folder: Path) -> bool:
    """Tells whether the labels.csv of a folder has the columns of pairs."""
    file = data_file(folder, LABELS)
    return all(column in row.columns for row in read_table(file, ())[:1] for column in COLUMNS)


def read_pairs(folder: Path) -> tuple[Pair, ...]:
    """Returns the pairs that the labels.csv of a folder names, in its order, each once.

    Args:
        folder: holds labels.csv with the columns item_id, worn_photo and product_photo.

    Raises:
        DataError: no such file or column, no row, or a file name that leaves the folder.
    """
    pairs: dict[tuple[str, str, str], Pair] = {}
    for row in read_table(data_file(folder, LABELS), COLUMNS):
        item, worn, product = (row.columns[name] for name in COLUMNS)
        where = f"Line {row.line} of {LABELS}"
        pair = Pair(
            item,
            file_key(worn),
            inside(folder, worn, where=where),
            file_key(product),
            inside(folder, product, where=where),
            row.columns,
        )
        pairs.setdefault((item, pair.worn_file, pair.product_file), pair)
    return tuple(pairs.values())
