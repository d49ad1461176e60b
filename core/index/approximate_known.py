"""An index after pictures came and went: which of its rows still stand, where, and what it does not know.

A gallery in segments is brought up to date by the segment, see `core.index.segment_plan`. What the index holds of a
segment that still stands is as good as ever, only its rows have other numbers; the rows of new segments are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from jaxtyping import Float32, Int64

from core.blend import order
from core.contracts import SomeRows
from core.index.proposing import ExactProposer
from core.index.segmented_rows import Segments, StoredRows

SERVES_FROM = 0.75
"""The share of the gallery's rows, and of the index's own, that must stand in both."""
BEFORE = "measured before the gallery changed"
"""What is said of the recall of an index that does not know all pictures, or knows some that are gone."""

SegmentNames = tuple[tuple[str, int], ...]
"""Of each segment a SHA-256 that names its vectors, and how many rows it has."""


def segments_of(side: Float32[StoredRows, "n _"], rows: str) -> SegmentNames:
    """Returns the segments in which a set of vectors lies; one that lies in memory is its own and only one.

    Args:
        side: the set.
        rows: SHA-256 that names the gallery's vectors.
    """
    lies_in: Segments | None = getattr(side, "segments", None)
    if lies_in is None:
        return ((rows, len(side)),)
    return tuple((each.entry.vectors, each.entry.count) for each in lies_in)


def changed_since(before: SegmentNames, sides: Sequence[Float32[StoredRows, "n _"]]) -> ChangedRows | None:
    """Returns what became of the rows of an index; None where too few still stand for it to be of use.

    Args:
        before: the segments that the index was made of, in their order.
        sides: the vector sets that it searches, as the gallery has them now.
    """
    now, firsts = segments_of(sides[0], rows=""), _firsts(before)
    places: dict[tuple[str, int], list[int]] = {}
    for place, name in enumerate(now):
        places.setdefault(name, []).append(place)
    standing = [places[name].pop(0) if places.get(name) else None for name in before]
    kept = sum(count for place, (_, count) in zip(standing, before, strict=True) if place is not None)
    if kept < SERVES_FROM * max(firsts[-1], len(sides[0])):
        return None
    starts, new = _firsts(now), sorted(place for left in places.values() for place in left)
    known = _Moved(firsts[:-1], np.array([0 if place is None else starts[place] for place in standing]))
    stands = np.repeat([place is not None for place in standing], [count for _, count in before])
    added = None
    if new:
        in_segments: Sequence[Any] = sides  # for nothing else keeps a part of its rows
        fresh = [side.among(new) for side in in_segments]
        added = ExactProposer(fresh), _Moved(fresh[0].segments.starts[:-1], starts[new])
    selector: Any = faiss.IDSelectorBitmap  # which takes an array, whatever its stubs say
    return ChangedRows(len(sides[0]), kept, selector(np.packbits(stands, bitorder="little")), known, added)


def _firsts(segments: SegmentNames) -> Int64[np.ndarray, " s_and_1"]:
    """Returns the first row of each segment, and after the last one n."""
    return np.cumsum([0, *(count for _, count in segments)])


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    """Segments whose rows stand elsewhere.

    Attributes:
        firsts: (s,) the first row of each, ascending.
        today: (s,) the first row of each in the gallery.
    """

    firsts: Int64[np.ndarray, " s"]
    today: Int64[np.ndarray, " s"]

    def placed(self, rows: SomeRows) -> SomeRows:
        """Returns where rows stand in the gallery."""
        numbers = np.searchsorted(self.firsts, rows, side="right") - 1
        return np.asarray(rows - self.firsts[numbers] + self.today[numbers])


@dataclass(frozen=True, slots=True, eq=False)
class ChangedRows:
    """The rows of a gallery, of which an index knows most; made by `changed_since`.

    Attributes:
        count: n, how many the gallery has.
        standing: how many of the index's rows it still has.
        selector: of FAISS, which lets a search find these alone.
        known: where they stand.
        added: what looks at the rows that the index does not know, and where they stand; None without any.
    """

    count: int
    standing: int
    selector: faiss.IDSelectorBitmap
    known: _Moved
    added: tuple[ExactProposer, _Moved] | None

    def best(
        self,
        queries: Float32[np.ndarray, "m d"],
        count: int,
        found: tuple[Float32[np.ndarray, "m k"], Int64[np.ndarray, "m k"]],
    ) -> SomeRows:
        """Returns the union of the best rows of each query, ascending, each once.

        What FAISS says of a row decides only whether it is proposed, as it does among the rows of the index.

        Args:
            queries: (m, d).
            count: rows for each, at least 1.
            found: the scores and the rows of the index that FAISS finds best for each; -1 for none.
        """
        rows = []
        new = self._new(queries, count)
        for scores, near, (new_scores, new_rows) in zip(*found, new, strict=True):
            there = near >= 0
            both = np.concatenate([self.known.placed(near[there]), new_rows])
            rows.append(both[order(np.concatenate([scores[there], new_scores]), count)])
        return np.unique(np.concatenate(rows))

    def _new(self, queries: Float32[np.ndarray, "m d"], count: int) -> list[tuple[np.ndarray, np.ndarray]]:
        if self.added is None:
            return [(np.zeros(0, np.float32), np.zeros(0, np.int64))] * len(queries)
        proposer, moved = self.added
        return [(scores, moved.placed(rows)) for scores, rows in proposer.best_of_each(queries, count)]
