"""Turning a folder of pictures into a gallery: reader -> mapper -> writer, one shard after another."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from core.contracts import GalleryEncoders
from core.errors import DataError
from core.index.batches import Encode, EncodedBatch, New, encoded_here
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
from core.lookahead import ahead, behind
from core.plurals import counted

log = logging.getLogger(__name__)

MOST_WHOLE = 20_000
"""Of more pictures a gallery lies in segments, which are opened without a look at any of them."""
DIGESTS_AHEAD = 256
"""How many digests of files threads may have ready before they are needed."""

Progress = Callable[[int, int], None]
"""Told after every shard how many pictures are done, and of how many."""


def build_gallery(
    folder: Path,
    out: Path,
    *,
    encoders: GalleryEncoders,
    encode: Encode | None = None,
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
        encode: what encodes by these models; None for this machine.
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
    with building(out, waiting, origin_of(encoders.models)) as work:
        build = _Build(pictures, out, work, encoders, encode or encoded_here(encoders))
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


class _Build:
    """The reader, the mapper and the writer of one build.

    Args:
        pictures: the pictures.
        out: the bundle.
        work: its work folder, for finished shards.
        encoders: the models.
        encode: what runs them, here or elsewhere.
    """

    def __init__(
        self, pictures: Sequence[Found], out: Path, work: Path, encoders: GalleryEncoders, encode: Encode
    ) -> None:
        self._pictures, self._out, self._work, self._encoders = pictures, out, work, encoders
        self._encode = encode
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
        """Finds every picture's digest, and encodes those that are not known yet."""
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
            self._encode(self._new(digests, done + 1)) as batches,
            behind(self._keep) as keep,  # to wait for the disk would leave the models idle
        ):
            for batch in batches:
                keep(batch)
                reported = max(reported, batch.last)
                progress(reported, total)
        if reported < total:
            progress(total, total)

    def _new(self, digests: Iterator[str], first: int) -> Iterator[New]:
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

    def _keep(self, batch: EncodedBatch) -> None:
        """Writes what was encoded, so that from here on no build needs to do it again."""
        self._refused |= batch.refused
        for file in batch.changed:
            self._earlier.forget(file)
        for stage, seconds in batch.seconds.items():
            self._seconds[stage] += seconds
        if not batch.pictures:
            return
        with self.timed("write"):
            rows = tuple(EncodedRow.of(one, self._writer.add_thumbnail(one.small)) for one in batch.pictures)
            path = write_shard(self._work, self._origin, Shard(rows, batch.vectors))
            self._rows.add(path, rows)
        self._encoded += len(rows)

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
