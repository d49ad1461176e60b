"""Scenes for the box head: which photos are pasted, and the tower's map of each scene in fewer channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.datasets.base import data_file
from core.datasets.packs import any_pack, find_pack
from core.datasets.pairs import read_pairs
from core.datasets.split import joined_groups, kept_back
from core.encoders.garment_features import PLACES_ID
from core.encoders.towers import TOWERS_ID, Towers
from core.heads.garment_box import projected
from core.settings import ASSETS
from core.store import sha256_of
from core.tables import read_table
from core.training.garment.data import PACK
from core.training.shared.albums import Album
from core.types import Picture

CATALOGUE = "fashion_products_224"
PRODUCTS, OTHERS, WORN = 600, 200, 250
"""How many scenes of each kind train."""
MEASURED = 160
SAMPLE = 100
CHANNELS = 192
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


def principal_components(
    rows: Float32[np.ndarray, "n w"],
) -> tuple[Float32[np.ndarray, " w"], Float32[np.ndarray, "w c"]]:
    """Returns (w,) mean and (w, c) weight of the projection on the strongest components, of deviation about 1."""
    mean = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((rows - mean).astype(np.float64).T))
    strongest = np.argsort(-values)[:CHANNELS]
    weight = vectors[:, strongest] / np.sqrt(np.maximum(values[strongest], 1e-6))
    return mean.astype(np.float32), weight.astype(np.float16).astype(np.float32)


class SceneReader:
    """Reads scenes as the network takes them, in a projection that the places of a sample of scenes give."""

    def __init__(self, towers: Towers, sample: Album) -> None:
        self._towers = towers
        name = f"raw {PLACES_ID} {TOWERS_ID}"
        rows = sample.rows(name, towers.garment_places)
        self.projection = principal_components(rows.reshape(-1, rows.shape[-1]))

    def rows(self, album: Album) -> tuple[Float32[np.ndarray, "n 81 c"], Float32[np.ndarray, "n 7"]]:
        """Returns the projected places of an album's scenes, and what is true of them."""

        def encode(pictures: Sequence[Picture]) -> Any:
            places = self._towers.garment_places(pictures)
            return projected(places, *self.projection).astype(np.float16)

        return album.rows(f"projected {CHANNELS}/{SAMPLE} {PLACES_ID} {TOWERS_ID}", encode), album.truth()


def drawn_boxes() -> tuple[list[Path], Float[np.ndarray, "n 4"]]:
    """Returns the street pictures that ship, and the garments' boxes in pixels: drawn by us, so that they are known."""
    rows = read_table(DRAWN / "labels.csv", ("file", "x0", "y0", "x1", "y1"))
    boxes = [[float(row.columns[side]) for side in ("x0", "y0", "x1", "y1")] for row in rows]
    return [DRAWN / row.columns["file"] for row in rows], np.array(boxes)
