"""The vectors and the items of a gallery in segments: read where they are touched, never held as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, overload

import numpy as np
from jaxtyping import Float32, Int64

from core.index.base import checked_rows
from core.index.items import Item
from core.index.segment import Segment

BLOCK = 8192
"""Rows that are read at a time where all are wanted."""


class Segments:
    """The segments of a gallery side by side.

    Args:
        segments: in the order of the rows.

    Attributes:
        starts: the first row of each, and after the last one n.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = tuple(segments)
        self.starts = np.concatenate([[0], np.cumsum([len(each) for each in segments])]).astype(np.int64)

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __iter__(self) -> Iterator[Segment]:
        return iter(self._segments)

    def __getitem__(self, number: int) -> Segment:
        return self._segments[number]

    def among(self, numbers: Sequence[int]) -> Segments:
        """Returns some of the segments side by side, in this order."""
        return Segments([self._segments[number] for number in numbers])

    def of(self, rows: Int64[np.ndarray, " r"]) -> Int64[np.ndarray, " r"]:
        """Returns the number of the segment in which each row stands."""
        return np.searchsorted(self.starts, rows, side="right") - 1

    def within(self, start: int, stop: int) -> Iterator[tuple[int, Segment, int, int]]:
        """Yields the segments of rows start to stop - 1: the first of these rows, the segment, and its part of them."""
        while start < stop:
            number = int(self.of(np.array([start]))[0])
            first, after = int(self.starts[number]), int(self.starts[number + 1])
            yield start, self._segments[number], start - first, min(stop, after) - first
            start = after

    def find(self, digest: str) -> tuple[int, ...]:
        """Returns every row whose picture's file has this SHA-256, in order."""
        return tuple(
            first + row
            for first, segment in zip(self.starts.tolist(), self._segments, strict=False)
            for row in segment.candidates("digests", digest)
            if segment.items(row, row + 1)[0].digest == digest
        )

    def row_of(self, name: str) -> int | None:
        """Returns the row of the item with this id, None without one.

        Raises:
            ArtifactError: what is touched is damaged, or two items have this id.
        """
        found: list[tuple[int, Segment]] = []
        for first, segment in zip(self.starts.tolist(), self._segments, strict=False):
            row = segment.row_of(name)
            if row is not None:
                found.append((first + row, segment))
        if len(found) > 1:
            raise found[1][1].doubled()
        return found[0][0] if found else None


class LazyItems(Sequence[Item]):
    """The items of a gallery in segments; each is read when it is asked for.

    Args:
        segments: of the gallery.
    """

    def __init__(self, segments: Segments) -> None:
        self._segments = segments

    def __len__(self) -> int:
        return len(self._segments)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        if isinstance(index, slice):
            places = range(len(self))[index]
            if places.step == 1:
                return tuple(self._between(places.start, places.stop))
            return tuple(self[place] for place in places)
        place = range(len(self))[index]  # which refuses what is outside, as a tuple does
        return next(self._between(place, place + 1))

    def __iter__(self) -> Iterator[Item]:
        return self._between(0, len(self))

    def _between(self, start: int, stop: int) -> Iterator[Item]:
        for begin in range(start, stop, BLOCK):
            for _, segment, first, after in self._segments.within(begin, min(begin + BLOCK, stop)):
                yield from segment.items(first, after)


