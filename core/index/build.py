"""Turning a folder of pictures into a gallery: reader -> mapper -> writer, one shard after another."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.contracts import GalleryEncoders
from core.errors import ArtifactError, CapacityError, DataError, InputError
from core.images import open_picture, thumbnail
from core.index.base import checked_rows
from core.index.constants import gallery_constants
from core.index.known import KnownFiles
from core.index.lock import Waiting
from core.index.place import building
from core.index.reader import DescriptionTable, Found, items_of, read_titles
from core.index.report import BuildReport
from core.index.shards import EncodedRow, Shard, finished, origin_of, write_shard
from core.index.walk import find_pictures
from core.index.writer import BundleWriter, Reject
from core.plurals import counted
from core.types import EncodedPictures, Picture

log = logging.getLogger(__name__)

SHARD_SIZE = 32

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
        self._writer = BundleWriter(out)
        self._earlier = KnownFiles.read(out)
        self._origin = origin_of(encoders.models)
        self._digests: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._rows: dict[str, tuple[EncodedRow, Mapping[str, np.ndarray]]] = {}
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
            published = self._encoders.models if self._earlier.origin == self._origin else None
            for shard in finished(self._out, self._work, self._origin, published):
                self._keep(shard)
        pending: dict[str, Found] = {}
        for number, picture in enumerate(self._pictures, done + 1):
            with self.timed("read"):
                digest = self._earlier.digest_of(picture, verify=verify)
            self._digests[picture.file] = digest
            if digest in self._rows:
                self._taken_over += 1
            elif digest not in self._refused:
                pending.setdefault(digest, picture)
            full = len(pending) == SHARD_SIZE
            if full or number == total:
                self._encode_all(pending)
                pending = {}
                progress(number, total)

    def _keep(self, shard: Shard) -> None:
        for row, about in enumerate(shard.rows):
            vectors = {name: rows[row] for name, rows in shard.vectors.items()}
            self._rows.setdefault(about.digest, (about, vectors))

    def _encode_all(self, batch: Mapping[str, Found]) -> None:
        """Opens, encodes and writes one batch, digest -> picture."""
        pictures: dict[str, Picture] = {}
        with self.timed("read"):
            for digest, item in batch.items():
                try:
                    picture = open_picture(item.path)
                    if picture.digest != digest:
                        self._earlier.forget(item.file)
                        raise InputError("The file changed while it was read; build again.")
                except (InputError, CapacityError) as error:
                    self._refused[digest] = str(error)
                else:
                    pictures[item.file] = picture
        if not pictures:
            return
        with self.timed("encode"):
            encoded = _checked(self._described(list(pictures.values())), list(pictures))
        with self.timed("write"):
            rows = tuple(
                EncodedRow(
                    item.digest, *item.original_size, caption, self._writer.add_thumbnail(thumbnail(item))
                )
                for item, caption in zip(pictures.values(), encoded.captions, strict=True)
            )
            shard = Shard(rows, encoded.vectors)
            write_shard(self._work, self._origin, shard)
        self._keep(shard)
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
        used = {file: self._rows[digest] for file, digest in self._digests.items() if digest in self._rows}
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
        names = sorted({name for _, vectors in used.values() for name in vectors})
        joined = {name: np.stack([vectors[name] for _, vectors in used.values()]) for name in names}
        self._writer.publish(
            items=items_of({file: row for file, (row, _) in used.items()}, table),
            vectors=joined,
            constants=gallery_constants(joined),
            models=self._encoders.models,
            rejects=refused,
        )
        # In this order, so that at any moment either the note or the shards vouch for what is encoded.
        self._earlier.write(self._out, self._origin)
        shutil.rmtree(self._work, ignore_errors=True)
        return BuildReport(
            len(used), tuple(refused), self._taken_over, MappingProxyType(self._seconds), self._encoded,
            table.name,
            sum(bool(table.describe(file).title) for file in used),
            table.unfitting(used),
        )  # fmt: skip


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
