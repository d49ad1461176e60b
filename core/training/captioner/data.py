"""What the captioner learns from: the list of nouns, and sketches with the noun of each one's class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int

from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.packs import require_pack
from core.encoders.towers import TOWERS_ID, Towers
from core.errors import DataError
from core.features.store import FeatureStore
from core.training.shared.weights import SHIPPED

NOUNS = SHIPPED / "captioner" / "nouns.txt"
PACK = "sketchy125"
OTHER_NAMES = {"car (sedan)": "sedan", "crocodilian": "crocodile"}


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


def read_nouns() -> list[str]:
    """Returns the nouns that a sketch's caption may use.

    Raises:
        DataError: the list is too short.
    """
    nouns = NOUNS.read_text(encoding="utf-8").split("\n")[:-1]
    if len(nouns) < 1000:
        raise DataError(f"The list of nouns has {len(nouns)} entries; it needs at least 1,000.")
    return nouns


def readable(label: str) -> str:
    """Returns a class's name as the page shows it: "hot-air balloon" for "hot-air_balloon"."""
    return label.replace("_", " ").strip()


def noun_of(label: str) -> str:
    """Returns the noun that stands for a class of sketches: "sedan" for "car_(sedan)"."""
    return OTHER_NAMES.get(readable(label), readable(label))


def read_sketches(data: Path, nouns: Sequence[str], towers: Towers, store: FeatureStore) -> NamedSketches:
    """Reads and encodes the sketches of `sketchy125`, that pack or a folder of packs, each with a noun of the list."""
    sketches = read_folder(require_pack(data, PACK), "label")
    pooled, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in sketches], towers.pooled)
    places = np.array([nouns.index(noun_of(row.label)) for row in sketches])
    return NamedSketches(sketches, pooled, places, digests)
