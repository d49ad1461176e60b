"""Turns the hits of a retrieval task into the tiles of a gallery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from core.tasks.results import Hit
from demo.widgets.gallery import Part, Tile

if TYPE_CHECKING:
    from core.index.bundle import Gallery

RESULTS = 12
"""How many results a tab shows: three rows of four on a projector."""


def thumbnail(gallery: Gallery, index: int) -> Path | None:
    """Returns the file that shows an item, None when it is gone."""
    path = gallery.thumbnail_path(index)
    return path if path.parent == gallery.thumbnails else None


def remarks(notes: Iterable[str]) -> str:
    """Returns what is to be said about a picture, such as that it is very small."""
    return "".join(f'<p class="fine"><bdi>{escape(note)}</bdi></p>' for note in notes)


def hit_tiles(
    hits: Sequence[Hit], gallery: Gallery, kinds: Sequence[tuple[str, str, str]], right: Collection[str] = ()
) -> list[Tile]:
    """Returns one tile for each hit, in order.

    Args:
        hits: best first.
        gallery: where their titles and thumbnails are.
        kinds: (name in `Hit.parts`, kind of evidence, label for people), in the order of the bars.
        right: ids of the items that are known to be right.
    """
    return [
        Tile(
            index=hit.index,
            title=gallery.items[hit.index].title or hit.item,
            thumbnail=thumbnail(gallery, hit.index),
            rank=rank,
            score=hit.score,
            parts=tuple(Part(kind, label, hit.parts[name]) for name, kind, label in kinds),
            mark="truth" if hit.item in right else "",
            note=hit.file,
        )
        for rank, hit in enumerate(hits, start=1)
    ]


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
