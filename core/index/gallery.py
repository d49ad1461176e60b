"""A gallery, opened: its pictures, vectors and maps, whatever format they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jaxtyping import Float32

from core.contracts import Index, Proposer
from core.index.items import Item
from core.index.manifest import VERSION
from core.index.picture_map import PictureMap
from core.index.segmented_rows import Segments, StoredRows
from core.index.thumbnail_check import ThumbnailCheck
from core.index.vectors import IndexedVectors

PLACEHOLDER = Path(__file__).with_name("placeholder.webp")


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """An opened bundle. Immutable: a rebuilt gallery is opened anew and swapped by reference.

    Attributes:
        path: the bundle's folder.
        title: the folder's name, for the page.
        items: the pictures, in the order of the vectors' rows; of a gallery in segments read when they are asked for.
        constants: picture_mean, picture_std, words_mean, words_std, box_mean, box_std; for cosines.
        models: role -> id of the models that made it.
        rejected: how many pictures of the folder could not be used.
        maps: name of a vector set -> the gallery as a map of it; empty where none was made.
        version: of the format that it was written in; the first one had no maps, the third lies in segments.
        fingerprint: changes with the pictures; "" where that takes a look at all of them.
    """

    path: Path
    title: str
    items: Sequence[Item]
    constants: Mapping[str, float]
    models: Mapping[str, str]
    rejected: int
    _vectors: IndexedVectors = field(repr=False)
    _by_digest: Mapping[str, tuple[int, ...]] = field(repr=False)
    maps: Mapping[str, PictureMap] = field(default_factory=dict, repr=False)
    version: int = VERSION
    fingerprint: str = ""
    _segments: Segments | None = field(default=None, repr=False)
    _copies: Mapping[int, tuple[int, ...]] | None = field(default=None, repr=False)
    _checked: ThumbnailCheck | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.items)

    def vectors(self, name: str) -> Float32[StoredRows, "n d"]:
        """Returns the read-only (n, d) unit rows called "joint", "garment" or "words".

        Raises:
            ArtifactError: this gallery has no such vectors.
        """
        return self._vectors.vectors(name)

    def index(self, name: str) -> Index:
        """Returns what searches the vectors of that name; it is built once.

        Raises:
            ArtifactError: this gallery has no such vectors.
        """
        return self._vectors.index(name)

    def proposer(self, *names: str) -> Proposer:
        """Returns what proposes rows by these vectors laid side by side; errors as of `index`."""
        return self._vectors.proposer(*names)

    @property
    def vectors_digest(self) -> str:
        """What tells its vectors, and their order, from those of another gallery; "" where nobody knows."""
        return self._vectors.fingerprint

    def find(self, digest: str) -> tuple[int, ...]:
        """Returns every row whose picture's file has this SHA-256, in order; a folder may hold copies of one file."""
        return self._by_digest.get(digest, ()) if self._segments is None else self._segments.find(digest)

    def row_of(self, name: str) -> int | None:
        """Returns the row of the picture with this id, None without one."""
        if self._segments is not None:
            return self._segments.row_of(name)
        return next((row for row, item in enumerate(self.items) if item.id == name), None)

    @property
    def copies(self) -> Mapping[int, tuple[int, ...]]:
        """Row -> the later rows with the same bytes, for those pictures that have copies."""
        if self._copies is not None:
            return self._copies
        return {rows[0]: rows[1:] for rows in self._by_digest.values() if len(rows) > 1}

    @property
    def segments(self) -> Segments | None:
        """The segments in which it lies; None where it lies in memory."""
        return self._segments

    @property
    def thumbnails(self) -> Path:
        """The folder of thumbnails, which may be served as it is."""
        return self.path / "thumbnails"

    def thumbnail_path(self, index: int) -> Path:
        """Returns the file that shows item `index`; a placeholder when the thumbnail is gone: ranks stay."""
        return self.thumbnail(index) or PLACEHOLDER

    def thumbnail(self, index: int) -> Path | None:
        """Returns the small picture of item `index`, None when it is gone, or damaged where that is seen only now."""
        path = self.path / self.items[index].thumbnail
        if self._checked is not None:
            return path if self._checked.is_whole(index, path) else None
        return path if path.is_file() else None
