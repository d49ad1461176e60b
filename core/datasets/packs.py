"""Where a pack lies: inside a folder of packs, or it is the folder itself; and which packs all recipes read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from core.datasets.quickdraw import FOLDER as QUICKDRAW
from core.datasets.quickdraw import fetch_quickdraw, find_quickdraw
from core.errors import DataError

PACKS = {
    "sketchy125": "labels.csv", "sketchy125_256": "labels.csv", "fields_roads": "labels.csv",
    "clothes_viton_pairs": "labels.csv", "fashion_products_224": "labels.csv", "mango_products": "labels.csv",
    "flickr8k": "captions.json", "coco_captions": "captions.json", "imagenet_samples": "labels.csv",
}  # fmt: skip
"""The packs that recipes read -> a file that each holds."""


def find_pack(data: Path, name: str, marker: str = "labels.csv") -> Path | None:
    """Returns the pack called `name` inside the data folder, or the data folder itself when it is that pack.

    Args:
        data: a folder of packs, or one pack.
        name: the pack's folder name.
        marker: the file that a pack of this layout holds.
    """
    if (data / name / marker).is_file():
        return data / name
    return data if data.name == name and (data / marker).is_file() else None


def find_packs(data: Path, names: Iterable[str], marker: str = "labels.csv") -> list[Path]:
    """Returns those packs of several that `find_pack` finds, in their order."""
    return [pack for name in names if (pack := find_pack(data, name, marker)) is not None]


def require_pack(data: Path, name: str, marker: str = "labels.csv") -> Path:
    """Returns the pack of `find_pack`.

    Raises:
        DataError: it is not there.
    """
    pack = find_pack(data, name, marker)
    if pack is None:
        raise DataError(f"The data folder {str(data)!r} has no pack {name} with a {marker}.")
    return pack


def any_pack(data: Path, name: str, marker: str = "labels.csv") -> Path:
    """Returns the data folder itself when it has this layout, whatever it is called, else the pack inside it.

    Raises:
        DataError: neither is there.
    """
    return data if (data / marker).is_file() else require_pack(data, name, marker)


def require_packs(data: Path, without: Sequence[str], cache: Path) -> None:
    """Looks whether every pack is there, and fetches Quick, Draw! into the cache when it is not.

    Raises:
        DataError: a pack is missing and not named in `without`, or `without` names none of the packs, or the package
            of Quick, Draw! cannot be had.
    """
    packs = [*PACKS, QUICKDRAW]
    if unknown := sorted(set(without).difference(packs)):
        raise DataError(f"No recipe reads a pack {unknown[0]!r}; the packs are {', '.join(packs)}.")
    missing = [name for name in PACKS if name not in without and find_pack(data, name, PACKS[name]) is None]
    if missing:
        raise DataError(
            f"The data folder {str(data)!r} lacks {', '.join(missing)}; bring them, or say which recipes shall do "
            f"without: {' '.join(f'--without {name}' for name in missing)}."
        )
    if QUICKDRAW not in without and find_quickdraw(data) is None:
        fetch_quickdraw(cache)
