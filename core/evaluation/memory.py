"""A gallery that lives in memory, for measuring: the same rows that a bundle would hold, never written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.contracts import Index, JointEncoder, Proposer
from core.encoders.pooling import pooled_picture
from core.encoders.towers import Towers
from core.evaluation.base import Intake
from core.index.constants import gallery_constants
from core.index.items import rows_by_digest
from core.index.vectors import IndexedVectors
from core.lookahead import each_of
from core.settings import EXACT
from core.store import sha256_of
from core.types import Picture

FEW = 4
"""Pictures that are encoded at a time, so few that the encoder remembers what it saw in them."""


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

    def proposer(self, *names: str) -> Proposer:
        """Returns what proposes rows by these vectors laid side by side; errors as of `index`."""
        return self._vectors.proposer(*names)

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


class WithReferences:
    """Encodes a gallery, and what queries need of those of its pictures that are references, of the same pass.

    Args:
        joint: the encoder; what it saw in the last few pictures it need not look at again.
        references: SHA-256 of their files.
    """

    def __init__(self, joint: JointEncoder, references: Collection[str]) -> None:
        self._joint = joint.side_by_side() if isinstance(joint, Towers) else joint
        self._references = references
        self.rows: dict[str, np.ndarray] = {}

    def encode(self, pictures: Sequence[Picture]) -> Mapping[str, np.ndarray]:
        """Returns the vectors of a gallery's pictures."""
        few = [pictures[start : start + FEW] for start in range(0, len(pictures), FEW)]
        return {"joint": np.concatenate(each_of(self._encode, few))}

    def _encode(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        rows = self._joint.encode_pictures(pictures)
        for picture in pictures:
            if picture.digest in self._references:
                self.rows[picture.digest] = pooled_picture(self._joint, picture)
        return rows


def digests_of(paths: Iterable[Path]) -> set[str]:
    """Returns the SHA-256 of each file that can be read."""
    digests = set()
    for path in paths:
        with suppress(OSError):
            digests.add(sha256_of(path))
    return digests
