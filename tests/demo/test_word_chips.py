"""What the words of a question do, in each tab: rankings alone, one batch, and one sentence where nobody can say."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from core.instruments.question_words import question_words
from demo.answers.compose import Mix
from demo.events.compose import ComposeEvents
from demo.events.field_road import FieldRoadEvents, FieldRoadSettings
from demo.events.sketch import SketchEvents
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.tab import NOTHING
from demo.services import Services
from demo.widgets.word_chips import words_html
from tests.core.instruments.test_question_words import Asked, blended_of
from tests.demo.fakes import FakeModels
from tests.demo.retrieval_fakes import FakeServices

HOSTILE = '<img src=x onerror=alert(1)> a "cat"'


def words_of(html: str) -> list[str]:
    return re.findall(r'<bdi class="chip-word">([^<]+)<', html)


@pytest.mark.parametrize("tab", [ComposeEvents, StreetToShopEvents])
def test_chips_are_made_of_rankings_and_no_answer_is_thrown_away(
    tab: type[ComposeEvents] | type[StreetToShopEvents],
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*_: Any) -> None:
        raise AssertionError("an instrument of a whole answer was read")

    monkeypatch.setattr("core.tasks.ranking.readings", read)
    events: Any = tab(services)  # type: ignore[arg-type]
    weights = (0.2, 0.5, 0.3)
    html = events.read_each(Mix(weights) if tab is ComposeEvents else weights, "example 0", None).chips
    assert len(words_of(html)) > 1 and 'class="wordings' in html
    assert "picture" not in services.encoders.calls or tab is ComposeEvents
    assert re.search(r"In \d of the \d worked examples the words override the picture", html)


def test_of_the_captioners_sentence_the_telling_words_are_chips_that_nobody_presses(
    services: FakeServices,
) -> None:
    events: Any = StreetToShopEvents(services)  # type: ignore[arg-type]
    shown = events.uploaded(str(events.questions[0].source))
    html = events.read_each((0.5, 0.5, 0.0), shown.showing, shown.held).chips
    choices = [slot.choice for slot in shown.held.evidence.caption.slots]
    assert words_of(html) == choices and len(choices) == 3
    assert "<button" not in html and "type your own" in html
    own = events.worded("a red dress", (0.5, 0.5, 0.0), shown.showing, shown.held)
    html = events.read_each((0.5, 0.5, 0.0), own.showing, own.held).chips
    assert words_of(html) == ["a", "red", "dress"] and html.count('<button type="button" aria-pressed') == 3


def test_captions_are_encoded_in_one_go(assets: tuple[Services, FakeModels]) -> None:
    services, models = assets
    tab = SketchEvents(services)
    html = tab.read_each(0.5, "example 0", None).chips
    assert models.encoder.calls == ["words"]
    assert len(words_of(html)) == 5 and "caption of <bdi>" not in html and "caption of " in html


def test_a_reference_of_the_gallery_is_no_answer_to_shorter_words_either(services: FakeServices) -> None:
    events: Any = ComposeEvents(services)  # type: ignore[arg-type]
    asked = events.chosen("in bright green", Mix((1.0, 0.0, 0.0)), SimpleNamespace(index=2))
    html = events.read_each(Mix((1.0, 0.0, 0.0)), asked.showing, asked.held).chips
    assert "No word alone decides" in html and "chip-after" not in html
    assert f"<td><bdi>{events.gallery.items[2].title}</bdi></td>" not in html


def test_the_two_captions_of_a_photo_have_their_own_words(assets: tuple[Services, FakeModels]) -> None:
    tab = FieldRoadEvents(assets[0])
    html = tab.read_each(str(tab.examples[0].picture), FieldRoadSettings()).chips
    assert html.count('class="chips-of"') == 2 and len(words_of(html)) == 14
    assert 'data-field="field-road-first"' in html and 'data-field="field-road-second"' in html
    assert "of the 1 worked examples" in html
    assert 'class="notice"' in tab.read_each(None, FieldRoadSettings()).chips


@pytest.mark.parametrize("showing", [NOTHING, "own"])
def test_without_a_question_a_sentence_says_so(services: FakeServices, showing: str) -> None:
    events: Any = ComposeEvents(services)  # type: ignore[arg-type]
    assert 'class="notice"' in events.read_each(Mix(), showing, None).chips


def test_no_word_is_markup_and_a_single_one_is_said_to_be_alone() -> None:
    reading = question_words(HOSTILE, blended_of(HOSTILE), Asked())
    html = words_html([(reading, "field")], HOSTILE)
    assert "<img" not in html and html.count('data-field="field"') == 1
    alone = words_html([(question_words("cat", blended_of("cat"), Asked()), "field")], "logits")
    assert "There is one word, and without it nothing is asked." in alone and "chip-word" not in alone
