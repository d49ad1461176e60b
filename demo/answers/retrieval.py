"""The answers of the two retrieval tabs as HTML: hits become the tiles of a gallery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from core.instruments.winner_atlas import atlas_of, audit
from core.tasks.hits import Hit
from core.tasks.ranking import Placed, RankedAnswer, Ranking
from core.tasks.windows import Searched
from demo.answers.joining import ScoreUnit
from demo.widgets.atlas_layer import AtlasLayer
from demo.widgets.gallery import ScorePart, Tile, gallery_html
from demo.widgets.winner_atlas import AtlasCell, atlas_html

if TYPE_CHECKING:
    from core.index.qdrant_gallery import AnyGallery as Gallery

RESULTS = 12
"""How many results a tab shows: three rows of four on a projector, two of six on a wide screen."""
Kinds = Sequence[tuple[str, str, str]]
"""(name in `Hit.parts`, kind of evidence, label for people), in the order of the bars."""
Addresses = Mapping[int, str]
"""An item's place in the gallery -> where a browser finds its small picture, "" when that is gone."""


def shown(answer: RankedAnswer) -> list[int]:
    """Returns which items of the gallery an answer shows: the hits, and the right one wherever it stands."""
    right = [answer.right.hit.index] if answer.right else []
    return [*(hit.index for hit in answer.hits), *right]


def ranking(
    answer: RankedAnswer, gallery: Gallery, kinds: Kinds, addresses: Addresses, unit: ScoreUnit
) -> str:
    """Returns the hits, and the right one below them when it is not among them.

    Args:
        answer: what was found.
        gallery: where the titles are.
        kinds: the parts of a score.
        addresses: of the items that are shown.
        unit: of the scores.
    """
    right = (answer.right.hit.item,) if answer.right else ()
    tiles = hit_tiles(answer.hits, gallery, kinds, addresses, right)
    apart = right_tile(answer.right, answer.hits, gallery, kinds, addresses)
    return gallery_html(tiles, decimals=unit.decimals, does="enlarge", apart=apart, unit=unit.sign)


def gallery_line(gallery: Gallery, scores: str, searched: Searched | None = None) -> str:
    """Returns which gallery answers, how large it is, how much of it was looked at, and what its scores mean.

    Args:
        gallery: the open one.
        scores: the sentence on the unit of scores.
        searched: how much of it; said of large ones alone.
    """
    count = len(gallery.items)
    pictures = f"{count:,} {'picture' if count == 1 else 'pictures'}"
    said = f'<p class="searched">{escape(searched.sentence)}</p>' if searched and searched.sentence else ""
    return (
        f'{said}<p class="fine score-unit">Gallery: <bdi>{escape(gallery.title)}</bdi>, {pictures}. '
        f"{escape(scores)}</p>"
    )


def hit_tiles(
    hits: Sequence[Hit],
    gallery: Gallery,
    kinds: Kinds,
    addresses: Addresses,
    right: Collection[str] = (),
    first: int = 1,
) -> list[Tile]:
    """Returns one tile for each hit, in order.

    Args:
        hits: best first.
        gallery: where their titles are.
        kinds: the parts of a score.
        addresses: of these items.
        right: ids of the items that are known to be right.
        first: rank of the first of them.
    """
    return [
        Tile(
            index=hit.index,
            title=gallery.items[hit.index].title or hit.item,
            address=addresses[hit.index],
            rank=rank,
            score=hit.score,
            parts=tuple(ScorePart(kind, label, parts[name]) for name, kind, label in kinds if parts),
            mark="truth" if hit.item in right else "",
            note=hit.file,
            copies=len(hit.copies),
        )
        for rank, hit in enumerate(hits, start=first)
        for parts in [hit.parts or {}]
    ]


def right_tile(
    right: Placed | None, hits: Sequence[Hit], gallery: Gallery, kinds: Kinds, addresses: Addresses
) -> Tile | None:
    """Returns the tile of the right one when it is not among the hits, else None.

    Args:
        right: where it stands; None when nobody knows what is right.
        hits: what is shown.
        gallery: where titles are.
        kinds: the parts of a score.
        addresses: of the items that are shown.
    """
    if right is None or any(hit.index == right.hit.index for hit in hits):
        return None
    return hit_tiles([right.hit], gallery, kinds, addresses, (right.hit.item,), first=right.rank)[0]


def atlas(
    ranking: Ranking, gallery: Gallery, kinds: Kinds, addresses: Addresses, layer: AtlasLayer | None = None
) -> str:
    """Returns which picture comes first at which mix of the weights.

    Args:
        ranking: of the question.
        gallery: where the titles are.
        kinds: the parts of a score.
        addresses: of the items that come first anywhere, `atlas_items`.
        layer: what is shown in place of the pictures.
    """
    blended = ranking.blended()
    cells = [
        AtlasCell(
            row,
            gallery.items[row].title or gallery.items[row].id,
            addresses[row],
            territory.share,
            territory.corners,
        )
        for territory in atlas_of(blended)
        for row in [ranking.evidence.row_of(territory.index)]
    ]
    if not cells:
        return f'<p class="fine">{escape(ranking.nothing)}</p>'
    corners = [(kind, label) for _, kind, label in kinds[: len(blended.parts)]]
    return atlas_html(cells, corners, audit(blended), layer)


def atlas_items(ranking: Ranking) -> list[int]:
    """Returns which items of the gallery come first at some mix of the weights."""
    return [ranking.evidence.row_of(territory.index) for territory in atlas_of(ranking.blended())]


def plain_tiles(gallery: Gallery, indices: Iterable[int], addresses: Addresses) -> list[Tile]:
    """Returns tiles without ranks or scores.

    Args:
        gallery: where their titles are.
        indices: which items, in order.
        addresses: of these items.
    """
    return [
        Tile(index, gallery.items[index].title or gallery.items[index].id, addresses[index])
        for index in indices
    ]
