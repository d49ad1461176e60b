"""DeepFashion2 (Ge et al. 2019): garments in pictures of customers and of shops, with box, style and four properties.

The folder is the unpacked set: train/annos/000001.json beside train/image/000001.jpg, and so for validation.
Queries are the customers' garments with a style above 0, the gallery is every garment of a shop, and a garment
of a shop is right when pair_id and style are those of the query (the rule of the set's own page).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Int

from core.datasets.base import inside, read_json
from core.datasets.sources import Source
from core.errors import DataError
from core.leftovers import listed
from core.plurals import counted

SOURCE = Source(
    "DeepFashion2",
    "github.com/switchablenorms/DeepFashion2",
    "the password of its archives is given after filling in a form",
)
SPLITS = ("train", "validation")
ANNOTATIONS, PICTURES = "annos", "image"
CATEGORIES = (
    "short sleeve top", "long sleeve top", "short sleeve outwear", "long sleeve outwear", "vest", "sling",
    "shorts", "trousers", "skirt", "short sleeve dress", "long sleeve dress", "vest dress", "sling dress",
)  # fmt: skip
PLURALS = ("shorts", "trousers")
# What the numbers 1, 2 and 3 of each property mean; the key is what our caption template calls it.
PROPERTIES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "viewpoint": ("not worn", "worn, from the front", "worn, from the side or back"),
        "occlusion": ("slight", "medium", "heavy"),
        "scale": ("small", "moderate", "large"),
        "zoom": ("none", "medium", "large"),
    }
)
_FIELDS = {"viewpoint": "viewpoint", "occlusion": "occlusion", "scale": "scale", "zoom": "zoom_in"}


@dataclass(frozen=True, slots=True)
class Garment:
    """One garment in one picture.

    Attributes:
        image: number of the picture as its file is called, such as "000001".
        item: which garment of the picture, such as "item1".
        from_shop: whether the picture is a shop's, not a customer's.
        pair_id: pictures of one product share it.
        style: garments of one pair_id that look the same share it; 0 matches nothing.
        category: one of CATEGORIES.
        box: x0, y0, x1, y1 in pixels from the upper left, as written.
        properties: viewpoint, occlusion, scale and zoom, in the words of PROPERTIES.
    """

    image: str
    item: str
    from_shop: bool
    pair_id: int
    style: int
    category: str
    box: tuple[float, float, float, float]
    properties: Mapping[str, str]


def template_caption(garment: Garment) -> str:
    """Returns report 3's caption of a garment, its gaps filled with the true category and properties."""
    thing = garment.category if garment.category in PLURALS else f"a {garment.category}"
    return (
        "an image of {thing} with viewpoint {viewpoint}, occlusion level {occlusion}, scale {scale}, "
        "and zoom in {zoom}"
    ).format(thing=thing, **garment.properties)


@dataclass(frozen=True)
class DeepFashion2:
    """One split of DeepFashion2.

    Attributes:
        folder: the data folder.
        home: the folder in it that holds annos/ and image/ of the split.
        garments: in the order of the pictures.
    """

    folder: Path
    home: Path
    garments: tuple[Garment, ...]

    @cached_property
    def queries(self) -> tuple[Garment, ...]:
        """The customers' garments that something may match: those with a style above 0."""
        return tuple(garment for garment in self.garments if not garment.from_shop and garment.style > 0)

    @cached_property
    def gallery(self) -> tuple[Garment, ...]:
        """Every garment of a shop, those without a style too: they are there to be confused with."""
        return tuple(garment for garment in self.garments if garment.from_shop)

    def right(self) -> list[Int[np.ndarray, " _"]]:
        """Returns, for each query, the places in the gallery of the garments that match it; maybe none."""
        places: dict[tuple[int, int], list[int]] = {}
        for place, garment in enumerate(self.gallery):
            places.setdefault((garment.pair_id, garment.style), []).append(place)
        places_of = [places.get((query.pair_id, query.style), []) for query in self.queries]
        return [np.array(rows, dtype=np.int64) for rows in places_of]

    def path(self, garment: Garment) -> Path:
        """Returns where the picture of a garment lies.

        Raises:
            DataError: the file is not there.
        """
        file = inside(self.home, f"{PICTURES}/{garment.image}.jpg", where="DeepFashion2")
        return SOURCE.picture(self.folder, [file])


def read_deepfashion2(folder: Path, split: str = "validation") -> DeepFashion2:
    """Returns the garments of one split.

    Args:
        folder: the unpacked set, or one split of it, which holds annos/ and image/.
        split: train or validation; the annotations of the test split were never published.

    Raises:
        DataError: no such split, no annotation, one that is damaged or lacks something, or no query or
            gallery in them.
    """
    if split not in SPLITS:
        raise DataError(f"DeepFashion2 has no annotated split {split!r}; choose one of {', '.join(SPLITS)}.")
    homes = [home for home in (folder / split, folder) if (home / ANNOTATIONS).is_dir()]
    files = listed(homes[0] / ANNOTATIONS, "*.json") if homes else []
    if not files:
        raise SOURCE.missing(folder, f"{split}/{ANNOTATIONS}/000001.json")
    data = DeepFashion2(folder, homes[0], tuple(garment for path in files for garment in _garments(path)))
    if not data.queries or not data.gallery:
        side = "shop" if data.queries else "user"
        wanted = "garment of a shop" if data.queries else "garment of a customer with a style above 0"
        raise DataError(f"In {counted(len(files), 'annotation')} there is no {wanted} (source {side!r}).")
    return data


def _garments(path: Path) -> list[Garment]:
    value = read_json(path)
    if not isinstance(value, dict) or value.get("source") not in ("shop", "user"):
        raise DataError(f'The file {path.name} needs a "source", which is "shop" or "user".')
    pair_id = _whole(value, "pair_id", f"The file {path.name}", 0, None)
    return [
        _garment(path, name, item, value["source"] == "shop", pair_id)
        for name, item in value.items()
        if name.startswith("item")
    ]


def _garment(path: Path, name: str, item: Any, from_shop: bool, pair_id: int) -> Garment:
    where = f"The {name} of {path.name}"
    if not isinstance(item, dict):
        raise DataError(f'{where} must be an object with "style", "category_id" and "bounding_box".')
    box = item.get("bounding_box")
    if (
        not isinstance(box, list)
        or len(box) != 4
        or not all(isinstance(edge, int | float) and math.isfinite(edge) for edge in box)
    ):
        raise DataError(f'{where} needs a "bounding_box" of four numbers.')
    properties = {
        mine: PROPERTIES[mine][_whole(item, theirs, where, 1, 3) - 1] for mine, theirs in _FIELDS.items()
    }
    return Garment(
        path.stem,
        name,
        from_shop,
        pair_id,
        _whole(item, "style", where, 0, None),
        CATEGORIES[_whole(item, "category_id", where, 1, len(CATEGORIES)) - 1],
        (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
        MappingProxyType(properties),
    )


def _whole(value: Mapping[str, Any], name: str, where: str, least: int, most: int | None) -> int:
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < least or number > (most or number):
        limits = f"from {least} to {most}" if most is not None else f"of at least {least}"
        raise DataError(f'{where} needs a "{name}", a whole number {limits}.')
    return number
