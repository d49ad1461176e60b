"""Gives a gallery that was made before there were maps its maps: from its own vectors, without models or pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import InputError
from core.index.bundle import Gallery
from core.index.manifest import MANIFEST_NAME, BundleManifest
from core.index.picture_map import MOST_MAPPED, PictureMap, maps_of
from core.index.place import changing
from core.index.sampled_map import maps_of_anchors, sampled
from core.index.segmented_manifest import SegmentedManifest, parsed
from core.index.segmented_pieces import anchors_to_arrays
from core.index.segmented_rows import SegmentedRows, Segments
from core.index.segmented_writer import SegmentedWriter
from core.index.writer import REJECTS_NAME, BundleWriter, Reject


def add_maps(bundle: Path) -> dict[str, PictureMap]:
    """Makes the maps of a gallery and publishes it with them.

    Args:
        bundle: the gallery's folder.

    Returns:
        Name of a vector set -> its map.

    Raises:
        ArtifactError: it is no gallery, or damaged.
        InputError: it has more than 20,000 pictures, and was made before such galleries lay in segments.
        CapacityError: another process builds it, or it cannot be written.
    """
    with changing(bundle) as gallery:
        if gallery.segments is None and len(gallery) > MOST_MAPPED:
            raise InputError(
                f"The gallery {gallery.title!r} has {len(gallery):,} pictures in one piece; index it again, "
                "which makes its maps, too."
            )
        manifest = parsed((bundle / MANIFEST_NAME).read_bytes(), gallery.title)
        rejects = _rejects(bundle, gallery.rejected)
        if not isinstance(manifest, BundleManifest):
            return _add_in_segments(bundle, gallery, manifest, rejects)
        vectors = {name: gallery.vectors(name) for name in manifest.shapes}
        maps = maps_of(vectors)
        BundleWriter(bundle).publish(
            items=gallery.items,
            vectors=vectors,
            constants=gallery.constants,
            models=gallery.models,
            rejects=rejects,
            maps=maps,
        )
    return maps


def _add_in_segments(
    bundle: Path, gallery: Gallery, manifest: SegmentedManifest, rejects: Sequence[Reject]
) -> dict[str, PictureMap]:
    """Makes the maps of a gallery in segments: its pictures and vectors stay in their files."""
    writer, segments = SegmentedWriter(bundle), gallery.segments or Segments(())
    rows = {name: SegmentedRows(segments, name, width) for name, width in manifest.widths.items()}
    drawn = sampled(len(segments))
    maps, anchors = maps_of_anchors({name: each[drawn] for name, each in rows.items()})
    entries = []
    for segment in segments:
        places = {name: each.place(segment.rows(name)) for name, each in anchors.items()}
        entries.append(replace(segment.entry, places=writer.add_piece("places", places)))
    writer.publish(
        replace(
            manifest,
            segments=tuple(entries),
            maps={name: each.about() for name, each in maps.items()},
            anchors=writer.add_piece("anchors", anchors_to_arrays(anchors)),
        ),
        rejects,
    )
    return maps


def lines_of(maps: dict[str, PictureMap]) -> list[str]:
    """Returns what the command says of maps that were made."""
    return [
        f"{name}: {each.method}; of ten nearest pictures {10 * each.kept:.1f} are among the ten nearest on the map."
        for name, each in maps.items()
    ]


def _rejects(bundle: Path, count: int) -> list[Reject]:
    """Returns what the build could not use, by its report; where that is gone, as many without a name."""
    try:
        lines = (bundle / REJECTS_NAME).read_text(encoding="utf-8").splitlines()
        rejects = [Reject(**json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError):
        rejects = []
    return rejects if len(rejects) == count else [Reject("", "The report of the build is gone.")] * count
