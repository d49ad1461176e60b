"""Results marked as also right: for one question, kept through weights, counted before and after."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from core.instruments.also_right import right_ranks_of
from core.metrics import wilson
from demo.answers.compose import Mix
from demo.answers.street_to_shop import ShopMix
from demo.events.compose import ComposeEvents
from demo.events.marks import MOST_QUESTIONS
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.tab import OWN
from tests.demo.retrieval_fakes import FakeServices

TABS = {
    "compose": (ComposeEvents, Mix((0.2, 0.3, 0.5))),
    "shop": (StreetToShopEvents, ShopMix((0.6, 0.4, 0.0))),
}


def pressed(index: Any) -> Any:
    return SimpleNamespace(index=index)


@pytest.mark.parametrize("name", TABS)
def test_a_mark_counts_for_its_question_and_outlives_other_weights(name: str, services: FakeServices) -> None:
    kind, mix = TABS[name]
    tab = kind(services)  # type: ignore[arg-type]
    ranking = tab.ranking_of(tab.question("example 0", None), mix)
    taken = {*ranking.right_rows(), *ranking.evidence.hidden}
    row = next(row for row in range(len(ranking.evidence.items)) if row not in taken)
    marked = tab.marked(mix, "example 0", None, None, pressed(row))
    assert marked.ribbons == {"rows": [row], "questions": 1} and f'data-take="{row}"' in marked.also
    wanted = right_ranks_of(ranking.scores(), ranking.evidence.hidden, ranking.right_rows(), [row])
    assert wanted in tab.counted_ranks(mix, marked.marks)
    assert "by what was known" in marked.also and "with what you marked" in marked.also
    ranks = [each.after for each in tab.counted_ranks(mix, marked.marks)]
    low, high = wilson(sum(rank <= 5 for rank in ranks if rank), len(ranks))
    assert f"<small>{100 * low:.0f}–{100 * high:.0f} %</small>" in marked.also
    assert f"With n = {len(ranks)} it reaches" in marked.also

    other = tab.recounted(type(mix)((0.9, 0.1, 0.0)), "example 0", None, marked.marks)
    assert other.ribbons["rows"] == [row] and other.also != marked.also
    held = tab.question("example 0", None)
    assert tab.recounted(mix, OWN, held, marked.marks).ribbons == {"rows": [], "questions": 1}
    assert tab.recounted(mix, "example 0", None, None).ribbons["questions"] == 0, "another visitor's"
    back = tab.marked(mix, "example 0", None, marked.marks, pressed(row))
    assert back.marks == () and back.ribbons == {"rows": [], "questions": 0}

    many = None
    for _ in range(MOST_QUESTIONS + 2):
        own = replace(tab.question("example 0", None))  # another question of the visitor's
        many = tab.marked(mix, OWN, own, many, pressed(row)).marks
    assert len(many) == MOST_QUESTIONS, "a session keeps only so much"


@pytest.mark.parametrize("index", [None, "0", 10**6, -1, True, 1.5])
def test_what_is_no_further_result_is_refused(services: FakeServices, index: Any) -> None:
    tab, mix = ComposeEvents(services), TABS["compose"][1]  # type: ignore[arg-type]
    with pytest.raises(InputError):
        tab.marked(mix, "example 0", None, None, pressed(index))
    (right, *_) = tab.ranking_of(tab.question("example 0", None), mix).right_rows()
    with pytest.raises(InputError, match="no further answer"):
        tab.marked(mix, "example 0", None, None, pressed(right))
