"""Making a gallery in segments of what is encoded: what has not changed is left where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import ArtifactError
from core.index.constants import COMPARED, CosineSums, constants_of
from core.index.encoded import EncodedRows
from core.index.manifest import MANIFEST_NAME
from core.index.reader import DescriptionTable, ItemMaker
from core.index.sampled_map import Anchors, maps_of_anchors, sampled
from core.index.segment import Segment
from core.index.segment_plan import PlannedSegment, planned
from core.index.segmented import piece
from core.index.segmented_manifest import SegmentedManifest, SegmentEntry, parsed
from core.index.segmented_pieces import (
    anchors_from_arrays,
    anchors_to_arrays,
    copies_of,
    sums_from_arrays,
    sums_to_arrays,
)
from core.index.segmented_rows import SegmentedRows, Segments
from core.index.segmented_writer import SegmentedWriter
from core.index.writer import Reject

CHUNK = 4096
"""Pictures that are read at a time to count them."""
Maps = dict[str, dict[str, str | int | float]]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentedBuild:
    """What a gallery in segments is made of.

    Attributes:
        out: the bundle.
        rows: what is encoded.
        used: file -> digest of the pictures, in the order of the folder.
        table: what lies beside the pictures.
        models: role -> id of the models that made them.
    """

    out: Path
    rows: EncodedRows
    used: Mapping[str, str]
    table: DescriptionTable
    models: Mapping[str, str]

    def publish(self, rejects: Sequence[Reject]) -> None:
        """Makes the gallery, or brings the one before it up to date, and publishes it.

        Args:
            rejects: what could not be used.

        Raises:
            ArtifactError: the gallery before is damaged where it would stay.
            OSError: the folder cannot be written; what was there before is still whole.
        """
        before, writer = _Before.of(self.out, self.rows), SegmentedWriter(self.out)
        maker = ItemMaker(list(self.used), self.table)
        plan = planned(before.segments if before else None, self.used, maker, self.rows)
        maps, anchors = (before.maps, before.anchors) if before else self._mapped()
        sums = before.sums if before else {}
        entries: list[SegmentEntry] = []
        for each in plan.segments:
            entry = (
                each.kept.entry
                if each.kept
                else self._written(writer, each, maker, anchors, sums, not before)
            )
            entries.append(entry)
        if before:
            self._adjust(sums, before, plan.gone, plan.new)
        widths = self._widths()
        segments = Segments([Segment(self.out, entry, widths, self.out.name) for entry in entries])
        copies = copies_of(segments)
        manifest = SegmentedManifest(
            count=len(segments),
            models=dict(self.models),
            constants=constants_of({name: each.distribution() for name, each in sums.items()}),
            widths=widths,
            segments=tuple(entries),
            rejected=len(rejects),
            sums=writer.add_piece("sums", sums_to_arrays(sums)),
            copies=writer.add_piece("copies", {"copies": copies}) if len(copies) else "",
            maps=maps,
            anchors=writer.add_piece("anchors", anchors_to_arrays(anchors)) if anchors else "",
        )
        writer.publish(manifest, rejects)

    def _mapped(self) -> tuple[Maps, dict[str, Anchors]]:
        """Returns maps of some pictures drawn by chance, by which all are placed."""
        digests = list(self.used.values())
        maps, anchors = maps_of_anchors(self.rows.gathered([digests[row] for row in sampled(len(digests))]))
        return {name: each.about() for name, each in maps.items()}, anchors

    def _written(
        self,
        writer: SegmentedWriter,
        segment: PlannedSegment,
        maker: ItemMaker,
        anchors: Mapping[str, Anchors],
        sums: dict[str, CosineSums],
        counted: bool,
    ) -> SegmentEntry:
        """Writes a segment, and adds its rows to the sums where all are counted anew."""
        digests = [self.used[file] for file in segment.files]
        vectors = self.rows.gathered(digests)
        for name in COMPARED if counted else ():
            if name in vectors:
                sums.setdefault(name, CosineSums.of_width(vectors[name].shape[1])).add(vectors[name])
        items = [
            maker.item(file, self.rows[digest]) for file, digest in zip(segment.files, digests, strict=True)
        ]
        places = {name: each.place(vectors[name]) for name, each in anchors.items()}
        return writer.add_segment(items, vectors, places or None)

    def _adjust(
        self, sums: Mapping[str, CosineSums], before: _Before, gone: Sequence[int], new: Sequence[str]
    ) -> None:
        """Takes the pictures that are gone out of the sums, and adds the new ones, some thousand at a time."""
        for name, each in sums.items():
            rows = SegmentedRows(before.segments, name, len(each.total))
            for start in range(0, len(gone), CHUNK):
                each.add(rows[list(gone[start : start + CHUNK])], sign=-1)
        for start in range(0, len(new), CHUNK):
            vectors = self.rows.gathered([self.used[file] for file in new[start : start + CHUNK]])
            for name, each in sums.items():
                each.add(vectors[name])

    def _widths(self) -> dict[str, int]:
        some = self.rows.gathered([next(iter(self.used.values()))])
        return {name: int(vectors.shape[1]) for name, vectors in some.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """The gallery before, as far as the new one goes on with it.

    Attributes:
        segments: of it.
        sums: name of a vector set -> what its constants were made of.
        maps: what its manifest says of its maps; empty where it was made without.
        anchors: name of a vector set -> by which pictures others are placed on its map.
    """

    segments: Segments
    sums: dict[str, CosineSums]
    maps: Maps
    anchors: dict[str, Anchors]

    @classmethod
    def of(cls, out: Path, rows: EncodedRows) -> _Before | None:
        """Returns it; None where there is none in segments, or its small files are damaged: then all is made anew."""
        if rows.earlier is None:
            return None
        try:
            manifest = parsed((out / MANIFEST_NAME).read_bytes(), out.name)
            if not isinstance(manifest, SegmentedManifest):
                return None
            anchors = piece(out, manifest.anchors, out.name) if manifest.anchors else {}
            return cls(
                rows.earlier,
                sums_from_arrays(piece(out, manifest.sums, out.name)),
                manifest.maps,
                anchors_from_arrays(anchors),
            )
        except (OSError, ArtifactError, KeyError):
            return None
