"""Publishing a gallery in segments: the segments, then the small files, then the manifest in one step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.index.clearing import kept_by
from core.index.items import Item
from core.index.names import shelved
from core.index.segment_file import segment_of
from core.index.segmented_manifest import SegmentedManifest, SegmentEntry, parsed, rendered
from core.index.vector_file import pieces_of
from core.index.writer import FolderWriter, Reject, publish_manifest, write_named


class SegmentedWriter(FolderWriter):
    """Writes a gallery in segments."""

    small_name = staticmethod(shelved)

    def add_segment(
        self,
        items: Sequence[Item],
        vectors: Mapping[str, np.ndarray],
        places: Mapping[str, np.ndarray] | None = None,
    ) -> SegmentEntry:
        """Writes a segment and returns its entry in the manifest.

        Args:
            items: its pictures; their thumbnails were added before.
            vectors: name -> (n, d) unit rows in the order of the items.
            places: name of a set of vectors -> (n, 2) places on its map; None without maps.

        Raises:
            ArtifactError: items or vectors don't make a segment that could be read.
            OSError: the folder cannot be written.
        """
        pieces, entry = segment_of(items, vectors, self._title)
        self._write(entry.rows, pieces)
        return entry if places is None else replace(entry, places=self.add_piece("places", places))

    def add_piece(self, kind: str, arrays: Mapping[str, np.ndarray]) -> str:
        """Writes one of the small files and returns its name.

        Args:
            kind: places, copies, sums or anchors.
            arrays: name -> array.
        """
        pieces = pieces_of({name: np.ascontiguousarray(array) for name, array in arrays.items()})
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        name = f"segments/{kind}-{digest.hexdigest()}.safetensors"
        self._write(name, pieces)
        return name

    def publish(self, manifest: SegmentedManifest, rejects: Sequence[Reject] = ()) -> None:
        """Makes this the gallery that readers find.

        Args:
            manifest: which names what was written.
            rejects: what could not be used; written to rejects.jsonl as a report.

        Raises:
            ArtifactError: a reader would refuse it.
            OSError: the folder cannot be written; what was there before is still whole.
        """
        data = rendered(manifest)
        parsed(data, self._title)  # what a reader would refuse is never published
        self._check_present(manifest.files)
        publish_manifest(self.out, data, rejects, kept_by(self.out))

    def _write(self, name: str, pieces: Sequence[bytes | memoryview]) -> None:
        write_named(self.out, name, pieces, name.partition("-")[2].partition(".")[0])
