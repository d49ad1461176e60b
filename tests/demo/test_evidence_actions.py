"""Bringing a picture to the top, layers of the atlas, and the promise: what the tabs answer, and what programs get."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from core.tasks.bringing import readings_as_asked
from core.tasks.promise import Finding
from demo.answers.compose import Mix
from demo.events.atlas import FIRST, RANK
from demo.events.compose import REPORT_LAYERS, ComposeEvents
from demo.events.street_to_shop import StreetToShopEvents
from demo.html import promise
from demo.widgets.atlas_layer import DERIVED
from demo.widgets.promise import NOTE, PromisePanel
from tests.demo.retrieval_fakes import FakeServices

MIX = Mix((0.1, 0.2, 0.7))
FIRST_TILE = re.compile(r'class="tile[^"]*" data-index="(\d+)"')


def event(index: Any, k: Any = 1) -> Any:
    return SimpleNamespace(index=index, k=k)


def first_of(gallery: str) -> int:
    match = FIRST_TILE.search(gallery)
    assert match
    return int(match[1])


def test_a_result_is_brought_first_and_the_sliders_go_there() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    moved = 0
    for index in range(len(tab.gallery.items)):
        if index in (tab.questions[0].evidence.hidden if tab.questions[0].evidence else ()):
            continue
        page = tab.brought(MIX, "example 0", None, event(index))
        if "No mix brings" in page.sentence:
            assert page.weights.weights == MIX.weights
            continue
        assert first_of(page.gallery) == index
        again = tab.weighed(Mix(page.weights.weights), "example 0", None)
        assert first_of(again.gallery) == index, "the sliders stand where it is first"
        moved += "smallest change" in page.sentence
    assert moved


def test_without_a_box_its_weight_stays_0() -> None:
    tab = StreetToShopEvents(FakeServices())  # type: ignore[arg-type]
    page = tab.brought((0.5, 0.5, 0.0), "example 1", None, event(3, 10))
    assert page.weights.weights[2] == 0 and page.weights.reasons[2]
    assert "exact" in page.sentence or "already" in page.sentence or "No mix" in page.sentence


@pytest.mark.parametrize(
    "asked", [event(3, 0), event(3, 101), event(3, "1"), event(3, None), event(999), event("a")]
)
def test_what_cannot_be_brought_is_one_sentence(asked: Any) -> None:
    with pytest.raises(InputError):
        ComposeEvents(FakeServices()).brought(MIX, "example 0", None, asked)  # type: ignore[arg-type]


def test_what_is_not_ranked_or_has_no_weights_is_not_brought() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    evidence = tab.questions[0].evidence
    assert evidence is not None
    with pytest.raises(InputError, match="left out of the ranking"):
        tab.brought(MIX, "example 0", None, event(evidence.hidden[0]))
    with pytest.raises(InputError, match="takes no weights"):
        tab.brought(Mix(MIX.weights, joining="harris"), "example 0", None, event(3))


def test_a_program_gets_the_change_and_the_rank_over_all_mixes() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    evidence = tab.questions[0].evidence
    assert evidence is not None
    answer = MIX.answer(evidence)
    readings = readings_as_asked(answer.ranking, {"item": answer.hits[0].item})
    assert readings["bring_to_top"]["rank"] == 1 and readings["rank_map"]["best"] == 1
    assert json.loads(json.dumps(readings)) == readings and readings_as_asked(answer.ranking, None) == {}


def test_the_atlas_shows_the_rank_of_a_picture_and_the_reports_recall() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    plain = tab.surveyed(MIX, "example 0", None, FIRST).atlas
    assert "atlas-layer" not in plain and "The grey part is where you are" in plain
    right = tab.surveyed(MIX, "example 0", None, RANK).atlas
    assert "“red dress” stands best" in right and "has-layer" in right and right.count("rank 1&quot;") >= 1
    other = tab.surveyed(MIX, "example 0", None, RANK, 5).atlas
    assert tab.gallery.items[5].title in other.partition("stands best")[0] or "beyond rank" in other
    evidence = tab.questions[0].evidence
    assert evidence and "“red dress”" in tab.surveyed(MIX, "example 0", None, RANK, evidence.hidden[0]).atlas
    for layer, recall in REPORT_LAYERS.items():
        drawn = tab.surveyed(MIX, "example 0", None, layer).atlas
        assert f"Report 4, {recall}" in drawn and "not this question" in drawn
        assert (DERIVED in drawn) == (recall == "R@10")
    assert tab.picked(event(7)).looked == 7 and tab.picked(event(7)).layer == RANK


def test_without_a_box_the_rank_lies_on_a_line() -> None:
    tab = StreetToShopEvents(FakeServices())  # type: ignore[arg-type]
    drawn = tab.surveyed((0.5, 0.5, 0.0), "example 1", None, layer=RANK).atlas
    assert drawn.count("<rect style=") == 37 and 'data-kinds="2"' in drawn


def test_where_the_right_one_is_known_nothing_is_promised_and_no_tile_moves() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    question = tab.questions[0]
    assert question.evidence is not None
    object.__setattr__(question.evidence, "finding", Finding(0.4, 50, 0.1))
    shown = {rank: page for rank, page in _pages(tab)}
    assert set(shown) >= {True, False}
    said = promise(question.evidence.finding.sentence())  # type: ignore[union-attr]
    assert said not in shown[True] and said not in shown[False]
    object.__setattr__(question, "right", ())
    assert all(said in page for _, page in _pages(tab))


def _pages(tab: ComposeEvents) -> list[tuple[bool, str]]:
    pages = []
    for weights in ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.1, 0.2, 0.7), (0.0, 1.0, 0.0)):
        page = tab.weighed(Mix(weights), "example 0", None)
        pages.append(("is-truth" in page.gallery.partition("</li>")[0], page.sentence))
    return pages


def test_the_panel_says_that_no_weight_moves_p() -> None:
    panel = PromisePanel(Finding(0.4, 50, 0.1, "a hint"), here="among these classes")
    assert panel.value["p_value"] == 0.4 and "no weight here moves it" in NOTE
    assert "among these classes" in str(panel.html_template) and NOTE[:40] in str(panel.html_template)
