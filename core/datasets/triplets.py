"""Triplets: a reference picture, a text that changes it, the pictures that are then right; triplets.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.datasets.base import data_file, inside, read_json
from core.errors import DataError

TRIPLETS = "triplets.json"


@dataclass(frozen=True, slots=True)
class Triplet:
    """One composed query and its right answers.

    Attributes:
        reference: file name of the reference picture.
        caption: the modification text, as written.
        targets: file names of the right answers, each once, never the reference.
        details: whatever else the entry holds, such as its kind.
    """

    reference: str
    caption: str
    targets: tuple[str, ...]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TripletSet:
    """Composed queries and the gallery that they are asked of.

    Attributes:
        folder: what the file names are relative to.
        gallery: file names, each once, in the order given.
        triplets: the queries.
        task: what the file says of itself, "" when it says nothing.
    """

    folder: Path
    gallery: tuple[str, ...]
    triplets: tuple[Triplet, ...]
    task: str = ""

    def path(self, name: str) -> Path:
        """Returns where a file lies; nobody has looked whether it is there."""
        return inside(self.folder, name, where=TRIPLETS)


def read_triplets(folder: Path) -> TripletSet:
    """Returns the queries and the gallery that the triplets.json of a folder names.

    Without a gallery of its own the gallery is every picture that a triplet names.

    Args:
        folder: holds triplets.json, {"gallery": [file], "triplets": [{"reference", "caption", "targets"}]}.

    Raises:
        DataError: no such file, another shape, no triplet, or a file name that leaves the folder.
    """
    value = read_json(data_file(folder, TRIPLETS))
    entries = value.get("triplets") if isinstance(value, dict) else None
    if not isinstance(entries, list) or not entries:
        raise DataError(f'The file {TRIPLETS} needs "triplets", a list with at least one entry.')
    triplets = tuple(_triplet(folder, number, entry) for number, entry in enumerate(entries, 1))
    named = value.get("gallery")
    if named is None:
        named = [name for triplet in triplets for name in (triplet.reference, *triplet.targets)]
    if not isinstance(named, list) or not named or not all(isinstance(name, str) for name in named):
        raise DataError(f'The "gallery" of {TRIPLETS} must be a list of file names.')
    for name in named:
        inside(folder, name, where=f'The "gallery" of {TRIPLETS}')
    return TripletSet(folder, tuple(dict.fromkeys(named)), triplets, str(value.get("task") or ""))


def _triplet(folder: Path, number: int, entry: object) -> Triplet:
    where = f"Triplet {number} of {TRIPLETS}"
    if not isinstance(entry, dict):
        raise DataError(f'{where} must be an object with "reference", "caption" and "targets".')
    reference, caption, targets = (entry.get(name) for name in ("reference", "caption", "targets"))
    if not isinstance(reference, str) or not isinstance(caption, str) or not caption.strip():
        raise DataError(
            f'{where} needs a "reference", which is a file name, and a "caption", which is a sentence.'
        )
    if not isinstance(targets, list) or not targets or not all(isinstance(name, str) for name in targets):
        raise DataError(f'{where} needs "targets", a list with at least one file name.')
    for name in (reference, *targets):
        inside(folder, name, where=where)
    right = tuple(name for name in dict.fromkeys(targets) if name != reference)
    if not right:
        raise DataError(f"{where} has no target but its own reference, which is left out of the ranking.")
    details = {
        name: value for name, value in entry.items() if name not in ("reference", "caption", "targets")
    }
    return Triplet(reference, caption, right, details)
