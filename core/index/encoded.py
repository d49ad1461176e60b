"""What builds have encoded of a gallery so far: facts in memory, vectors on the disk until they are gathered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.errors import ArtifactError
from core.index.bundle import read_items
from core.index.manifest import MANIFEST_NAME, parsed
from core.index.names import digest_in
from core.index.shards import EncodedRow, read_shard
from core.index.vector_file import blocks_of, shapes_of
from core.store import sha256_of

SHARD = ".shard"


class EncodedRows:
    """The pictures that are encoded, by the digests of their files: of the published gallery, and of shards.

    Args:
        out: the bundle.
        work: its work folder.
        origin: of the encodings that are wanted.
    """

    def __init__(self, out: Path, work: Path, origin: str) -> None:
        self._out, self._work, self._origin = out, work, origin
        self._files: list[Path] = []
        self._rows: dict[str, tuple[EncodedRow, int, int]] = {}

    def take_over(self, models: Mapping[str, str] | None) -> None:
        """Takes note of what earlier builds encoded and is whole: the published gallery, then what was cut off.

        Args:
            models: role -> id of the models that must have made the published gallery; None not to look at it.
        """
        if models is not None:
            self.add(*_published(self._out, models))
        for path in sorted(self._work.glob(f"*{SHARD}")):
            shard = read_shard(path, self._origin)
            if shard is not None:
                self.add(path, shard.rows)

    def add(self, file: Path, rows: Iterable[EncodedRow]) -> None:
        """Takes note of a file's rows, of those whose small pictures are whole."""
        number = len(self._files)
        self._files.append(file)
        for row, about in enumerate(rows):
            if about.digest not in self._rows and _is_whole(self._out, about.thumbnail):
                self._rows[about.digest] = about, number, row

    def __contains__(self, digest: str) -> bool:
        return digest in self._rows

    def __getitem__(self, digest: str) -> EncodedRow:
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
            for name, start, block in self._blocks(self._files[number]):
                here = (taken >= start) & (taken < start + len(block))
                whole = joined.setdefault(name, np.zeros((len(digests), block.shape[1]), np.float32))
                whole[to[here]] = block[taken[here] - start]
        return dict(sorted(joined.items()))

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


def _is_whole(out: Path, thumbnail: str) -> bool:
    try:
        return sha256_of(out / thumbnail) == digest_in(thumbnail)
    except OSError:
        return False


def _published(out: Path, models: Mapping[str, str]) -> tuple[Path, list[EncodedRow]]:
    """Returns the file of a gallery's vectors and its rows; none when the gallery is not whole or of other models."""
    title = out.resolve().name
    nothing: tuple[Path, list[EncodedRow]] = out / "vectors", []
    try:
        manifest = parsed((out / MANIFEST_NAME).read_bytes(), title)
        vectors = out / manifest.vectors
        if manifest.models != dict(models) or sha256_of(vectors) != manifest.files[manifest.vectors]:
            return nothing
        items = read_items(out, manifest, title)
        if shapes_of(vectors) != manifest.shapes:
            return nothing
    except (OSError, ValueError, ArtifactError):
        return nothing
    return vectors, [
        EncodedRow(item.digest, item.width, item.height, item.caption, item.thumbnail) for item in items
    ]
