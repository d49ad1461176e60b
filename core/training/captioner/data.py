"""What the captioner learns from: the list of nouns, and sketches with the noun of each one's class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int

from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.packs import require_pack
from core.datasets.sketch_names import noun_of
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import FeatureStore

PACK = "sketchy125"


@dataclass(frozen=True, slots=True, eq=False)
class NamedSketches:
    """Sketches as the image tower sees them, with their lines, and the place of each one's noun in the list."""

    rows: Sequence[LabelledPicture]
    pooled: Float32[np.ndarray, "n p"]
    nouns: Int[np.ndarray, " n"]
    digests: Sequence[str]

    @property
    def photos(self) -> tuple[str, ...]:
        """The photo that each was drawn from."""
        return tuple(row.columns["photo_id"] for row in self.rows)

    def part(self, rows: Int[np.ndarray, " some"]) -> NamedSketches:
        """Returns some of the sketches."""
        lines, digests = [self.rows[row] for row in rows], [self.digests[row] for row in rows]
        return NamedSketches(lines, self.pooled[rows], self.nouns[rows], digests)


def read_sketches(data: Path, nouns: Sequence[str], towers: Towers, store: FeatureStore) -> NamedSketches:
    """Reads and encodes the sketches of `sketchy125`, that pack or a folder of packs, each with a noun of the list."""
    sketches = read_folder(require_pack(data, PACK), "label")
    pooled, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in sketches], towers.pooled)
    places = np.array([nouns.index(noun_of(row.label)) for row in sketches])
    return NamedSketches(sketches, pooled, places, digests)
