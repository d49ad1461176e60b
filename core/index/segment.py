"""One segment of a gallery, open: its items, vectors and keys, verified where they are touched."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt64
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from core.errors import ArtifactError
from core.index.base import checked_rows
from core.index.blocks import DIGEST_BYTES, BlockedFile, Section
from core.index.items import Item
from core.index.segment_file import (
    ITEM_ROWS,
    KEY_ROWS,
    KEYS,
    ROW_BITS,
    VECTOR_ROWS,
    VECTORS,
    block_starts,
    id_digest,
    key_of,
)
from core.index.segmented_manifest import SegmentEntry

UNFIT = (
    SafetensorError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError,
)  # fmt: skip
"""What comes of a table that is none of ours, though its digest is right."""

Run = tuple[int, int, int]
"""The first of some neighbouring rows of a segment, where it shall stand among all that are wanted, and how many."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """What the table of a segment says.

    Attributes:
        sections: name -> where its blocks are, and what they are known by.
        first: name of a section of keys -> the first key of each block.
    """

    sections: dict[str, Section]
    first: dict[str, UInt64[np.ndarray, " b"]] = field(default_factory=dict)


class Segment:
    """An open segment; safe to use from several threads.

    Args:
        folder: of the gallery.
        entry: what the manifest says of it.
        widths: name of a vector set -> d.
        title: of the gallery, for sentences.

    Attributes:
        entry: likewise.
        title: likewise.

    Raises:
        ArtifactError: its file is missing or cut short.
        CapacityError: this process may not open more files.
    """

    def __init__(self, folder: Path, entry: SegmentEntry, widths: Mapping[str, int], title: str) -> None:
        self.entry, self._widths, self.title = entry, widths, title
        self._file = BlockedFile(folder / entry.rows, entry.size, title)
        self._read: _Table | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self.entry.count

    def rows(self, name: str) -> Float32[np.ndarray, "n d"]:
        """Returns all rows of a set of vectors.

        Raises:
            ArtifactError: they are damaged, or one is no unit vector.
        """
        rows = np.empty((len(self), self._widths[name]), "<f4")
        self.fill(name, [(0, 0, len(self))], rows.data.cast("B"))
        return checked_rows(rows, f"{self.title} {name}")

    def fill_known(self, name: str, runs: Iterable[Run], into: memoryview) -> list[Run]:
        """Reads rows of a set of vectors whose blocks were verified before, and no more of these than the rows.

        Args:
            name: of the set.
            runs: neighbouring rows of this segment.
            into: the bytes of the rows among which they shall stand.

        Returns:
            The other ones, for `fill`; the disk is told that they will be wanted.

        Raises:
            ArtifactError: the file was cut short.
        """
        section, size = self._section(VECTORS + name), 4 * self._widths[name]
        begin, known, new = int(section.starts[0]), [], []
        for run in runs:
            row, place, count = run
            if section.is_known(row // VECTOR_ROWS, -(-(row + count) // VECTOR_ROWS)):
                into[place * size : (place + count) * size] = self._file.read(
                    begin + row * size, count * size
                )
                known.append(run)
            else:
                new.append(run)
        if known and not self._file.is_unchanged():
            new += known
        for row, _, count in new:
            self._file.expect(section, row // VECTOR_ROWS, -(-(row + count) // VECTOR_ROWS))
        return new

    def fill(self, name: str, runs: Iterable[Run], into: memoryview) -> None:
        """Reads rows of a set of vectors, verified; whether they are unit vectors is left to who asks.

        Args:
            name: of the set.
            runs: neighbouring rows of this segment.
            into: the bytes of the rows among which they shall stand.

        Raises:
            ArtifactError: what is touched is damaged.
        """
        section, size = self._section(VECTORS + name), 4 * self._widths[name]
        for row, place, count in runs:
            first = row // VECTOR_ROWS
            data = self._file.blocks(section, first, -(-(row + count) // VECTOR_ROWS))
            skipped = (row - first * VECTOR_ROWS) * size
            into[place * size : (place + count) * size] = memoryview(data)[skipped : skipped + count * size]

    def items(self, start: int, stop: int) -> list[Item]:
        """Returns the items of rows start to stop - 1 of this segment.

        Raises:
            ArtifactError: what is touched is damaged.
        """
        first, after = start // ITEM_ROWS, -(-stop // ITEM_ROWS)
        data = self._file.blocks(self._section("items"), first, after)
        lines = data.decode("utf-8", "replace").split("\n")[:-1]
        if len(lines) != min(after * ITEM_ROWS, len(self)) - first * ITEM_ROWS:
            raise self._file.damaged("its items are not those that it counts")
        skipped = start % ITEM_ROWS
        try:
            items = [Item.from_line(line) for line in lines[skipped : skipped + stop - start]]
        except (ValueError, RecursionError) as error:
            raise self._file.damaged(f"an item: {error}") from None
        if len({item.id for item in items}) != len(items):
            raise self.doubled()
        return items

    def row_of(self, name: str) -> int | None:
        """Returns the row of the item with this id, of this segment, None without one.

        Raises:
            ArtifactError: what is touched is damaged, or two items have this id.
        """
        rows = [
            row for row in self.candidates("ids", id_digest(name)) if self.items(row, row + 1)[0].id == name
        ]
        if len(rows) > 1:
            raise self.doubled()
        return rows[0] if rows else None

    def doubled(self) -> ArtifactError:
        """Returns the error that an id of this segment is that of another picture, too."""
        return self._file.damaged("it lists two pictures by the same id")

    def candidates(self, section: str, digest: str) -> list[int]:
        """Returns the rows whose digest starts like one, in order; the caller compares the whole.

        Args:
            section: which digests: digests (of files), ids or thumbnails.
            digest: SHA-256 in hex.
        """
        low, first = key_of(digest), self._table().first[section]
        high = low | (2**ROW_BITS - 1)
        ends = np.searchsorted(first, np.array([low, high], np.uint64), side="right")
        keys = self._keys(section, max(int(ends[0]) - 1, 0), int(ends[1]))
        here = keys[(keys >= np.uint64(low)) & (keys <= np.uint64(high))]
        return [int(key) & (2**ROW_BITS - 1) for key in here]

    def keys(self, section: str) -> UInt64[np.ndarray, " n"]:
        """Returns all keys of a kind, sorted; the last 16 bits are rows."""
        return self._keys(section, 0, len(self._table().first[section]))

    def _keys(self, section: str, first: int, after: int) -> UInt64[np.ndarray, " n"]:
        keys = np.frombuffer(self._file.blocks(self._section(section), first, after), "<u8")
        if (keys & np.uint64(2**ROW_BITS - 1) >= len(self)).any():
            raise self._file.damaged(f"a key of its {section} names a picture that it has not")
        return keys

    def _section(self, name: str) -> Section:
        return self._table().sections[name]

    def _table(self) -> _Table:
        """Returns the table, verified when it is first needed."""
        with self._lock:
            if self._read is None:
                start, size, expected = self.entry.table
                data = self._file.read(start, size)
                if hashlib.sha256(data).hexdigest() != expected:
                    raise self._file.damaged("its table is not what was written")
                try:
                    self._read = self._parsed(data)
                except UNFIT:
                    raise self._file.damaged("its table does not fit it") from None
            return self._read

    def _parsed(self, data: bytes) -> _Table:
        """Returns what a table says; one of `UNFIT` where that does not fit the segment."""
        tensors = load_tensors(data)
        layout: dict[str, Any] = json.loads(tensors.pop("layout").tobytes())
        count, at, end = len(self), layout["at"], layout["end"]
        expected = {*KEYS, "items", *(VECTORS + name for name in self._widths)}
        base = self.entry.table[0] - end
        whole = all(type(number) is int and 0 <= number <= end for number in (end, *at.values()))
        if not whole or layout["count"] != count or set(at) != expected or base < 0:
            raise ValueError
        sections, first = {}, {}
        for name, start in at.items():
            if name == "items":
                starts = tensors["items.starts"].astype(np.int64)
                if starts.shape != (-(-count // ITEM_ROWS) + 1,):
                    raise ValueError
            elif name in KEYS:
                starts, first[name] = block_starts(count, KEY_ROWS, 8), tensors[f"{name}.first"]
                if first[name].shape != (len(starts) - 1,) or first[name].dtype != np.uint64:
                    raise ValueError
            else:
                width = self._widths[name.removeprefix(VECTORS)]
                starts = block_starts(count, VECTOR_ROWS, 4 * width)
            sections[name] = _checked(
                name, base + start + starts, tensors[f"{name}.digests"], self.entry.size
            )
        ends = {int(each.starts[-1]) for each in sections.values()}
        if ends != {*(base + start for start in at.values() if start), base + end}:
            raise ValueError  # a section does not end where the next one starts
        return _Table(sections, first)


def _checked(name: str, starts: np.ndarray, digests: np.ndarray, size: int) -> Section:
    """Returns a section after checking that it lies in its file, and that its table has a digest for each block."""
    blocks = len(starts) - 1
    inside = starts[0] >= 0 and starts[-1] <= size and bool((np.diff(starts) > 0).all())
    if not inside or digests.shape != (blocks, DIGEST_BYTES):
        raise ValueError
    return Section(name, starts, digests, bytearray(blocks))
