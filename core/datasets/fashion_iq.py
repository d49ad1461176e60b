"""FashionIQ (Wu et al. 2021): a garment, two sentences on how the wanted one differs, three categories.

The folder is the repository: captions/cap.CATEGORY.SPLIT.json and image_splits/split.CATEGORY.SPLIT.json, and
the pictures under images/, by their Amazon number. Any of the JSON files may be gzipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from core.datasets.base import inside, read_json
from core.datasets.sources import Source
from core.errors import DataError

SOURCE = Source(
    "FashionIQ",
    "github.com/XiaoxiaoGuo/fashion-iq",
    "annotations free without a form, pictures by the links that the page names",
)
CATEGORIES = ("dress", "shirt", "toptee")
SPLITS = ("train", "val", "test")
PICTURES = "images"
SUFFIXES = (".jpg", ".png", ".jpeg")


@dataclass(frozen=True, slots=True)
class FashionQuery:
    """One garment and two sentences by people who saw it beside the wanted one.

    Attributes:
        candidate: name of the reference picture, as the set calls it.
        captions: both sentences as written; a few are empty.
        target: name of the right picture, None in test, whose answers were never published.
    """

    candidate: str
    captions: tuple[str, str]
    target: str | None

    def sentence(self) -> str:
        """Returns both sentences joined by "and", without those that are empty."""
        return " and ".join(text.strip() for text in self.captions if text.strip())


@dataclass(frozen=True, slots=True)
class FashionSet:
    """One split of one category.

    Attributes:
        folder: the data folder.
        category: dress, shirt or toptee.
        split: train, val or test.
        gallery: names of all pictures of the split: what the official recall ranks, the candidate with them.
        queries: in the order of the captions.
    """

    folder: Path
    category: str
    split: str
    gallery: tuple[str, ...]
    queries: tuple[FashionQuery, ...]

    def path(self, name: str) -> Path:
        """Returns where a picture lies: images/NAME.jpg or .png, or in a folder of its category.

        Raises:
            DataError: the split has no such name, or the file is not there.
        """
        if name not in self.gallery:
            raise DataError(f"FashionIQ has no picture called {name!r} in {self.category}, {self.split}.")
        rooms = (PICTURES, f"{PICTURES}/{self.category}", f"resized_images/{self.category}", self.category)
        files = [f"{room}/{name}{suffix}" for room in rooms for suffix in SUFFIXES]
        return SOURCE.picture(self.folder, [inside(self.folder, file, where="FashionIQ") for file in files])

    def targets(self) -> Int[np.ndarray, " queries"]:
        """Returns the place of each query's target in the gallery.

        Raises:
            DataError: the split keeps its targets secret.
        """
        place = {name: index for index, name in enumerate(self.gallery)}
        rows = [place[query.target] for query in self.queries if query.target is not None]
        if len(rows) < len(self.queries):
            raise DataError(f"The split {self.split} of FashionIQ names no targets; measure on val.")
        return np.array(rows, dtype=np.int64)


def read_fashion_iq(
    folder: Path, split: str = "val", categories: Sequence[str] = CATEGORIES
) -> dict[str, FashionSet]:
    """Returns the queries and the gallery of each category, in the order asked for.

    Args:
        folder: holds captions/ and image_splits/, or their files side by side, with or without "fashioniq_"
            in front.
        split: train, val or test.
        categories: which of dress, shirt and toptee.

    Raises:
        DataError: no such split, category or file, another shape, a name that stands twice in a gallery, or a
            query whose picture the split does not list.
    """
    if split not in SPLITS:
        raise DataError(f"FashionIQ has no split {split!r}; choose one of {', '.join(SPLITS)}.")
    for category in categories:
        if category not in CATEGORIES:
            raise DataError(f"FashionIQ has no category {category!r}; choose of {', '.join(CATEGORIES)}.")
    return {category: _read(folder, category, split) for category in categories}


def _read(folder: Path, category: str, split: str) -> FashionSet:
    captions, listed = f"cap.{category}.{split}.json", f"split.{category}.{split}.json"
    captions_file = SOURCE.file(folder, [f"captions/{captions}", captions, f"fashioniq_{captions}"])
    table = SOURCE.file(folder, [f"image_splits/{listed}", listed, f"fashioniq_{listed}"])
    gallery = _gallery(folder, read_json(table), table.name)
    entries = read_json(captions_file)
    if not isinstance(entries, list) or not entries:
        raise DataError(f"The file {captions_file.name} must be a list with at least one query.")
    names = set(gallery)
    queries = tuple(
        _query(entry, names, f"Entry {number} of {captions_file.name}", secret=split == "test")
        for number, entry in enumerate(entries, 1)
    )
    return FashionSet(folder, category, split, gallery, queries)


def _gallery(folder: Path, value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise DataError(f"The file {where} must be a list with at least one name of a picture.")
    for name in value:
        inside(folder, name, where=f"The file {where}")
    if len(set(value)) < len(value):
        twice = next(name for name in value if value.count(name) > 1)
        raise DataError(f"The file {where} lists the picture {twice!r} twice.")
    return tuple(value)


def _query(entry: Any, names: set[str], where: str, *, secret: bool) -> FashionQuery:
    if not isinstance(entry, dict):
        raise DataError(f'{where} must be an object with "candidate", "captions" and "target".')
    captions = entry.get("captions")
    if (
        not isinstance(captions, list)
        or len(captions) != 2
        or not all(isinstance(text, str) for text in captions)
    ):
        raise DataError(f'{where} needs "captions", a list of two sentences.')
    candidate, target = entry.get("candidate"), entry.get("target")
    if target is None and not secret:
        raise DataError(f'{where} has no "target".')
    for name in (candidate, *([] if target is None else [target])):
        if not isinstance(name, str) or name not in names:
            raise DataError(f"{where} names the picture {name!r}, which its split does not list.")
    if target == candidate:
        raise DataError(f"{where} has its own candidate as its target.")
    return FashionQuery(str(candidate), (captions[0], captions[1]), target)
