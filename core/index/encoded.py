"""What builds have encoded of a gallery so far: facts in memory, vectors on the disk until they are gathered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64, UInt64

from core.errors import ArtifactError, CapacityError
from core.index.bundle import read_items
from core.index.clearing import thumbnails_on_disk
from core.index.items import Item
from core.index.manifest import MANIFEST_NAME, BundleManifest
from core.index.names import beside_others, digest_in, shelved
from core.index.segment import Segment
from core.index.segment_file import ROW_BITS
from core.index.segmented_manifest import SegmentedManifest, SegmentEntry, parsed
from core.index.segmented_rows import LazyItems, SegmentedRows, Segments
from core.index.shards import SHARD, EncodedRow, read_shard
from core.index.vector_file import blocks_of, shapes_of
from core.store import sha256_of, write_atomically

Source = Path | Mapping[str, SegmentedRows]
"""Where vectors lie: a file, or the segments of a gallery."""


class EncodedRows:
    """The pictures that are encoded, by the digests of their files: of the published gallery, and of shards.

    Args:
        out: the bundle.
        work: its work folder.
        origin: of the encodings that are wanted.
        in_segments: whether the gallery that is made lies in segments, and its thumbnails in folders of their own.

    Attributes:
        earlier: the segments of the published gallery, where both it and the one that is made lie in segments, and
            none of them is damaged.
    """

    def __init__(self, out: Path, work: Path, origin: str, in_segments: bool = False) -> None:
        self._out, self._work, self._origin, self._in_segments = out, work, origin, in_segments
        self._files: list[Source] = []
        self._rows: dict[str, tuple[EncodedRow | None, int, int]] = {}
        self._items: Sequence[Item] = ()
        self.earlier: Segments | None = None

    def take_over(self, models: Mapping[str, str] | None, verify: bool = False) -> None:
        """Takes note of what earlier builds encoded and is whole: the published gallery, then what was cut off.

        Args:
            models: role -> id of the models that must have made the published gallery; None not to look at it.
            verify: read all of a gallery in segments again; else its items are, and thumbnails that are there count
                as whole.
        """
        if models is not None:
            self._take_over_published(models, verify)
        for path in sorted(self._work.glob(f"*{SHARD}")):
            shard = read_shard(path, self._origin)
            if shard is not None:
                self.add(path, shard.rows)

    def add(self, file: Source, rows: Iterable[EncodedRow]) -> None:
        """Takes note of a file's rows, of those whose small pictures are whole."""
        number = len(self._files)
        self._files.append(file)
        for row, about in enumerate(rows):
            if about.digest not in self._rows and _is_whole(self._out, about.thumbnail):
                self._rows[about.digest] = self._placed(about), number, row

    def __contains__(self, digest: str) -> bool:
        return digest in self._rows

    def __getitem__(self, digest: str) -> EncodedRow:
        about, _, row = self._rows[digest]
        return row_of(self._items[row]) if about is None else about

    def anew(self, digest: str) -> EncodedRow | None:
        """Returns what a build since the published gallery in segments says of a picture; None where that has it."""
        return self._rows[digest][0]

    def gathered(self, digests: Sequence[str]) -> dict[str, Float32[np.ndarray, "n _"]]:
        """Returns the vectors of pictures, name -> (n, d), read from the disk into one array each.

        Raises:
            ArtifactError: a file was changed by somebody else since it was written.
        """
        wanted: dict[int, tuple[list[int], list[int]]] = {}
        for place, digest in enumerate(digests):
            _, number, row = self._rows[digest]
            places, rows = wanted.setdefault(number, ([], []))
            places.append(place)
            rows.append(row)
        joined: dict[str, np.ndarray] = {}
        for number, (places, rows) in wanted.items():
            to, taken = np.array(places), np.array(rows)
            for name, which, vectors in self._taken(self._files[number], taken):
                whole = joined.setdefault(name, np.zeros((len(digests), vectors.shape[1]), np.float32))
                whole[to[which]] = vectors
        return dict(sorted(joined.items()))

    def _taken(self, source: Source, taken: Int64[np.ndarray, " r"]) -> Iterator[tuple[str, Any, np.ndarray]]:
        """Yields rows of a source, a few at a time: the name of the vectors, which of `taken` they are, the rows."""
        if not isinstance(source, Path):
            yield from ((name, slice(None), rows[taken]) for name, rows in source.items())
            return
        for name, start, block in self._blocks(source):
            here = (taken >= start) & (taken < start + len(block))
            yield name, here, block[taken[here] - start]

    def _blocks(self, file: Path) -> Iterator[tuple[str, int, np.ndarray]]:
        """Yields the name of the vectors, the number of the first row, and the rows, a few at a time."""
        if file.suffix != SHARD:
            for name in shapes_of(file):
                yield from ((name, start, block) for start, block in blocks_of(file, name))
            return
        shard = read_shard(file, self._origin)
        if shard is None:
            raise ArtifactError(
                "What was encoded was changed on the disk while the gallery was made; make it again."
            )
        yield from ((name, 0, rows) for name, rows in shard.vectors.items())

    def _placed(self, about: EncodedRow) -> EncodedRow:
        """Returns a row whose thumbnail lies where the gallery that is made wants it."""
        digest = digest_in(about.thumbnail) or ""
        name = (shelved if self._in_segments else beside_others)(digest)
        if name == about.thumbnail:
            return about
        to = self._out / name
        if not _is_whole(self._out, name):
            to.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(self._out / about.thumbnail, to)
            except OSError:  # a disk without links, or half of it is there
                write_atomically(to, (self._out / about.thumbnail).read_bytes())
        return EncodedRow.of(about, name)

    def _take_over_published(self, models: Mapping[str, str], verify: bool) -> None:
        """Takes note of the published gallery, unless it is not whole or of other models."""
        try:
            manifest = parsed((self._out / MANIFEST_NAME).read_bytes(), self._out.resolve().name)
            if manifest.models != dict(models):
                return
            if isinstance(manifest, BundleManifest):
                self.add(*_published(self._out, manifest))
                return
            self._add_segments(manifest, verify)
        except (OSError, ValueError, ArtifactError, CapacityError):
            return

    def _add_segments(self, manifest: SegmentedManifest, verify: bool) -> None:
        """Takes note of a gallery in segments; one that is damaged costs its own pictures."""
        sound: list[Segment] = []
        known: list[EncodedRow] = []
        number, first, there = len(self._files), 0, thumbnails_on_disk(self._out)
        for entry in manifest.segments:
            try:
                segment, items, small = _opened(self._out, entry, manifest.widths, verify)
            except ArtifactError:
                continue
            sound.append(segment)
            if self._in_segments:
                whole = np.isin(small, there).tolist()
                for row, item in enumerate(items):
                    if whole[row] and (not verify or _is_whole(self._out, item.thumbnail)):
                        self._rows.setdefault(item.digest, (None, number, first + row))
            else:
                known += map(row_of, items)
            first += len(segment)
        segments = Segments(sound)
        self.add(
            {name: SegmentedRows(segments, name, width) for name, width in manifest.widths.items()}, known
        )
        if self._in_segments:
            self._items = LazyItems(segments)
            self.earlier = segments if len(sound) == len(manifest.segments) else None


