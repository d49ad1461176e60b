"""Composed queries about pictures in the joint space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int

from core.blend import unit
from core.datasets.changes import Change
from core.training.compose.data import Shelf
from core.training.compose.tokens import Words

Places = tuple[Int[np.ndarray, " _"], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """Composed queries about some pictures.

    Attributes:
        gallery: (m, d) unit rows of the candidates.
        references: (n, d) unit rows of what is asked with.
        words: (n, d) unit rows of the texts.
        targets: n arrays of the right candidates.
        ignored: n arrays of candidates that are neither right nor wrong.
        hidden: n lists of candidates that are left out of the ranking: the reference and copies of its file.
    """

    gallery: Float32[np.ndarray, "m d"]
    references: Float32[np.ndarray, "n d"]
    words: Float32[np.ndarray, "n d"]
    targets: Places
    ignored: Places
    hidden: Sequence[Sequence[int]]

    def __len__(self) -> int:
        return len(self.references)


def queries_of(shelf: Shelf, changes: Sequence[Change], words: Words) -> Queries:
    """Returns the changes of a shelf's pictures as queries about all of them."""
    copies: dict[str, list[int]] = {}
    for row, digest in enumerate(shelf.digests):
        copies.setdefault(digest, []).append(row)
    hidden = [
        # A reference that shows a part of its answer is no picture of the gallery.
        [] if change.kept else sorted(set(copies[shelf.digests[change.reference]]) - set(change.targets))
        for change in changes
    ]
    kept = np.array([[change.kept] for change in changes], dtype=np.float32).reshape(-1, 1)
    references = shelf.rows[[change.reference for change in changes]]
    answers = shelf.rows[[change.targets[0] for change in changes]]
    return Queries(
        shelf.rows,
        unit(np.where(kept > 0, (1 - kept) * references + kept * answers, references)),
        words.rows([change.text for change in changes]),
        _places(change.targets for change in changes),
        _places(change.ignored for change in changes),
        hidden,
    )


def _places(rows: Iterable[Sequence[int]]) -> Places:
    return tuple(np.array(some, dtype=np.int64) for some in rows)
