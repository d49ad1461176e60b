"""What happens in the tab of scores of one's own: a query is chosen, weights blend; no encoder is ever called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import BlendscopeError, InputError
from core.instruments.also_right import RightRanks
from core.scores.gallery import ScoredPictures
from core.scores.ranking import PLACES, answer, evidence_of, known_queries, recall_map, right_ranks
from core.scores.score_set import ScoreSet
from core.tasks.ranking import RankedAnswer, Ranking
from demo import copy
from demo.answers.live import catalogue_value
from demo.answers.retrieval import RESULTS, atlas_items, shown
from demo.answers.scores import map_html, query_html, recall_sentence
from demo.events.atlas import FIRST
from demo.events.marks import Marked, MarkFields
from demo.events.retrieval import RetrievalEvents, RetrievalFields, weights_of_place
from demo.html import fine
from demo.recent_pictures import recent_picture
from demo.services import Services
from demo.widgets.addresses import data_address, static_address
from demo.widgets.weights import WeightsView
from demo.wiring import KEPT

if TYPE_CHECKING:
    from core.index.qdrant_gallery import AnyGallery as Gallery

DISPLAYED = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresFields(RetrievalFields):
    """The fields of the tab, beside those of every retrieval tab.

    Attributes:
        query: which one is asked.
        reference: the picture that it asks with, and its words.
        recall: how often all queries find their right answers, at the weights that stand.
        maps: the same over all weights.
    """

    query: Any = KEPT
    reference: Any = KEPT
    recall: Any = KEPT
    maps: Any = KEPT


@dataclass(frozen=True, slots=True)
class ScoresMix:
    """The query and the weights; named as their fields."""

    query: Any
    weights: Any


class ScoresEvents(RetrievalEvents):
    """What happens in this tab.

    Args:
        services: of the page.
        scores: the set that was opened.
    """

    unit, decimals, over = copy.OWN_SCORES, 3, "all queries of the file"

    def __init__(self, services: Services, scores: ScoreSet) -> None:
        super().__init__(services)
        self.scores = scores
        self.pictures = ScoredPictures(scores, services.settings.cache)
        labels = zip(scores.kinds, scores.labels, strict=True)
        self.kinds = tuple((kind, kind, label) for kind, label in labels)  # type: ignore[misc]

    @cached_property
    def gallery(self) -> Gallery:
        """The candidates."""
        return self.pictures.gallery

    def original(self, index: int) -> Any:
        """Returns the picture of a candidate, None without one."""
        return self.pictures.original(index)

    @property
    def choices(self) -> list[str]:
        """What the queries are called, each once."""
        return [f"{number}. {query}"[:120] for number, query in enumerate(self.scores.queries, start=1)]

    def names(self) -> Any:
        """Returns what the candidates are called and where their small pictures are, or will soon be."""
        folder = static_address(self.gallery.thumbnails)
        files = self.scores.files
        addresses = {
            row: f"{folder}/{item.thumbnail.rpartition('/')[2]}" if files[row] else ""
            for row, item in enumerate(self.gallery.items)
        }
        return catalogue_value(self.gallery, addresses)

    def opened(self, number: int = 0) -> ScoresFields:
        """Shows the answer to a query at the weights where the sliders start."""
        return self._asked(number, self.scores.weights)

    def asked(self, query: Any, weights: Sequence[float]) -> ScoresFields:
        """Answers another query at the weights that stand."""
        return self._asked(self._number(query), weights)

    def weighed(self, query: Any, weights: Sequence[float]) -> ScoresFields:
        """Answers with other weights, where the browser does not."""
        return ScoresFields(**self.ranked(self._answer(self._number(query), weights)))

    def pointed(self, query: Any, event: gr.EventData) -> ScoresFields:
        """Answers with the weights of a point of the map."""
        weights = weights_of_place(event)
        sliders = WeightsView(weights, (None,) * len(weights))
        return replace(self.weighed(query, weights), weights=sliders)

    def brought(self, query: Any, weights: Sequence[float], event: gr.EventData) -> ScoresFields:
        """Moves the sliders as little as brings a picture to the top, where a mix can."""
        number = self._number(query)
        change = self.bringing(self._answer(number, weights).ranking, event)
        ranked = self._answer(number, change.weights or weights)
        return ScoresFields(**self.ranked(ranked, fine(change.sentence)), weights=self._sliders(ranked))

    def surveyed(self, query: Any, layer: str = FIRST, looked: Any = None) -> ScoresFields:
        """Shows who comes first at which mix."""
        ranked = self._answer(self._number(query), self.scores.weights)
        if ranked.ranking is not None:
            self.pictures.make(atlas_items(ranked.ranking))
        return ScoresFields(atlas=self.atlas_of(lambda: ranked, layer, looked))

    def marked_here(self, mix: ScoresMix, marks: Any, event: gr.EventData) -> MarkFields:
        """Marks a result of the query that the page shows as also right, or takes that back."""
        return self.marked(mix, f"{self._number(mix.query)}", None, marks, event)

    def recounted_here(self, mix: ScoresMix, marks: Any) -> MarkFields:
        """Counts anew, for other weights or another query."""
        return self.recounted(mix, f"{self._number(mix.query)}", None, marks)

    def question(self, showing: str, held: Any) -> int:
        """Returns the number of a query, which is all there is to know of it."""
        return int(showing)

    def ranking_of(self, question: int, mix: ScoresMix) -> Ranking:
        """Returns the ranking of a query at some weights."""
        ranking = self._answer(question, mix.weights).ranking
        assert ranking is not None, "it has just been ranked"
        return ranking

    def counted_ranks(self, mix: ScoresMix, marks: Sequence[Marked]) -> list[RightRanks]:
        """Returns where right answers stand, of every query that has one."""
        used = self._answer(0, mix.weights).weights[: len(self.scores.kinds)]
        known = dict(zip(known_queries(self.scores), right_ranks(self.scores, used), strict=True))
        own = {
            int(each.showing): ranks
            for each, ranks in zip(marks, super().counted_ranks(mix, marks), strict=True)
        }
        return [own.get(number) or RightRanks(known[number], known[number]) for number in {**known, **own}]

    def usual_questions(self) -> Sequence[Marked]:
        """Returns none, for all queries with right answers are counted together."""
        return ()

    def mapped(self, weights: Sequence[float]) -> ScoresFields:
        """Shows how often all queries find their right answers: at the weights that stand, and over all of them."""
        return ScoresFields(recall=self._recall(weights), maps=map_html(self._map, self.scores))

    @cached_property
    def _map(self) -> Any:
        return recall_map(self.scores)

    def _recall(self, weights: Sequence[float]) -> str:
        used = self._answer(0, weights).weights[: len(self.scores.kinds)]
        ranks = right_ranks(self.scores, used) if known_queries(self.scores) else []
        return recall_sentence(ranks, PLACES, len(self.scores.queries), used)

    def _asked(self, number: int, weights: Sequence[float]) -> ScoresFields:
        ranked = self._answer(number, weights)
        return ScoresFields(
            **self.ranked(ranked),
            reference=self._reference(number),
            weights=self._sliders(ranked),
        )

    def _sliders(self, ranked: RankedAnswer) -> WeightsView:
        count = len(self.scores.kinds)
        return WeightsView(ranked.weights[:count], (None,) * count)

    def _answer(self, number: int, weights: Sequence[float]) -> RankedAnswer:
        evidence = evidence_of(self.scores, number)
        return answer(self.scores, evidence, weights, RESULTS)

    def ranked(self, answer: RankedAnswer, remark: str = "") -> dict[str, Any]:
        """Returns the fields of an answer, once the small pictures that it shows are there; nothing is promised."""
        self.pictures.make(shown(answer))
        fields = super().ranked(answer, remark)
        return {name: value for name, value in fields.items() if name != "promise"}

    def _number(self, query: Any) -> int:
        if type(query) is not int or not 0 <= query < len(self.scores.queries):
            raise InputError(copy.NO_SUCH_QUERY.format(count=len(self.scores.queries)))
        return query

    def _reference(self, number: int) -> str:
        path = self.pictures.path_of(self.scores.query_files[number])
        try:
            address = data_address(recent_picture(path), DISPLAYED) if path else ""
        except BlendscopeError:
            address = ""  # what is no picture is not shown; the scores count all the same
        return query_html(address, self.scores.queries[number])