class SegmentedRows:
    """A set of vectors of a gallery in segments, read-only: its rows are read where they are asked for.

    What asks for all of it, as `numpy.asarray` does, gets a copy of the size of all.

    Args:
        segments: of the gallery.
        name: of the set.
        width: d.

    Attributes:
        shape: (n, d).
    """

    dtype = np.dtype(np.float32)
    ndim = 2

    def __init__(self, segments: Segments, name: str, width: int) -> None:
        self._segments, self._name = segments, name
        self.shape = (len(segments), width)
        # A row is what its digest says, so one that was a unit vector stays one.
        self._units = np.zeros(len(segments), bool)

    @property
    def segments(self) -> Segments:
        """The segments of the gallery."""
        return self._segments

    def among(self, numbers: Sequence[int]) -> SegmentedRows:
        """Returns the rows of some segments, in this order, as if they were a gallery."""
        return SegmentedRows(self._segments.among(numbers), self._name, self.shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: int | slice | Sequence[int] | np.ndarray) -> np.ndarray:
        """Returns rows as an array of NumPy gives them, a copy: of a number (d,), else (r, d).

        Raises:
            ArtifactError: what is touched is damaged.
            IndexError: there is no such row.
        """
        if isinstance(rows, slice):
            return self._taken(np.arange(len(self))[rows])
        wanted = np.asarray(rows)
        if wanted.dtype == bool:
            if wanted.shape != (len(self),):
                raise IndexError(f"A mask of shape {wanted.shape} does not fit {len(self)} rows.")
            wanted = np.flatnonzero(wanted)
        wanted = wanted.astype(np.int64) if not wanted.size else wanted
        if wanted.size and (wanted.min() < -len(self) or wanted.max() >= len(self)):
            raise IndexError(f"There is no such row among {len(self)}.")
        places = np.where(wanted < 0, wanted + len(self), wanted)
        return self._taken(places.ravel()).reshape(*wanted.shape, self.shape[1])

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("The rows of a gallery in segments lie on the disk; all of them are a copy.")
        return self[:].astype(dtype or self.dtype, copy=False)

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[int, Float32[np.ndarray, "r d"]]]:
        """Yields all rows, at most `size` at a time, each time with the number of the first of them."""
        for start in range(0, len(self), size):
            yield start, self[start : start + size]

    def _taken(self, rows: Int64[np.ndarray, " r"]) -> Float32[np.ndarray, "r d"]:
        found = np.empty((len(rows), self.shape[1]), "<f4")
        ascending = bool((rows[1:] > rows[:-1]).all())
        wanted, back = (rows, None) if ascending else np.unique(rows, return_inverse=True)
        for start in range(0, len(wanted), BLOCK):
            here = slice(start, start + BLOCK)
            self._fill(wanted[here], found[: len(wanted)][here])
        whole = found if back is None else found[back]
        whole.setflags(write=False)
        return whole

    def _fill(self, wanted: Int64[np.ndarray, " r"], found: Float32[np.ndarray, "r d"]) -> None:
        """Reads at least one row; they ascend, and neighbours are read together."""
        numbers = self._segments.of(wanted)
        is_next = (np.diff(wanted) == 1) & (np.diff(numbers) == 0)
        begins = np.concatenate([[0], np.flatnonzero(~is_next) + 1])
        rows = (wanted - self._segments.starts[numbers])[begins]
        counts = np.diff(begins, append=len(wanted))
        runs = list(zip(rows.tolist(), begins.tolist(), counts.tolist(), strict=True))
        firsts = np.concatenate([[0], np.flatnonzero(np.diff(numbers[begins])) + 1])
        places, into, new = [*firsts.tolist(), len(runs)], found.data.cast("B"), []
        for segment, (first, after) in zip(numbers[begins][firsts].tolist(), pairwise(places), strict=True):
            others = self._segments[segment].fill_known(self._name, runs[first:after], into)
            new += [(segment, others)] if others else []
        for segment, others in new:  # the disk was told of all of them
            self._segments[segment].fill(self._name, others, into)
        unseen = np.flatnonzero(~self._units[wanted])
        if len(unseen):
            checked_rows(found[unseen], f"{self._segments[0].title} {self._name}")
            self._units[wanted] = True


if TYPE_CHECKING:
    StoredRows = np.ndarray
else:
    StoredRows = np.ndarray | SegmentedRows
"""Vectors of a gallery: an array, or what reads like one where it is asked for rows."""