def _small_keys(segment: Segment) -> UInt64[np.ndarray, " n"]:
    """Returns the first 48 bits of the thumbnails of a segment, in the order of its rows."""
    keys = segment.keys("thumbnails")
    found = np.zeros(len(segment), np.uint64)
    found[(keys & np.uint64(2**ROW_BITS - 1)).astype(np.int64)] = keys >> np.uint64(ROW_BITS)
    return found


def _opened(
    out: Path, entry: SegmentEntry, widths: Mapping[str, int], verify: bool
) -> tuple[Segment, list[Item], UInt64[np.ndarray, " n"]]:
    """Returns a segment, its items, and the first 48 bits of its thumbnails.

    Raises:
        ArtifactError: these, or with `verify` anything in it, are damaged.
    """
    segment = Segment(out, entry, widths, out.name)
    items, small = segment.items(0, len(segment)), _small_keys(segment)
    for name in widths if verify else ():
        segment.rows(name)
    return segment, items, small


def _is_whole(out: Path, thumbnail: str) -> bool:
    try:
        return sha256_of(out / thumbnail) == digest_in(thumbnail)
    except OSError:
        return False


def row_of(item: Item) -> EncodedRow:
    """Returns what an item of a gallery says of its picture, whatever it is called."""
    return EncodedRow.of(item, item.thumbnail)


def _published(out: Path, manifest: BundleManifest) -> tuple[Path, list[EncodedRow]]:
    """Returns the file of a gallery's vectors and its rows; none when the gallery is not whole."""
    vectors = out / manifest.vectors
    if sha256_of(vectors) != manifest.files[manifest.vectors]:
        return vectors, []
    items = read_items(out, manifest, out.resolve().name)
    if shapes_of(vectors) != manifest.shapes:
        return vectors, []
    return vectors, [row_of(item) for item in items]
