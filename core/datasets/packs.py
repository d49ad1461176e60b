"""Where a pack lies: inside a folder of packs, or it is the folder itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.errors import DataError


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
