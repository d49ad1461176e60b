"""The manifest of a gallery in segments: which files hold it, in which order; it does not grow with the pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.index.manifest import (
    MANIFEST_NAME,
    BundleManifest,
    body_of,
    contradiction,
    is_whole,
    parsed_body,
    says_what_it_must,
    signed,
)
from core.index.names import DIGEST, PIECE

VERSION = 3
LARGEST_SEGMENT = 2**16
"""Pictures, so that the place of one within its segment has 16 bits."""


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment of a gallery: an immutable file of its pictures.

    Attributes:
        count: n, how many pictures it holds.
        rows: the file of its items and vectors.
        size: of that file in bytes.
        table: where in that file the digests of its blocks start, how many bytes they are, and their SHA-256.
        vectors: a SHA-256 that changes with its vectors and their order, and with nothing else.
        places: the file of its places on the maps, "" without maps.
    """

    count: int
    rows: str
    size: int
    table: tuple[int, int, str]
    vectors: str
    places: str = ""


@dataclass(frozen=True, slots=True)
class SegmentedManifest:
    """What stands in manifest.json of a gallery in segments.

    Attributes:
        count: n, the number of pictures.
        models: role -> id of the models that made the vectors and captions.
        constants: name -> number; the means and deviations that standardise cosines.
        widths: name of a vector set -> d.
        segments: in the order of the rows.
        rejected: how many pictures of the folder could not be used.
        sums: the file of the sums of which the constants are made.
        copies: the file of copies of one picture, "" where there are none.
        maps: name of a vector set -> method, seed and what is kept, of its map; empty without maps.
        anchors: the file of the pictures by which others are placed on the maps, "" without maps.
    """

    count: int
    models: dict[str, str]
    constants: dict[str, float]
    widths: dict[str, int]
    segments: tuple[SegmentEntry, ...]
    rejected: int
    sums: str
    copies: str = ""
    maps: dict[str, dict[str, str | int | float]] = field(default_factory=dict)
    anchors: str = ""
    version: int = VERSION

    @property
    def files(self) -> dict[str, str]:
        """Name -> SHA-256 of every data file but the thumbnails, whose names are in the items."""
        names = [name for each in self.segments for name in (each.rows, each.places)]
        found = {
            name: PIECE.fullmatch(name) for name in (*names, self.sums, self.copies, self.anchors) if name
        }
        return {name: match.group(1) for name, match in found.items() if match}

    @property
    def vectors_digest(self) -> str:
        """A SHA-256 that changes with the vectors and their order; what pictures are called does not change it."""
        return hashlib.sha256("\n".join(each.vectors for each in self.segments).encode()).hexdigest()


AnyManifest = BundleManifest | SegmentedManifest


def rendered(manifest: SegmentedManifest) -> bytes:
    """Returns the bytes of manifest.json; equal manifests give equal bytes."""
    return signed(asdict(manifest))


def parsed(data: bytes, bundle: str) -> AnyManifest:
    """Reads the bytes of a manifest.json of any format.

    Args:
        data: the file.
        bundle: name of the gallery, for messages.

    Raises:
        ArtifactError: not a gallery's manifest, written by another version, or changed since it was written.
    """
    body = body_of(data, bundle, also=VERSION)
    if body["version"] != VERSION:
        return parsed_body(body, data, bundle)
    try:
        manifest = _built(body)
        sound = _counts(manifest) and _names_files(manifest) and says_what_it_must(manifest, manifest.widths)
        sound = sound and rendered(manifest) == data
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError):
        sound = False
    if not sound:
        raise contradiction(bundle)
    return manifest


def _built(body: Mapping[str, Any]) -> SegmentedManifest:
    fields = {name: value for name, value in body.items() if name not in ("format", "segments")}
    segments = tuple(SegmentEntry(**(entry | {"table": tuple(entry["table"])})) for entry in body["segments"])
    return SegmentedManifest(**fields, segments=segments)


def _counts(manifest: SegmentedManifest) -> bool:
    """Tells whether all numbers are whole, those of the segments add up, and their vectors fit their files."""
    segments = bool(manifest.segments) and all(
        is_whole(each.count, 1)
        and each.count <= LARGEST_SEGMENT
        and is_whole(each.size, 1)
        and len(each.table) == 3
        and is_whole(each.table[0], 0)
        and is_whole(each.table[1], 1)
        and each.table[0] + each.table[1] <= each.size
        and DIGEST.fullmatch(each.table[2]) is not None
        and DIGEST.fullmatch(each.vectors) is not None
        for each in manifest.segments
    )
    widths = all(is_whole(width, 1) for width in manifest.widths.values())
    row_bytes = 4 * sum(manifest.widths.values())
    fitting = all(each.count * row_bytes <= each.size for each in manifest.segments)
    adds_up = sum(each.count for each in manifest.segments) == manifest.count
    return (
        segments and widths and fitting and adds_up and manifest.count >= 1 and is_whole(manifest.rejected, 0)
    )


def _names_files(manifest: SegmentedManifest) -> bool:
    """Tells whether each file is named as one of its kind, and places stand where there are maps."""
    mapped = bool(manifest.maps)
    return (
        all(_is(each.rows, "rows") for each in manifest.segments)
        and all(_is(each.places, "places") if mapped else not each.places for each in manifest.segments)
        and _is(manifest.sums, "sums")
        and (not manifest.copies or _is(manifest.copies, "copies"))
        and (_is(manifest.anchors, "anchors") if mapped else not manifest.anchors)
    )


def _is(name: str, kind: str) -> bool:
    return PIECE.fullmatch(name) is not None and name.startswith(f"segments/{kind}-")


__all__ = [
    "MANIFEST_NAME",
    "VERSION",
    "AnyManifest",
    "SegmentEntry",
    "SegmentedManifest",
    "parsed",
    "rendered",
]
