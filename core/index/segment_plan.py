"""How a gallery in segments is brought up to date: which segments stay, and which are written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.index.encoded import EncodedRows
from core.index.reader import ItemMaker
from core.index.segment import Segment
from core.index.segmented_rows import Segments

SEGMENT = 8192
"""Most pictures in a segment: as many as are written anew where one changes."""


@dataclass(frozen=True, slots=True, eq=False)
class PlannedSegment:
    """A segment of the gallery that is made.

    Attributes:
        files: its pictures, in order.
        kept: the segment of the gallery before that stays as it is; None where one is written.
    """

    files: tuple[str, ...]
    kept: Segment | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SegmentPlan:
    """What becomes of a gallery.

    Attributes:
        segments: of the new one, in order.
        gone: rows of the gallery before that the new one has no more.
        new: pictures that the gallery before had not, in order.
    """

    segments: tuple[PlannedSegment, ...]
    gone: tuple[int, ...]
    new: tuple[str, ...]


def planned(
    earlier: Segments | None, used: Mapping[str, str], maker: ItemMaker, rows: EncodedRows
) -> SegmentPlan:
    """Returns the plan: pictures keep their places, and new ones come last.

    A segment stays while all its pictures do, and what is said of them; a picture that is gone, or was encoded anew
    with another outcome, costs its segment. New ones fill the last segment, and then others.

    Args:
        earlier: the gallery before; None makes all of it.
        used: file -> digest of the pictures of the new one, in the order of the folder.
        maker: of their items.
        rows: what is encoded of them.
    """
    remaining = dict(used)
    gone: list[int] = []
    segments: list[PlannedSegment] = []
    for first, segment in zip(earlier.starts.tolist(), earlier, strict=False) if earlier is not None else ():
        files, stays = [], True
        for row, item in enumerate(segment.items(0, len(segment))):
            if remaining.get(item.file) != item.digest:
                gone.append(first + row)
                continue
            del remaining[item.file]
            files.append(item.file)
            anew = rows.anew(item.digest)
            stays = stays and (maker.fits(item) if anew is None else maker.item(item.file, anew) == item)
        if files:
            kept = segment if stays and len(files) == len(segment) else None
            segments.append(PlannedSegment(tuple(files), kept))
    new = tuple(remaining)
    started = segments.pop().files if new and segments and len(segments[-1].files) < SEGMENT else ()
    last = (*started, *new)
    segments += [PlannedSegment(last[at : at + SEGMENT]) for at in range(0, len(last), SEGMENT)]
    return SegmentPlan(tuple(segments), tuple(gone), new)
