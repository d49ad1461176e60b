"""The atlas of first answers in a retrieval tab, and what can be laid on it: a picture's rank, a report's recall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from core.errors import BlendscopeError, InputError
from core.instruments.rank_map import rank_map_of
from core.tasks.ranking import RankedAnswer, Ranking
from demo.answers.joining import NO_ATLAS
from demo.answers.live import MOST_CANDIDATES
from demo.answers.retrieval import Kinds, atlas, atlas_items
from demo.events.rules import RuleEvents
from demo.html import notice
from demo.thumbnails import thumbnail_addresses
from demo.widgets.atlas_layer import AtlasLayer, rank_layer

TOO_MANY = "This gallery has {count:,} pictures; the map of first answers is drawn for up to {most:,}."
FIRST, RANK = "who comes first", "rank of one picture"
"""Layers of every atlas."""


class AtlasEvents(RuleEvents):
    """What the atlas of a tab shows.

    Attributes:
        kinds: the parts of a score.
        layers: names of what can be laid on the atlas.
    """

    kinds: ClassVar[Kinds]
    layers: ClassVar[Sequence[str]] = (FIRST, RANK)

    def layer_of(self, layer: str, ranking: Ranking, looked: int | None) -> AtlasLayer | None:
        """Returns what lies on the atlas; None for who comes first.

        Args:
            layer: one of `layers`.
            ranking: of the question.
            looked: the picture that was chosen, a candidate; None for the right one, or else the first one.
        """
        if layer != RANK:
            return None
        return rank_layer(rank_map_of(ranking.blended(), _row(ranking, looked)))

    def atlas_of(self, answered: Callable[[], RankedAnswer], layer: str = FIRST, looked: Any = None) -> str:
        """Returns who comes first at which mix of the weights, or why nobody can say.

        Args:
            answered: answers the question that the page shows.
            layer: what lies on it.
            looked: the picture that was chosen, a row of the gallery; None, or one that is no candidate, as for None.
        """
        try:
            ranking = answered().ranking
        except BlendscopeError as error:
            return notice(str(error))
        count = 0 if ranking is None else len(ranking.evidence.items)
        if ranking is None or count > MOST_CANDIDATES:
            return notice(TOO_MANY.format(count=count, most=MOST_CANDIDATES))
        if not ranking.additive:
            return notice(NO_ATLAS)
        addresses = thumbnail_addresses(self.gallery, atlas_items(ranking))
        chosen = _candidate(ranking, looked)
        shown = self.layer_of(layer, ranking, chosen) if len(ranking.evidence.hidden) < count else None
        return atlas(ranking, self.gallery, self.kinds, addresses, shown)


def _candidate(ranking: Ranking, looked: Any) -> int | None:
    try:
        return ranking.evidence.candidate_of(looked) if isinstance(looked, int) else None
    except InputError:  # chosen for another question, for which other pictures were fetched
        return None


def _row(ranking: Ranking, looked: int | None) -> int:
    """Returns the picture whose rank is shown."""
    if looked is not None and looked not in ranking.evidence.hidden:
        return looked
    right = ranking.right_rows()
    return right[0] if right else int(ranking.blended().scores.argmax())
