"""Turning a folder of pictures into a gallery: reader -> mapper -> writer, one shard after another."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.contracts import GalleryEncoders
from core.errors import ArtifactError, CapacityError, DataError, InputError
from core.images import open_picture, thumbnail
from core.index.base import checked_rows
from core.index.constants import gallery_constants
from core.index.encoded import EncodedRows
from core.index.known import KnownFiles
from core.index.lock import Waiting
from core.index.picture_map import maps_of
from core.index.place import building
from core.index.reader import DescriptionTable, Found, items_of, read_titles
from core.index.report import BuildReport
from core.index.segmented_build import SegmentedBuild
from core.index.segmented_writer import SegmentedWriter
from core.index.shards import EncodedRow, Shard, origin_of, write_shard
from core.index.walk import find_pictures
from core.index.writer import BundleWriter, Reject
from core.lookahead import ahead
from core.plurals import counted
from core.types import EncodedPictures, Picture

log = logging.getLogger(__name__)

SHARD_SIZE = 32
MOST_WHOLE = 20_000
"""Of more pictures a gallery lies in segments, which are opened without a look at any of them."""
PICTURES_AHEAD, DIGESTS_AHEAD = 16, 256
"""How many pictures, or digests of files, threads may have ready before they are needed."""

Progress = Callable[[int, int], None]
"""Told after every shard how many pictures are done, and of how many."""


def build_gallery(
    folder: Path,
    out: Path,
    *,
    encoders: GalleryEncoders,
    progress: Progress | None = None,
    follow_links: bool = True,
    verify: bool = False,
    waiting: Waiting | None = None,
) -> BuildReport:
    """Makes a gallery of a folder of pictures and of the folders in it, or brings one up to date.

    What an earlier build encoded is taken over by the content of the files, whatever they are called now, as long
    as the models are the same: from the gallery in `out`, and from the finished shards of a build that was cut
    off, in `out/.work`. A file whose size, time and inode have not changed is not even read. The result is that
    of a fresh build, byte for byte, where the models give a picture the same numbers in any company; in PyTorch
    the other pictures of a batch move a number by about 1e-7. Until the last step `out` holds the gallery it held
    before. An items.csv or labels.csv with a column `file` may give each picture a `title` and a `group`.

    Args:
        folder: the pictures.
        out: the bundle to write; may be inside `folder`.
        encoders: the models.
        progress: told how far it is.
        follow_links: enter linked folders and take files linked from elsewhere.
        verify: read every file again, unchanged or not.
        waiting: told who else builds this bundle, and it is waited for; None not to wait.

    Raises:
        DataError: no pictures, none that can be read, an unusable table, or `out` is something else.
        ArtifactError: the models gave vectors that cannot be searched; the sentence names the picture.
        CapacityError: another process builds this bundle, or it cannot be written (disk full, read-only).
    """
    pictures, rejects = find_pictures(folder, leave_out=out / "thumbnails", follow_links=follow_links)
    table = read_titles(folder)
    with building(out, waiting) as work:
        build = _Build(pictures, out, work, encoders)
        build.run(progress or (lambda done, total: None), len(rejects), verify)
        with build.timed("write"):
            report = build.publish(rejects, table)
    log.info(
        "%s: %d pictures, %d encoded now, %d rejected, %s",
        out.name, report.pictures, report.encoded, len(report.rejects), report.timings(),
    )  # fmt: skip
    if report.unfitting:
        log.warning("%s: %s", out.name, report.lost_rows())
    return report


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A picture as the reader hands it on.

    Attributes:
        number: its place in the folder, from 1.
        file: relative to the folder.
        picture: None when it cannot be used.
        thumbnail: its small copy.
    """

    number: int
    file: str
    picture: Picture | None = None
    thumbnail: bytes = b""


