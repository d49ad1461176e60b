"""A gallery that lives in memory, for measuring: the same rows that a bundle would hold, never written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.contracts import Index
from core.evaluation.base import Intake
from core.index.constants import gallery_constants
from core.index.items import rows_by_digest
from core.index.vectors import IndexedVectors
from core.settings import EXACT
from core.types import Picture


@dataclass(frozen=True, slots=True)
class MemoryItem:
    """One picture of a gallery in memory.

    Attributes:
        id: its file's name.
        file: its file, relative to the data folder.
        digest: SHA-256 of the file's bytes.
    """

    id: str
    file: str
    digest: str


class MemoryGallery:
    """A gallery that the retrieval tasks can search.

    Args:
        items: the pictures.
        vectors: name -> (n, d) unit rows in the order of the items.
        engine: which index searches it, a name in `core.index.INDEXES`.
    """

    def __init__(
        self, items: Sequence[MemoryItem], vectors: Mapping[str, np.ndarray], engine: str = EXACT
    ) -> None:
        self.items = tuple(items)
        self.constants: Mapping[str, float] = gallery_constants(vectors)
        self._vectors = IndexedVectors(vectors, engine)
        self._places = rows_by_digest(item.digest for item in self.items)

    def __len__(self) -> int:
        return len(self.items)

    def vectors(self, name: str) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture.

        Raises:
            ArtifactError: there are no such vectors.
        """
        return self._vectors.vectors(name)

    def index(self, name: str) -> Index:
        """Returns what searches the vectors of that name; it is built once.

        Raises:
            ArtifactError: there are no such vectors.
        """
        return self._vectors.index(name)

    def find(self, digest: str) -> tuple[int, ...]:
        """Returns every row whose picture's file has this SHA-256, in order."""
        return self._places.get(digest, ())


def gather(
    files: Sequence[tuple[str, Path]],
    intake: Intake,
    encode: Callable[[Sequence[Picture]], Mapping[str, np.ndarray]],
    what: str,
) -> MemoryGallery:
    """Makes a gallery of picture files; what cannot be opened is left out and counted by the intake.

    Args:
        files: (name, path) of each, each name once.
        intake: opens them.
        encode: from a batch of pictures to the gallery's vectors by name.
        what: said to the progress, such as "shop pictures".

    Raises:
        DataError: none of the files can be used.
    """
    items: list[MemoryItem] = []
    batches: dict[str, list[np.ndarray]] = {}
    for rows, pictures in intake.pictures(files, what):
        for name, vectors in encode(pictures).items():
            batches.setdefault(name, []).append(vectors)
        items += [
            MemoryItem(files[row][0], files[row][0], picture.digest)
            for row, picture in zip(rows, pictures, strict=True)
        ]
    intake.check_judged(len(items))
    joined = {name: np.concatenate(parts) for name, parts in batches.items()}
    return MemoryGallery(items, joined, intake.index)
