"""Results that a visitor marks as also right, in every retrieval tab, and recall before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.checks import whole_number
from core.errors import BlendscopeError, InputError
from core.instruments.also_right import RightRanks, right_ranks_of
from core.tasks.ranking import Ranking, rank_of
from demo import copy
from demo.events.atlas import AtlasEvents
from demo.events.tab import OWN, WordedFields
from demo.widgets.mark_board import marks_html
from demo.wiring import KEPT

if TYPE_CHECKING:
    from core.index.qdrant_gallery import AnyGallery as Gallery

MOST_QUESTIONS = 30
"""Questions of which a visitor may have marked something; the earliest are forgotten first."""
OVER = "the worked examples and the questions that you marked"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFields(WordedFields):
    """The fields of a tab whose results can be marked, beside those of every tab with words.

    Attributes:
        marks: what a visitor marked, `Marked` each.
        also: the same for people, with recall before and after.
        ribbons: which tiles carry a ribbon.
    """

    marks: Any = KEPT
    also: Any = KEPT
    ribbons: Any = KEPT


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """What a visitor marked of one question.

    Attributes:
        showing: which question, see `demo.events.tab.remembered`.
        held: the question of the visitor's own.
        rows: of the gallery, in the order in which they were marked.
    """

    showing: str
    held: Any
    rows: tuple[int, ...] = ()

    def is_that(self, showing: str, held: Any) -> bool:
        """Tells whether this is the question that the page shows."""
        return self.showing == showing and (showing != OWN or self.held is held)


class MarkEvents(AtlasEvents):
    """What happens when results are marked; needs no model."""

    over = OVER
    if TYPE_CHECKING:  # each tab has its own

        @property
        def gallery(self) -> Gallery: ...
        def reaching(self, evidence: Any, weights: Sequence[float]) -> Any: ...

    def ranking_of(self, question: Any, mix: Any) -> Ranking:
        """Returns the ranking of a question at a mix.

        Raises:
            InputError: it has no answer yet.
        """
        if question.evidence is None:
            raise InputError(copy.NOTHING_ASKED)
        ranking: Ranking = mix.ranking(self.reaching(question.evidence, mix.weights), question.right)
        return ranking

    def usual_questions(self) -> Sequence[Marked]:
        """Returns the questions that count even when nothing is marked: those whose right answers are known."""
        return [Marked(f"example {i}", None) for i, question in enumerate(self.questions) if question.right]

    def marked(self, mix: Any, showing: str, held: Any, marks: Any, event: gr.EventData) -> MarkFields:
        """Marks a result of the question that the page shows as also right, or takes that back."""
        before: tuple[Marked, ...] = tuple(marks or ())
        here = next((each for each in before if each.is_that(showing, held)), Marked(showing, held))
        index = whole_number(getattr(event, "index", None), name="The chosen picture")
        ranking = self.ranking_of(self.question(showing, held), mix)
        candidate = ranking.evidence.candidate_of(index)
        if candidate in ranking.evidence.hidden or candidate in ranking.right_rows():
            raise InputError("This picture is no further answer to the question; choose another result.")
        rows = tuple(row for row in here.rows if row != index)
        here = replace(here, rows=rows if index in here.rows else (*rows, index))
        others = tuple(each for each in before if not each.is_that(showing, held))
        after = (*others, here)[-MOST_QUESTIONS:] if here.rows else others
        return replace(self.recounted(mix, showing, held, after), marks=after)

    def recounted(self, mix: Any, showing: str, held: Any, marks: Any) -> MarkFields:
        """Counts anew, for other weights or another question."""
        some: tuple[Marked, ...] = tuple(marks or ())
        here = next((each for each in some if each.is_that(showing, held)), None)
        placed = [] if here is None else self._placed(here, mix)
        return MarkFields(
            also=marks_html(placed, self.counted_ranks(mix, some), self.over),
            ribbons={"rows": [row for row, *_ in placed], "questions": len(some)},
        )

    def counted_ranks(self, mix: Any, marks: Sequence[Marked]) -> list[RightRanks]:
        """Returns where right answers stand, of every question that counts."""
        every = [
            *marks,
            *(one for one in self.usual_questions() if not any(each.is_that(one.showing, one.held) for each in marks)),
        ]  # fmt: skip
        ranks = []
        for each in every:
            try:
                ranking = self.ranking_of(self.question(each.showing, each.held), mix)
                marked = [ranking.evidence.candidate_of(row) for row in each.rows]
                ranks.append(
                    right_ranks_of(ranking.scores(), ranking.evidence.hidden, ranking.right_rows(), marked)
                )
            except BlendscopeError:
                continue  # a mix that this question cannot be asked with
        return ranks

    def _placed(self, here: Marked, mix: Any) -> list[tuple[int, str, int]]:
        ranking = self.ranking_of(self.question(here.showing, here.held), mix)
        scores, evidence, items = ranking.scores(), ranking.evidence, self.gallery.items
        return [
            (
                row,
                items[row].title or items[row].id,
                rank_of(evidence.candidate_of(row), scores, evidence.hidden),
            )
            for row in here.rows
        ]
