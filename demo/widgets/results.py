"""Turns the hits of a retrieval task into the tiles of a gallery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checks import whole_number
from core.errors import BlendscopeError, InputError
from core.images import open_picture
from core.tasks.ranking import Placed
from core.tasks.results import Hit
from demo.widgets.addresses import data_address
from demo.widgets.enlarged import EnlargedView
from demo.widgets.gallery import ScorePart, Tile

if TYPE_CHECKING:
    from core.index.bundle import Gallery

RESULTS = 12
"""How many results a tab shows: three rows of four on a projector, two of six on a wide screen."""
LARGE = 1024
"""Longest side in pixels of an enlarged result."""
MOST_WORDS = 400
MISSING = "The picture is missing from the gallery; make the gallery again to see it."


def thumbnail(gallery: Gallery, index: int) -> Path | None:
    """Returns the file that shows an item, None when it is gone."""
    path = gallery.thumbnail_path(index)
    return path if path.parent == gallery.thumbnails else None


def gallery_line(gallery: Gallery, scores: str) -> str:
    """Returns which gallery answers, how large it is, and what its scores mean.

    Args:
        gallery: the open one.
        scores: the sentence on the unit of scores.
    """
    count = len(gallery.items)
    pictures = f"{count:,} {'picture' if count == 1 else 'pictures'}"
    return f'<p class="fine score-unit">Gallery: <bdi>{escape(gallery.title)}</bdi>, {pictures}. {escape(scores)}</p>'


def hit_tiles(
    hits: Sequence[Hit],
    gallery: Gallery,
    kinds: Sequence[tuple[str, str, str]],
    right: Collection[str] = (),
    first: int = 1,
) -> list[Tile]:
    """Returns one tile for each hit, in order.

    Args:
        hits: best first.
        gallery: where their titles and thumbnails are.
        kinds: (name in `Hit.parts`, kind of evidence, label for people), in the order of the bars.
        right: ids of the items that are known to be right.
        first: rank of the first of them.
    """
    return [
        Tile(
            index=hit.index,
            title=gallery.items[hit.index].title or hit.item,
            thumbnail=thumbnail(gallery, hit.index),
            rank=rank,
            score=hit.score,
            parts=tuple(ScorePart(kind, label, hit.parts[name]) for name, kind, label in kinds),
            mark="truth" if hit.item in right else "",
            note=hit.file,
            copies=len(hit.copies),
        )
        for rank, hit in enumerate(hits, start=first)
    ]


def right_tile(
    right: Placed | None,
    hits: Sequence[Hit],
    gallery: Gallery,
    kinds: Sequence[tuple[str, str, str]],
) -> Tile | None:
    """Returns the tile of the right one when it is not among the hits, else None.

    Args:
        right: where it stands; None when nobody knows what is right.
        hits: what is shown.
        gallery: where titles and thumbnails are.
        kinds: as for `hit_tiles`.
    """
    if right is None or any(hit.index == right.hit.index for hit in hits):
        return None
    return hit_tiles([right.hit], gallery, kinds, (right.hit.item,), first=right.rank)[0]


def enlarged_view(gallery: Gallery, original: Path | None, event: Any) -> EnlargedView:
    """Returns a result to look at: the original where it lies beside the gallery, else the thumbnail.

    Args:
        gallery: where its title and thumbnail are.
        original: the picture's own file, None where it is not known.
        event: with the tile's index and words.

    Raises:
        InputError: there is no such picture.
    """
    index = gallery_index(gallery, event)
    item, small = gallery.items[index], thumbnail(gallery, index)
    source = ""
    for path in (original, small):
        try:
            picture = open_picture(path) if path is not None and path.is_file() else None
        except BlendscopeError:
            continue
        if picture is not None and (path == small or picture.digest == item.digest):
            source = data_address(picture, LARGE)
            break
    words = getattr(event, "words", "")
    details, title = words[:MOST_WORDS] if isinstance(words, str) else "", item.title or item.id
    rank, named, rest = details.partition(f". {title}: ")  # the title stands above them
    details = f"Rank {rank}: {rest}" if named else details
    return EnlargedView(index, title, source, details if source else MISSING)


def gallery_index(gallery: Gallery, event: Any) -> int:
    """Returns the picture of the gallery that an event names.

    Raises:
        InputError: there is no such picture.
    """
    index = whole_number(getattr(event, "index", None), name="The chosen picture")
    if not 0 <= index < len(gallery.items):
        raise InputError("There is no such picture in the gallery; choose another one.")
    return index


def plain_tiles(gallery: Gallery, indices: Iterable[int], chosen: int | None = None) -> list[Tile]:
    """Returns tiles without ranks or scores.

    Args:
        gallery: where their titles and thumbnails are.
        indices: which items, in order.
        chosen: the item to mark.
    """
    return [
        Tile(
            index=index,
            title=gallery.items[index].title or gallery.items[index].id,
            thumbnail=thumbnail(gallery, index),
            mark="chosen" if index == chosen else "",
        )
        for index in indices
    ]
