"""Turning a folder of pictures into a gallery: reader -> mapper -> writer, one shard after another."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import numpy as np

from core.errors import ArtifactError, CapacityError, DataError, InputError
from core.images import open_picture, thumbnail
from core.index.base import checked_rows
from core.index.constants import gallery_constants
from core.index.items import Item
from core.index.place import building
from core.index.reader import Described, Found, describe, find_pictures, ids_of, read_table
from core.index.shards import Row, Shard, read_shard, shard_key, write_shard
from core.index.writer import BundleWriter, Reject
from core.types import Picture

log = logging.getLogger(__name__)

SHARD_SIZE = 32
TOLERATED_REJECTS = 0.01
EXIT_MANY_REJECTS = 3

Progress = Callable[[int, int], None]
"""Told after every shard how many pictures are done, and of how many."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the models say about a batch of n pictures.

    Attributes:
        captions: n sentences.
        vectors: "joint" (n, d), "garment" (n, g) and "words" (n, e; the captions' embeddings), all unit rows.
    """

    captions: Sequence[str]
    vectors: Mapping[str, np.ndarray]


@runtime_checkable
class GalleryEncoders(Protocol):
    """The models that describe a gallery's pictures.

    It may also have a method `constants(vectors) -> dict[str, float]`: better means and deviations than those
    of the cosines within the gallery (see `core.index.constants`).
    """

    @property
    def models(self) -> Mapping[str, str]:
        """Role -> id; a gallery records them and is refused by others. A plain attribute will do."""
        ...

    def encode(self, pictures: Sequence[Picture]) -> Encoded:
        """Returns captions and vectors, one for each picture; the same pictures always give the same."""
        ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        pictures: how many are in the gallery.
        rejects: what could not be used, also in the bundle's rejects.jsonl.
        taken_over: how many of the folder's pictures an earlier build, cut off, had finished.
        seconds: time spent reading, encoding and writing.
    """

    pictures: int
    rejects: tuple[Reject, ...]
    taken_over: int
    seconds: Mapping[str, float]

    @property
    def exit_code(self) -> int:
        """3 when more than 1 % of the pictures could not be used, else 0."""
        total = self.pictures + len(self.rejects)
        return EXIT_MANY_REJECTS if len(self.rejects) > TOLERATED_REJECTS * total else 0


def build_gallery(
    folder: Path, out: Path, *, encoders: GalleryEncoders, progress: Progress | None = None
) -> BuildReport:
    """Makes a gallery of a folder of pictures and of the folders in it.

    A build that was cut off, by whatever, is continued: finished shards are kept in `out/.work` and taken
    over when their pictures and the models are still the same; the gallery is then the same byte for byte.
    Until the last step `out` holds the gallery it held before. An items.csv or labels.csv with a column
    `file` may give each picture a `title` and a `group`.

    Args:
        folder: the pictures.
        out: the bundle to write; may be inside `folder`.
        encoders: the models.
        progress: told how far it is.

    Raises:
        DataError: no pictures, none that can be read, an unusable table, or `out` is something else.
        ArtifactError: the models gave vectors that cannot be searched; the sentence names the picture.
        CapacityError: another process builds this bundle, or it cannot be written (disk full, read-only).
    """
    found, rejects = find_pictures(folder, leave_out=out / "thumbnails")
    table = read_table(folder)
    if table:
        log.info("%d pictures are described by the table.", len(table.keys() & {one.file for one in found}))
    with building(out) as work:
        build = _Build(found, work, encoders)
        keys = list(build.shards(progress or (lambda done, total: None), len(rejects)))
        with build.timed("write"):
            report = _publish(out, build, keys, rejects, table)
    log.info(
        "%s: %d pictures, %d rejected, %s", out.name, report.pictures, len(report.rejects), report.seconds
    )
    return report


@dataclass(slots=True)
class _Build:
    """The reader and the mapper: pictures in, finished shards in the work folder out."""

    found: Sequence[Found]
    work: Path
    encoders: GalleryEncoders
    taken_over: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: {"read": 0.0, "encode": 0.0, "write": 0.0})

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the block's time to that of a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - start

    def shards(self, progress: Progress, done: int) -> Iterator[str]:
        """Yields the keys of the folder's shards, each finished and written."""
        total = len(self.found) + done
        progress(done, total)
        for start in range(0, len(self.found), SHARD_SIZE):
            batch = self.found[start : start + SHARD_SIZE]
            with self.timed("read"):
                inputs = [(one.file, one.fingerprint()) for one in batch]
            key = shard_key(self.encoders.models, inputs)
            if read_shard(self.work, key) is not None:
                self.taken_over += len(batch)
            else:
                shard = self._encoded(batch, dict(inputs))
                with self.timed("write"):
                    write_shard(self.work, key, shard)
            done += len(batch)
            progress(done, total)
            yield key

    def _encoded(self, batch: Sequence[Found], fingerprints: Mapping[str, str]) -> Shard:
        """Opens and encodes one batch."""
        files: list[str] = []
        pictures: list[Picture] = []
        rejects: list[Reject] = []
        with self.timed("read"):
            for one in batch:
                try:
                    picture = open_picture(one.path)
                    if picture.digest != fingerprints[one.file]:
                        raise InputError("The file changed while it was read; build again.")
                except (InputError, CapacityError) as error:
                    rejects.append(Reject(one.file, str(error)))
                else:
                    files.append(one.file)
                    pictures.append(picture)
        if not pictures:
            return Shard((), (), {}, tuple(rejects))
        with self.timed("encode"):
            encoded = _checked(self._encode(pictures), files)
        rows = tuple(
            Row(file, picture.digest, *picture.original_size, caption)
            for file, picture, caption in zip(files, pictures, encoded.captions, strict=True)
        )
        with self.timed("write"):
            small = tuple(thumbnail(picture) for picture in pictures)
        return Shard(rows, small, encoded.vectors, tuple(rejects))

    def _encode(self, pictures: Sequence[Picture]) -> Encoded:
        try:
            return self.encoders.encode(pictures)
        except OSError as error:
            raise ArtifactError(
                f"The models cannot read a file of theirs ({error.strerror or error})."
            ) from error


