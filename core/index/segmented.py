"""A gallery in segments, opened: nothing but its manifest is read, and all else verified where it is touched.

manifest.json                       models, constants, segments in the order of the rows; replaced last
segments/rows-<digest>.safetensors  items and vectors of some thousand pictures, see `core.index.segment_file`
segments/places-<digest>...         their places on the maps, (n, 2) for each set of vectors
segments/copies-<digest>...         (k, 2) a row, and a later row with the same bytes
segments/sums-<digest>...           the sums of which the constants are made, so that a picture costs itself
segments/anchors-<digest>...        the pictures by which new ones are placed on the maps
thumbnails/<2 digits>/<digest>.webp re-encoded, without metadata
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from core.errors import ArtifactError
from core.index.gallery import Gallery
from core.index.names import digest_in
from core.index.picture_map import PictureMap, checked_places
from core.index.segment import Segment
from core.index.segmented_manifest import SegmentedManifest
from core.index.segmented_rows import LazyItems, SegmentedRows, Segments
from core.index.thumbnail_check import ThumbnailCheck
from core.index.vectors import IndexedVectors
from core.index.verified import verified


def opened_in_segments(path: Path, title: str, manifest: SegmentedManifest, engine: str) -> Gallery:
    """Opens a gallery in segments.

    Args:
        path: its folder.
        title: its name, for the page and for sentences.
        manifest: what its manifest says.
        engine: which index searches it, a name in `core.index.INDEXES`.

    Raises:
        SettingsError: there is no index of that name.
        ArtifactError: a segment is missing or cut short.
        CapacityError: this process may not open so many files.
    """
    segments = Segments([Segment(path, entry, manifest.widths, title) for entry in manifest.segments])
    rows = {name: SegmentedRows(segments, name, width) for name, width in manifest.widths.items()}
    names = "\n".join(entry.rows for entry in manifest.segments)
    return Gallery(
        path=path,
        title=title,
        items=LazyItems(segments),
        constants=MappingProxyType(dict(manifest.constants)),
        models=MappingProxyType(dict(manifest.models)),
        rejected=manifest.rejected,
        _vectors=IndexedVectors(rows, engine, bundle=path, fingerprint=manifest.vectors_digest),
        _by_digest=MappingProxyType({}),
        maps=LazyMaps(path, manifest, title),
        version=manifest.version,
        fingerprint=hashlib.sha256(names.encode()).hexdigest(),
        _segments=segments,
        _copies=CopyTable(path, manifest, title),
        _checked=ThumbnailCheck(title, manifest.count),
    )


def piece(path: Path, name: str, title: str) -> dict[str, np.ndarray]:
    """Returns the arrays of a small file of a gallery in segments, verified.

    Args:
        path: the gallery's folder.
        name: of the file.
        title: of the gallery, for sentences.

    Raises:
        ArtifactError: it is missing, damaged, or cannot be read.
    """
    data = verified(path, name, digest_in(name) or "", title)
    try:
        return load_tensors(data)
    except (SafetensorError, ValueError, KeyError, OverflowError) as error:
        raise ArtifactError(f"{name} of the gallery {title!r} is unusable: {error}.") from None


class CopyTable(Mapping[int, tuple[int, ...]]):
    """Row -> the later rows with the same bytes; read when it is first asked.

    Args:
        path: the gallery's folder.
        manifest: what its manifest says.
        title: of the gallery, for sentences.
    """

    def __init__(self, path: Path, manifest: SegmentedManifest, title: str) -> None:
        self._path, self._manifest, self._title = path, manifest, title
        self._pairs: np.ndarray | None = None

    def _read(self) -> np.ndarray:
        if self._pairs is None:
            name, count = self._manifest.copies, self._manifest.count
            pairs = np.zeros((0, 2), np.int64)
            if name:
                pairs = piece(self._path, name, self._title).get("copies", pairs)
                sound = pairs.dtype == np.int64 and pairs.ndim == 2 and pairs.shape[1] == 2 and len(pairs)
                if not sound or pairs.min() < 0 or pairs.max() >= count or (np.diff(pairs[:, 0]) < 0).any():
                    raise ArtifactError(f"{name} of the gallery {self._title!r} does not fit it; rebuild it.")
            self._pairs = pairs
        return self._pairs

    def __getitem__(self, row: int) -> tuple[int, ...]:
        pairs = self._read()
        start, stop = np.searchsorted(pairs[:, 0], [row, row + 1])
        if start == stop:
            raise KeyError(row)
        return tuple(pairs[start:stop, 1].tolist())

    def __iter__(self) -> Iterator[int]:
        return iter(np.unique(self._read()[:, 0]).tolist())

    def __len__(self) -> int:
        return len(np.unique(self._read()[:, 0]))


class LazyMaps(Mapping[str, PictureMap]):
    """The maps of a gallery in segments; the places of one are gathered when it is asked for.

    Args:
        path: the gallery's folder.
        manifest: what its manifest says.
        title: of the gallery, for sentences.
    """

    def __init__(self, path: Path, manifest: SegmentedManifest, title: str) -> None:
        self._path, self._manifest, self._title = path, manifest, title

    def __getitem__(self, name: str) -> PictureMap:
        said = self._manifest.maps[name]
        parts = []
        for entry in self._manifest.segments:
            found = piece(self._path, entry.places, self._title).get(name)
            try:
                parts.append(checked_places(found, entry.count))
            except ValueError as error:
                raise ArtifactError(
                    f"{entry.places} of the gallery {self._title!r} is unusable: {error}."
                ) from None
        places = np.concatenate(parts)
        places.setflags(write=False)
        return PictureMap(places, str(said["method"]), int(said["seed"]), float(said["kept"]))

    def __contains__(self, name: object) -> bool:
        return name in self._manifest.maps

    def __iter__(self) -> Iterator[str]:
        return iter(self._manifest.maps)

    def __len__(self) -> int:
        return len(self._manifest.maps)