class _Build:
    """The reader, the mapper and the writer of one build.

    Args:
        pictures: the pictures.
        out: the bundle.
        work: its work folder, for finished shards.
        encoders: the models.
    """

    def __init__(self, pictures: Sequence[Found], out: Path, work: Path, encoders: GalleryEncoders) -> None:
        self._pictures, self._out, self._work, self._encoders = pictures, out, work, encoders
        self._in_segments = len(pictures) > MOST_WHOLE
        self._writer = SegmentedWriter(out) if self._in_segments else BundleWriter(out)
        self._earlier = KnownFiles.read(out)
        self._origin = origin_of(encoders.models)
        self._rows = EncodedRows(out, work, self._origin, self._in_segments)
        self._digests: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._taken_over = self._encoded = 0
        self._seconds = {"read": 0.0, "encode": 0.0, "write": 0.0}

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the block's time to that of a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - start

    def run(self, progress: Progress, done: int, verify: bool) -> None:
        """Finds every picture's digest, and encodes those that are not known yet.

        Threads read, decode and shrink the next pictures while the models describe those before.
        """
        total = len(self._pictures) + done
        progress(done, total)
        with self.timed("read"):
            self._rows.take_over(
                self._encoders.models if self._earlier.origin == self._origin else None, verify
            )
        reported = 0
        with (
            ahead(
                partial(self._earlier.digest_of, verify=verify), self._pictures, most=DIGESTS_AHEAD
            ) as digests,
            ahead(self._read, self._new(digests, done + 1), most=PICTURES_AHEAD) as read,
        ):
            while batch := self._next_batch(read):
                self._encode_all([row for row in batch if row.picture is not None])
                reported = batch[-1].number
                progress(reported, total)
        if reported < total:
            progress(total, total)

    def _new(self, digests: Iterator[str], first: int) -> Iterator[tuple[int, Found, str]]:
        """Yields number, file and digest of the pictures that are to be encoded, of copies one."""
        begun: set[str] = set()
        for number, (picture, digest) in enumerate(zip(self._pictures, digests, strict=True), first):
            self._digests[picture.file] = digest
            if digest in begun:
                continue
            if digest in self._rows:
                self._taken_over += 1
            else:
                begun.add(digest)
                yield number, picture, digest

    def _read(self, new: tuple[int, Found, str]) -> _Read:
        """Opens a picture and makes its thumbnail; several threads do."""
        number, item, digest = new
        try:
            picture = open_picture(item.path)
            if picture.digest != digest:
                self._earlier.forget(item.file)
                raise InputError("The file changed while it was read; build again.")
            return _Read(number, item.file, picture, thumbnail(picture))
        except (InputError, CapacityError) as error:
            self._refused[digest] = str(error)
            return _Read(number, item.file)

    def _next_batch(self, read: Iterator[_Read]) -> list[_Read]:
        with self.timed("read"):
            return list(islice(read, SHARD_SIZE))

    def _encode_all(self, batch: Sequence[_Read]) -> None:
        """Encodes and writes one batch."""
        pictures = [row.picture for row in batch if row.picture is not None]
        if not pictures:
            return
        with self.timed("encode"):
            encoded = _checked(self._described(pictures), [row.file for row in batch])
        with self.timed("write"):
            rows = tuple(
                EncodedRow(
                    item.digest, *item.original_size, caption, self._writer.add_thumbnail(row.thumbnail)
                )
                for row, item, caption in zip(batch, pictures, encoded.captions, strict=True)
            )
            path = write_shard(self._work, self._origin, Shard(rows, encoded.vectors))
            self._rows.add(path, rows)
        self._encoded += len(rows)

    def _described(self, pictures: Sequence[Picture]) -> EncodedPictures:
        try:
            return self._encoders.encode(pictures)
        except OSError as error:
            raise ArtifactError(
                f"The models cannot read a file of theirs ({error.strerror or error})."
            ) from error

    def publish(self, rejects: Sequence[Reject], table: DescriptionTable) -> BuildReport:
        """Gathers what is encoded into the bundle, and leaves a note on the files for the next build."""
        used = {file: digest for file, digest in self._digests.items() if digest in self._rows}
        refused = [
            *rejects,
            *(
                Reject(file, self._refused[file_digest])
                for file, file_digest in self._digests.items()
                if file_digest in self._refused
            ),
        ]
        if not used:
            raise DataError(
                f"None can be used of {counted(len(refused), 'picture')}; {refused[0].file}: {refused[0].reason}"
            )
        self._write(used, table, refused)
        # In this order, so that at any moment either the note or the shards vouch for what is encoded.
        self._earlier.write(self._out, self._origin)
        shutil.rmtree(self._work, ignore_errors=True)
        return BuildReport(
            len(used), tuple(refused), self._taken_over, MappingProxyType(self._seconds), self._encoded,
            table.name,
            sum(bool(table.describe(file).title) for file in used),
            table.unfitting(used),
        )  # fmt: skip

    def _write(self, used: Mapping[str, str], table: DescriptionTable, refused: Sequence[Reject]) -> None:
        """Publishes the gallery of pictures, file -> digest."""
        if not isinstance(self._writer, BundleWriter):
            SegmentedBuild(self._out, self._rows, used, table, self._encoders.models).publish(refused)
            return
        joined = self._rows.gathered(list(used.values()))
        self._writer.publish(
            items=items_of({file: self._rows[digest] for file, digest in used.items()}, table),
            vectors=joined,
            constants=gallery_constants(joined),
            models=self._encoders.models,
            rejects=refused,
            maps=maps_of(joined),
        )


def _checked(encoded: EncodedPictures, files: Sequence[str]) -> EncodedPictures:
    """Refuses what could not be searched, naming the first picture of the batch that it concerns."""
    count = len(files)
    if len(encoded.captions) != count or any(len(rows) != count for rows in encoded.vectors.values()):
        raise ArtifactError(
            f"The models gave captions or vectors for another number than {counted(count, 'picture')}."
        )
    for name, rows in encoded.vectors.items():
        for file, row in zip(files, rows, strict=True):
            try:
                checked_rows(np.asarray(row)[None], name)
            except ArtifactError as error:
                raise ArtifactError(f"The models gave an unusable vector for {file!r}: {error}") from None
    return encoded
