"""Photos with captions: a captions.json with one {"file", "captions"} for each photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.datasets.base import data_file, inside, read_json
from core.errors import DataError

CAPTIONS = "captions.json"


@dataclass(frozen=True, slots=True)
class CaptionedPicture:
    """One photo and what people wrote about it.

    Attributes:
        file: its name as captions.json gives it.
        path: where it lies; nobody has looked whether it is there.
        captions: at least one sentence, as written.
    """

    file: str
    path: Path
    captions: tuple[str, ...]


def read_captions(folder: Path) -> tuple[CaptionedPicture, ...]:
    """Returns the photos that the captions.json of a folder names, in its order, each once.

    Args:
        folder: holds captions.json, a list of {"file": name, "captions": [sentence, ...]}.

    Raises:
        DataError: no such file, another shape, no photo, or a file name that leaves the folder.
    """
    value = read_json(data_file(folder, CAPTIONS))
    if not isinstance(value, list) or not value:
        raise DataError(
            f'The file {CAPTIONS} must be a list of {{"file", "captions"}} with at least one entry.'
        )
    pictures: dict[str, CaptionedPicture] = {}
    for number, entry in enumerate(value, 1):
        where = f"Entry {number} of {CAPTIONS}"
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise DataError(f'{where} has no "file".')
        sentences = entry.get("captions")
        if (
            not isinstance(sentences, list)
            or not sentences
            or not all(_is_sentence(text) for text in sentences)
        ):
            raise DataError(f'{where} needs "captions", a list with at least one sentence.')
        name = entry["file"]
        path = inside(folder, name, where=where)
        before = pictures[name].captions if name in pictures else ()
        pictures[name] = CaptionedPicture(name, path, tuple(dict.fromkeys(before + tuple(sentences))))
    return tuple(pictures.values())


def _is_sentence(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
