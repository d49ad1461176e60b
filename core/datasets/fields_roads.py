"""Fields and roads: what captions and labels of ours say of photos, and the photos that train nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float32, Int

from core.datasets.folder import read_folder
from core.datasets.packs import find_pack
from core.store import sha256_of
from core.tables import read_table

PACK = "fields_roads"
HERE = Path(__file__).parent
LABELS_OF_OURS, ODD_PICTURES = HERE / "fields_roads_labels.csv", HERE / "fields_roads_odd.csv"
"""Which training pictures show a road and a field, and which other pictures show both or neither, by looking."""
WORDS = {
    "field": "field fields pasture meadow hill hills hillside mountain mountains grassland valley plain countryside "
    "lake desert grassy prairie",
    "road": "road street highway intersection roadway freeway avenue crosswalk lane alley traffic",
}
"""Words of a dictionary for open country and for roads, written down once, before any head was trained on them."""
AGREED = 2
"""So many of several captions must have such a word; the only caption of a photo decides alone."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """The pictures of the pack that train nothing, neither the head nor the encoder; class 1 is road."""

    embeddings: Float32[np.ndarray, "n d"]
    classes: Int[np.ndarray, " n"]
    sources: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def is_road(self) -> Bool[np.ndarray, " n"]:
        """(n,) whether each shows a road."""
        return np.asarray(self.classes == 1)

    @property
    def shows(self) -> np.ndarray:
        """(n,) "both" or "neither" for odd pictures, "" for all others."""
        odd = column_of(ODD_PICTURES, "shows")
        return np.array([odd.get(file, "") for file in self.files])


def column_of(file: Path, column: str) -> dict[str, str]:
    """Returns a column of one of our tables, by the name of the picture."""
    return {row.columns["file"]: row.columns[column] for row in read_table(file, ("file", column))}


def label_of(captions: Sequence[str]) -> str | None:
    """Returns "field" or "road" when captions speak of one and never of the other, else None."""
    counts = {}
    for label, words in WORDS.items():
        pattern = re.compile(rf"\b({'|'.join(words.split())})\b", re.IGNORECASE)
        counts[label] = sum(bool(pattern.search(caption)) for caption in captions)
    spoken = [label for label, count in counts.items() if count]
    return spoken[0] if len(spoken) == 1 and counts[spoken[0]] >= min(AGREED, len(captions)) else None


def copies(data: Path, names: Sequence[str]) -> list[str]:
    """Returns the SHA-256 of the pictures of `fields_roads` whose names end with a trained photo's: the same photos."""
    roads = find_pack(data, PACK)
    rows = read_folder(roads, "label") if roads is not None else []
    ends = tuple(f"_{name}" for name in names)
    return [sha256_of(row.path) for row in rows if row.path.name.endswith(ends)]