def _checked(encoded: Encoded, files: Sequence[str]) -> Encoded:
    """Refuses what could not be searched, naming the first picture of the batch that it concerns."""
    count = len(files)
    if len(encoded.captions) != count or any(len(rows) != count for rows in encoded.vectors.values()):
        raise ArtifactError(f"The models gave captions or vectors for another number than {count} pictures.")
    for name, rows in encoded.vectors.items():
        for file, row in zip(files, rows, strict=True):
            try:
                checked_rows(np.asarray(row)[None], name)
            except ArtifactError as error:
                raise ArtifactError(f"The models gave an unusable vector for {file!r}: {error}") from None
    return encoded


def _publish(
    out: Path, build: _Build, keys: Sequence[str], rejects: Sequence[Reject], table: Mapping[str, Described]
) -> BuildReport:
    """Gathers the finished shards into the bundle, the writer's part of the build."""
    writer = BundleWriter(out)
    rows: list[Row] = []
    thumbnails: list[str] = []
    vectors: dict[str, list[np.ndarray]] = {}
    refused = list(rejects)
    for key in keys:
        shard = read_shard(build.work, key)
        if shard is None:
            raise ArtifactError("A finished part of the gallery was changed while it was built; build again.")
        rows += shard.rows
        thumbnails += [writer.add_thumbnail(data) for data in shard.thumbnails]
        refused += shard.rejects
        for name, array in shard.vectors.items():
            vectors.setdefault(name, []).append(array)
    if not rows:
        raise DataError(
            f"None of the {len(refused)} pictures can be used; {refused[0].file}: {refused[0].reason}"
        )
    joined = {name: np.concatenate(parts) for name, parts in sorted(vectors.items())}
    better = getattr(build.encoders, "constants", None)
    writer.publish(
        items=_items(rows, thumbnails, table),
        vectors=joined,
        constants=gallery_constants(joined, better(joined) if better else None),
        models=build.encoders.models,
        rejects=refused,
    )
    shutil.rmtree(build.work, ignore_errors=True)
    return BuildReport(len(rows), tuple(refused), build.taken_over, MappingProxyType(build.seconds))


def _items(rows: Sequence[Row], thumbnails: Sequence[str], table: Mapping[str, Described]) -> list[Item]:
    ids = ids_of([row.file for row in rows])
    items = []
    for row, small in zip(rows, thumbnails, strict=True):
        words = describe(row.file, table)
        items.append(
            Item(
                id=ids[row.file],
                file=row.file,
                thumbnail=small,
                title=words.title,
                caption=row.caption,
                width=row.width,
                height=row.height,
                digest=row.digest,
                group=words.group,
            )
        )
    return items


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Gives a `Progress` that draws a bar with the time left on standard error."""
    from tqdm import tqdm

    with tqdm(unit="picture", total=0) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
