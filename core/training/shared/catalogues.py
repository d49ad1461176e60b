"""Catalogues of clothes, encoded: what the image tower says of each photo, and which product it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.datasets.catalogues import CATALOGUES
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.split import joined_groups, kept_back
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import FeatureStore


@dataclass(frozen=True, slots=True, eq=False)
class EncodedCatalogue:
    """One of `CATALOGUES`: its lines, the image tower's features and the SHA-256 of each photo, and its product.

    Lines of one name, or of one picture, are one product.
    """

    rows: Sequence[LabelledPicture]
    pooled: Float32[np.ndarray, "n p"]
    digests: Sequence[str]
    groups: tuple[str, ...]

    @classmethod
    def read(cls, pack: Path, towers: Towers, store: FeatureStore) -> EncodedCatalogue:
        """Reads and encodes a catalogue; features that were computed before come from the store."""
        kind, product = CATALOGUES[pack.name]
        rows = read_folder(pack, kind)
        pooled, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
        return cls(rows, pooled, digests, joined_groups([row.columns[product] for row in rows], digests))

    @property
    def back(self) -> list[bool]:
        """Whether each line is of the eighth of the products that trains nothing."""
        return [kept_back(group) for group in self.groups]
