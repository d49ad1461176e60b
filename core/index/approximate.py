"""Approximate search past the sizes that are looked through whole: FAISS proposes rows, and scores none.

Douze et al., 2024, "The Faiss library". An inverted file: k-means parts the rows into lists, and a query looks into
those whose centres fit it best; a row is kept as one byte a number ("IVF-SQ8"). A graph of neighbours finds less of
what mixed queries ask for, see docs/decisions/053-an-index-that-proposes-past-100000-pictures.md.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from jaxtyping import Float32, Int64

from core.contracts import Proposer, SomeRows
from core.errors import ArtifactError
from core.index.approximate_known import BEFORE, ChangedRows, SegmentNames
from core.index.base import CheckedProposer
from core.index.segmented_rows import StoredRows
from core.index.verified import WatchedFile

log = logging.getLogger(__name__)
IVF = "IVF-SQ8"
CHANGED = (
    "The file of the gallery's approximate index was changed while it was open; make the index anew with "
    "`python -m core index PICTURES --out GALLERY --ann`, and start again."
)
WIDER = 4
"""By how much farther a query looks when it found fewer rows than asked."""


@dataclass(frozen=True, slots=True)
class Approximation:
    """What is known of an index, see `core.index.approximate_file`.

    Attributes:
        names: of the vector sets that lie side by side.
        rows: SHA-256 that names the gallery's vectors, and with them their order.
        count: n, the number of rows.
        width: d, the sum of the widths of the sets.
        kind: `IVF`.
        lists: of the inverted file.
        reach: into how many of them a query looks.
        seed: of the sample that it learned from, and of k-means.
        sample: how many rows it learned from.
        faiss: the version that made it.
        recall: how many of the best `best` rows are among `proposed` proposed ones, over `questions` mixed queries
            that `reach` was not chosen by; in [0, 1].
        best: of exact search.
        proposed: for a query.
        questions: how many.
        segments: those of the gallery that it was made of; empty in files of the first version, which did not say.
    """

    names: tuple[str, ...]
    rows: str
    count: int
    width: int
    kind: str
    lists: int
    reach: int
    seed: int
    sample: int
    faiss: str
    recall: float
    best: int
    proposed: int
    questions: int
    segments: SegmentNames = ()


class ApproximateProposer(CheckedProposer):
    """Says which rows queries probably rank best, by FAISS; safe to use from several threads.

    Args:
        index: of FAISS, by inner product, that holds the rows in their order.
        about: what is known of it.
        file: of which it is a map, None where it lies in memory.
        instead: what proposes from when on the file was changed; None for a refusal.
        changed: what became of its rows, where the gallery has others now.

    Attributes:
        exact: whether it proposes what is best, as `instead` may.
        recall: what is known of it, None for `instead`.
        recall_note: what must be said beside that, "" for nothing.
    """

    def __init__(
        self,
        index: Any,
        about: Approximation,
        *,
        file: WatchedFile | None = None,
        instead: Proposer | None = None,
        changed: ChangedRows | None = None,
    ) -> None:
        self._index, self._file, self._instead, self._rows = index, file, instead, changed
        self.about = about
        self.width = about.width
        self.exact, self._changed = False, False
        self.recall: float | None = about.recall
        self.recall_note = "" if changed is None else BEFORE

    def __len__(self) -> int:
        return self.about.count if self._rows is None else self._rows.count

    def _best(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        if not self._is_changed():
            rows = self._found(queries, count)
            # Looked at again, for what is changed during a search shows through the map, too.
            if not self._is_changed():
                return rows
        if self._instead is None:
            raise ArtifactError(CHANGED)
        return self._instead.propose(queries, count)

    def _found(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        reach, changed = self.about.reach, self._rows
        if changed is None:
            return np.unique(nearest(self._index, queries, count, reach))
        found = searched(self._index, queries, min(count, changed.standing), reach, changed.selector)
        return changed.best(queries, count, found)

    def _is_changed(self) -> bool:
        """Tells whether the file is another than was compared; from then on it is never asked again."""
        if not self._changed and self._file is not None and not self._file.is_unchanged():
            self._changed = True
            if self._instead is not None:
                self.exact, self.recall = self._instead.exact, getattr(self._instead, "recall", None)
                self.recall_note = ""
                log.warning("%s From now on it is searched exactly.", CHANGED)
        return self._changed


def nearest(
    index: Any, queries: Float32[np.ndarray, "m d"], count: int, reach: int
) -> Int64[np.ndarray, "m count"]:
    """Returns the rows that FAISS finds best for each query, see `searched`."""
    return searched(index, queries, count, reach)[1]


def searched(
    index: Any,
    queries: Float32[np.ndarray, "m d"],
    count: int,
    reach: int,
    selector: faiss.IDSelector | None = None,
) -> tuple[Float32[np.ndarray, "m count"], Int64[np.ndarray, "m count"]]:
    """Returns scores and rows that FAISS finds best for each query; where lists held too few, it looks into more.

    Args:
        index: of n rows.
        queries: (m, d) finite.
        count: rows for each query, 1..n - 1, of those that are selected.
        reach: lists that are looked into.
        selector: of the rows that may be found; None for all.
    """
    looking = faiss.SearchParametersIVF(nprobe=reach, sel=selector)  # type: ignore[call-arg]
    with faiss_threads(1):
        scores, rows = map(np.asarray, index.search(queries, count, params=looking))
    lacking = (rows < 0).any(axis=1)
    if lacking.any() and reach < index.nlist:
        more = searched(index, queries[lacking], count, reach * WIDER, selector)
        scores[lacking], rows[lacking] = more
    return scores, rows


def blocks_of(
    sides: Sequence[Float32[StoredRows, "n _"]], size: int
) -> Iterator[tuple[int, Float32[np.ndarray, "block d"]]]:
    """Yields the number of the first row of each block, and its rows laid side by side."""
    for start in range(0, len(sides[0]), size):
        yield start, np.concatenate([rows[start : start + size] for rows in sides], axis=1)


@contextmanager
def faiss_threads(count: int) -> Iterator[None]:
    """Lets FAISS use so many threads; one is faster than several whenever the machine has other work.

    The number belongs to the calling thread, and PyTorch reads the same one: left at 1, it would slow the encoders
    that this thread runs next, and change the last digits of what they say.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
