"""What the maps of typed words learn from: what a gallery holds of each product, and what people may call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int

from core.datasets.catalogues import CATALOGUES, asked_for, wordings_of
from core.datasets.packs import find_packs
from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID, WIDTH
from core.errors import DataError
from core.features.store import FeatureStore
from core.heads.garment import GarmentHead
from core.training.shared.catalogues import EncodedCatalogue

WORDINGS = 10
"""Ways to ask for a product that are drawn, beside its name and its attributes."""


@dataclass(frozen=True, slots=True, eq=False)
class Wares:
    """Products with what a gallery holds of their pictures.

    Attributes:
        garment: rows in the garment space.
        joint: rows in the joint space.
        sentences: what people may call each.
        labels: kind and colour of each, as a number.
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
    packs = find_packs(data, CATALOGUES)
    if not packs:
        raise DataError(f"The data folder {str(data)!r} has none of the packs {', '.join(CATALOGUES)}.")
    catalogues = [EncodedCatalogue.read(pack, joint, store) for pack in packs]
    columns = zip(*(_spaces(some, joint, garment, store) for some in catalogues), strict=True)
    called = [wordings_of(row) for some in catalogues for row in some.rows]
    named = [(wording.kinds[0], wording.colours[0]) for wording in called]
    names = sorted(set(named))
    labels = np.array([names.index(name) for name in named])
    digests = [digest for some in catalogues for digest in some.digests]
    garments, joints, sentences = (np.concatenate(column) for column in columns)
    whole = Wares(garments, joints, sentences, labels, names, digests)
    back = np.array([held for some in catalogues for held in some.back], dtype=bool)
    if back.all() or not back.any():
        raise DataError("The catalogues have too few products to train on some and measure on others.")
    return whole.part(np.flatnonzero(~back)), whole.part(np.flatnonzero(back)), [pack.name for pack in packs]


def _spaces(
    catalogue: EncodedCatalogue, joint: PocketJoint, garment: GarmentHead, store: FeatureStore
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the products in the garment space and in the joint space, and what people may call each."""
    paths = [row.path for row in catalogue.rows]
    garments, _ = store.rows(f"{garment_features.ID} {TOWERS_ID}", paths, joint.garment_features)
    texts = [text for row in catalogue.rows for text in asked_for(row, WORDINGS)]
    sentences = store.text_rows(f"sentences {TOWERS_ID}", texts, joint.sentences)
    in_joint = joint.project_pictures(catalogue.pooled)
    return garment.shop(garments), in_joint, sentences.reshape(len(paths), -1, WIDTH)
