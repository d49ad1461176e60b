"""Studio photos that synthetic scenes are made of, and the street pictures of ours whose boxes are known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from core.datasets.base import data_file
from core.datasets.packs import any_pack, find_pack
from core.datasets.pairs import PACK, read_pairs
from core.datasets.split import joined_groups, kept_back
from core.settings import ASSETS
from core.store import sha256_of
from core.tables import read_table

CATALOGUE = "fashion_products_224"
PRODUCTS, OTHERS, WORN = 600, 200, 250
"""How many scenes of each kind train."""
MEASURED = 160
DRAWN = ASSETS / "examples" / "street"


@dataclass(frozen=True, slots=True)
class Photos:
    """Studio photos of one kind, as tables call it: those that train, those that only measure, and their products."""

    kind: str
    training: list[Path]
    back: list[Path]
    groups: list[str]


def read_photos(data: Path) -> list[Photos]:
    """Returns product photos, other catalogue photos where the pack is there, and worn photos.

    Raises:
        DataError: there are no pairs.
    """
    pairs = read_pairs(any_pack(data, PACK))
    back = [pair for pair in pairs if kept_back(pair.item_id)][:MEASURED]
    train = [pair for pair in pairs if not kept_back(pair.item_id)]
    items = [pair.item_id for pair in back]
    products = [pair.product for pair in train][:PRODUCTS]
    # Taken from the end, so that product and worn scenes show different items.
    worn = [pair.worn for pair in train][-WORN:]
    photos = [
        Photos("product photo", products, [pair.product for pair in back], items),
        Photos("worn photo, whole person", worn, [pair.worn for pair in back], items),
    ]
    catalogue = find_pack(data, CATALOGUE)
    return photos if catalogue is None else [*photos, _catalogue(catalogue)]


def _catalogue(pack: Path) -> Photos:
    table = read_table(data_file(pack, "labels.csv"), ("file", "productDisplayName"))
    rows = [row.columns for row in table if row.columns.get("masterCategory", "Apparel") == "Apparel"]
    paths = [pack / row["file"] for row in rows]
    names, digests = [row["productDisplayName"] for row in rows], [sha256_of(path) for path in paths]
    grouped = list(zip(paths, joined_groups(names, digests), strict=True))
    back = [(path, group) for path, group in grouped if kept_back(group)][:MEASURED]
    train = [path for path, group in grouped if not kept_back(group)][:OTHERS]
    return Photos("other catalogue photo", train, [path for path, _ in back], [group for _, group in back])


def drawn_boxes() -> tuple[list[Path], Float[np.ndarray, "n 4"]]:
    """Returns the street pictures that ship, and the garments' boxes in pixels: drawn by us, so that they are known."""
    rows = read_table(DRAWN / "labels.csv", ("file", "x0", "y0", "x1", "y1"))
    boxes = [[float(row.columns[side]) for side in ("x0", "y0", "x1", "y1")] for row in rows]
    return [DRAWN / row.columns["file"] for row in rows], np.array(boxes)
