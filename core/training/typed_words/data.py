"""What the maps of typed words learn from: what a gallery holds of each product, and what people may call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int

from core.datasets.folder import read_folder
from core.datasets.packs import find_pack
from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID, WIDTH
from core.errors import DataError
from core.features.store import FeatureStore
from core.heads.garment import GarmentHead
from core.training.shared.catalogues import CATALOGUES, asked_for, products_back, wordings_of

WORDINGS = 10
"""Ways to ask for a product that are drawn, beside its name and its attributes."""


@dataclass(frozen=True, slots=True, eq=False)
class Wares:
    """Products with what a gallery holds of their pictures.

    Attributes:
        garment: (n, g) rows in the garment space.
        joint: (n, j) rows in the joint space.
        sentences: (n, k, 384) what people may call each.
        labels: (n,) kind and colour of each, as a number.
        names: words for the kind and the colour behind each number.
        digests: SHA-256 of each picture's file.
    """

    garment: Float32[np.ndarray, "n g"]
    joint: Float32[np.ndarray, "n j"]
    sentences: Float32[np.ndarray, "n k s"]
    labels: Int[np.ndarray, " n"]
    names: Sequence[tuple[str, str]]
    digests: Sequence[str]

    def part(self, rows: Int[np.ndarray, " some"]) -> Wares:
        """Returns some of the products."""
        some = self.garment[rows], self.joint[rows], self.sentences[rows], self.labels[rows]
        return Wares(*some, self.names, [self.digests[row] for row in rows])


def read_wares(
    data: Path, joint: PocketJoint, garment: GarmentHead, store: FeatureStore
) -> tuple[Wares, Wares, list[str]]:
    """Reads and encodes the catalogues in `data`; returns what trains, what is kept back, and the packs' names.

    Raises:
        DataError: there is no catalogue, or nothing of it trains or is kept back.
    """
    packs = [pack for name in CATALOGUES if (pack := find_pack(data, name)) is not None]
    if not packs:
        raise DataError(f"The data folder {str(data)!r} has none of the packs {', '.join(CATALOGUES)}.")
    parts, back = list[tuple[np.ndarray, ...]](), list[bool]()
    digests, named = list[str](), list[tuple[str, str]]()
    for pack in packs:
        rows = read_folder(pack, CATALOGUES[pack.name][0])
        paths = [row.path for row in rows]
        pooled, files = store.rows(f"pooled {TOWERS_ID}", paths, joint.pooled)
        garments, _ = store.rows(f"{garment_features.ID} {TOWERS_ID}", paths, joint.garment_features)
        texts = [text for row in rows for text in asked_for(row, WORDINGS)]
        sentences = store.text_rows(f"sentences {TOWERS_ID}", texts, joint.sentences)
        parts.append(
            (garment.shop(garments), joint.project_pictures(pooled), sentences.reshape(len(rows), -1, WIDTH))
        )
        back += products_back(pack.name, rows, files)[1]
        digests += files
        wordings = [wordings_of(row) for row in rows]
        named += [(wording.kinds[0], wording.colours[0]) for wording in wordings]
    names = sorted(set(named))
    labels = np.array([names.index(name) for name in named])
    garment_rows, joint_rows, texts_rows = (np.concatenate(column) for column in zip(*parts, strict=True))
    whole = Wares(garment_rows, joint_rows, texts_rows, labels, names, digests)
    held = np.array(back, dtype=bool)
    if held.all() or not held.any():
        raise DataError("The catalogues have too few products to train on some and measure on others.")
    return whole.part(np.flatnonzero(~held)), whole.part(np.flatnonzero(held)), [pack.name for pack in packs]
