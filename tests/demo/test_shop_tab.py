"""The street-to-shop tab: it opens answered without a model, and sliders never call an encoder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from core.joining import SUM
from core.store import Manifest
from core.tasks.street_to_shop import BOX_SHARE
from core.types import Box, Conversation, Exchange
from demo.answers.street_to_shop import box_measure, dialogue_html
from demo.events.street_to_shop import EMPTY, Sighting, StreetToShopEvents
from demo.events.street_to_shop_boxes import NO_BOX
from demo.events.tab import NOTHING, OWN
from demo.events.trail import MOST_QUESTIONS
from demo.widgets.box_tool import BoxView
from demo.widgets.weights import WeightsView
from tests.demo.retrieval_fakes import FakeServices, draw_garment


@pytest.fixture
def street(tmp_path: Path) -> str:
    path = tmp_path / "asked.png"
    draw_garment("green", "dress", ground=(190, 190, 180)).save(path)
    return str(path)


def test_it_opens_on_an_answered_example_without_a_model(services: FakeServices) -> None:
    services.ready = False
    page = StreetToShopEvents(services).opened()
    assert (
        "Only the words find \u201cpink dress\u201d, the right one: picture rank 13, words 1, box 3, blend 1."
        in page.sentence
    )
    assert "What colour is it?" in page.dialogue and "<b><bdi>brown</bdi></b> 0.81" in page.dialogue
    assert page.gallery.count("<li>") == 12
    assert "the right one" in page.gallery
    assert "fake-garment" in page.models
    assert page.box.box == Box(300, 400, 520, 700)
    assert (page.box.width, page.box.height) == (600, 800)
    assert page.words == "", "the field is for a person's words"
    assert "The captioner writes: <b><bdi>a pink dress" in page.slots
    assert "an image of a pink dress" in page.slots and "or <bdi>" in page.slots
    assert "Gallery: <bdi>gallery</bdi>, 24 pictures" in page.models
    assert page.weights == WeightsView((0.3, 0.2, 0.5), (None, None, None))
    assert (page.showing, page.held) == ("example 0", None)
    assert services.encoders.calls == []


def test_it_says_what_to_do_while_there_is_no_example() -> None:
    tab = StreetToShopEvents(FakeServices(examples=False))
    page = tab.opened()
    assert page.dialogue == ""
    assert EMPTY in page.sentence
    assert "<li>" not in page.gallery
    assert page.box is None
    assert page.weights.reasons[2] == NO_BOX
    assert page.showing == NOTHING and 'class="empty"' in page.sentence, "there is nothing to dim"


def test_the_first_step_is_named_while_there_is_no_picture() -> None:
    tab = StreetToShopEvents(FakeServices(examples=False))
    page = tab.opened()
    shown = page.weights.weights, page.showing, page.held
    for event in (
        lambda: tab.worded("a red dress", *shown),
        lambda: tab.proposed(*shown),
        lambda: tab.weighed(*shown),
        lambda: tab.boxed(None, *shown),
    ):
        with pytest.raises(InputError, match=r"^Add a picture first\.$"):
            event()


def test_moving_a_slider_never_calls_an_encoder(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    services.encoders.calls.clear()
    before = tab.weighed((1.0, 0.0, 0.0), page.showing, page.held)
    after = tab.weighed((0.0, 1.0, 0.0), page.showing, page.held)
    assert before.gallery != after.gallery
    assert tab.weighed((1.0, 0.0, 0.0), "example 0", None).gallery != before.gallery
    assert services.encoders.calls == []


def test_a_picture_of_ones_own_is_captioned_and_has_no_box(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    assert "\u201cgreen dress\u201d" in page.sentence
    assert "green" in page.dialogue
    assert "No box is looked at, so its weight is 0." in page.sentence
    assert isinstance(page.box, BoxView) and page.box.box is None
    assert page.box.source.startswith("data:image/webp;base64,")
    assert page.weights.weights[2] == 0 and page.weights.reasons[2] == NO_BOX
    assert page.words == "" and "green" in page.slots
    assert page.showing == OWN and isinstance(page.held, Sighting)
    assert services.encoders.calls == ["caption", "words", "picture", "dialogue"]


def test_a_box_gets_weight_when_it_is_drawn_and_gives_it_back(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)

    def weights(box: Box | None, before: Sequence[float]) -> Sequence[float]:
        nonlocal page
        page = tab.boxed(box, before, page.showing, page.held)
        shown: Sequence[float] = page.weights.weights
        return shown

    services.encoders.calls.clear()
    first = weights(Box(40, 40, 200, 280), (0.6, 0.4, 0.0))
    assert services.encoders.calls == ["picture", "caption", "words"], "the captioner looks into the box"
    assert first[2] == pytest.approx(BOX_SHARE) and first[0] / first[1] == pytest.approx(1.5)
    assert page.weights.reasons == (None, None, None)
    another = weights(Box(50, 50, 200, 280), (0.1, 0.1, 0.8))
    assert another == pytest.approx((0.1, 0.1, 0.8)), "another box leaves the weights alone"
    removed = weights(None, (0.1, 0.3, 0.6))
    assert removed == pytest.approx((0.25, 0.75, 0.0))
    weights(Box(50, 50, 200, 280), removed)
    assert sum(weights(None, (0.0, 0.0, 1.0))) == pytest.approx(1)


def test_a_proposed_box_is_shown_and_answered(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    services.encoders.calls.clear()
    page = tab.proposed((0.6, 0.4, 0.0), page.showing, page.held)
    assert services.encoders.calls == ["box", "picture", "caption", "words"]
    assert page.box.box == Box(30, 40, 180, 260)
    assert page.held.evidence.has_box and page.showing == OWN
    assert "There is no box" not in page.sentence
    assert page.weights.weights[2] == pytest.approx(BOX_SHARE)


def test_a_box_proposed_on_an_example_leaves_the_example_as_it_was(services: FakeServices) -> None:
    tab = StreetToShopEvents(services)
    own = tab.proposed((0.5, 0.5, 0.0), "example 1", None).held
    assert own.evidence.has_box and not tab.questions[1].evidence.has_box


def test_other_words_encode_only_the_words(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    services.encoders.calls.clear()
    page = tab.worded("a black <b>skirt</b>", (0.0, 1.0, 0.0), page.showing, page.held)
    assert services.encoders.calls == ["words"]
    assert "black skirt" in page.sentence
    assert "Your words" in page.slots and "The captioner writes" not in page.slots
    page = tab.worded("  ", (0.0, 1.0, 0.0), page.showing, page.held)
    assert "The captioner writes: <b><bdi>a green dress" in page.slots


def test_a_person_s_words_stay_when_a_box_is_drawn(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    page = tab.worded("a black skirt", (0.5, 0.5, 0.0), page.showing, page.held)
    services.encoders.calls.clear()
    own = tab.boxed(Box(40, 40, 200, 280), (0.5, 0.5, 0.0), page.showing, page.held).held
    assert services.encoders.calls == ["picture"] and own.evidence.caption.sentence == "a black skirt"


def test_the_right_one_is_always_shown(services: FakeServices) -> None:
    tab = StreetToShopEvents(services)
    page = tab.weighed((1.0, 0.0, 0.0), "example 0", None)
    assert page.gallery.count("<li>") == 12 and page.gallery.count("gallery-apart") == 1
    assert "The picture puts \u201cpink dress\u201d, the right one, at rank 13." in page.sentence
    assert '<span class="tile-rank tabular">13</span>' in page.gallery.partition("gallery-apart")[2]
    page = tab.weighed((0.0, 1.0, 0.0), "example 0", None)
    assert "gallery-apart" not in page.gallery, "it is among the twelve"


def test_the_right_one_of_an_example_is_right_for_the_examples_question_alone(services: FakeServices) -> None:
    tab = StreetToShopEvents(services)
    for page in (
        tab.worded("a black skirt", (0.0, 1.0, 0.0), "example 0", None),
        tab.boxed(Box(40, 40, 200, 280), (0.0, 0.0, 1.0), "example 0", None),
        tab.proposed((0.0, 0.0, 1.0), "example 0", None),
    ):
        assert "the right one" not in page.sentence + page.gallery and "find" in page.sentence
        weighed = tab.weighed((0.3, 0.2, 0.5), page.showing, page.held)
        assert "the right one" not in weighed.sentence + weighed.gallery and page.held.right == ()
    assert "black skirt" in tab.worded("a black skirt", (0.0, 1.0, 0.0), "example 0", None).sentence


def test_scores_name_their_unit_beside_a_sentence_about_cosines(services: FakeServices) -> None:
    page = StreetToShopEvents(services).weighed((0.0, 1.0, 0.0), "example 0", None)
    assert page.gallery.count("\u00a0σ</span>") == 12 and "standard deviations (σ)" in page.models
    assert re.search(r'aria-label="1\. [^"]*: score [0-9.]+\u00a0σ = picture', page.gallery)


def test_a_result_is_enlarged_from_its_own_file_when_that_is_known(
    services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, item = StreetToShopEvents(services), services.gallery().items[3]
    event: Any = SimpleNamespace(index=3, words="4. yellow shirt: score 1")
    small = tab.enlarge(event).enlarged
    assert (small.index, small.title, small.details) == (3, item.title, "Rank 4: score 1")
    assert small.source.startswith("data:image/webp")
    other = tmp_path / "other.png"
    draw_garment("red", "skirt", (900, 900)).save(other)
    monkeypatch.setattr(services, "original", lambda index: other)
    assert tab.enlarge(event).enlarged.source == small.source, "a file that has changed since is not shown"
    true = tmp_path / "true.png"
    draw_garment("yellow", "shirt").save(true)
    monkeypatch.setattr(services, "original", lambda index: true)
    assert tab.enlarge(event).enlarged.source != small.source
    with pytest.raises(InputError, match="no such picture"):
        tab.enlarge(SimpleNamespace(index=99))  # type: ignore[arg-type]


def test_a_box_on_an_example_is_cut_from_the_examples_picture(services: FakeServices) -> None:
    tab = StreetToShopEvents(services)
    page = tab.boxed(Box(300, 400, 520, 700), (0.5, 0.5, 0.0), "example 1", None)
    assert page.showing == OWN and page.held.evidence.has_box


def test_the_page_says_how_good_proposed_boxes_are() -> None:
    metrics = {
        "synthetic_mean_iou": {"value": 0.61, "low": 0.5, "high": 0.7, "n": 100},
        "synthetic_share_above_half": {"value": 0.7, "low": 0.6, "high": 0.8, "n": 100},
    }
    line = box_measure(Manifest("garment_box", {}, [], "", 0, {}, metrics, 1.0))
    assert "0.61" in line and "70%" in line and "synthetic" in line
    assert box_measure(None) == ""


@pytest.mark.parametrize(
    ("talk", "verb"), [(0.7, "helps"), (0.5, "does not help"), (0.603, "changes little")]
)
def test_the_dialogue_says_what_it_is_worth(talk: float, verb: str) -> None:
    rows = [["picture + 15% caption", {"value": 0.6}], ["picture + 15% dialogue", {"value": talk}]]
    manifest = Manifest("garment", {}, [], "", 0, {}, {}, 1.0, {"tables": [{"rows": rows}]})
    shown = dialogue_html(Conversation((), "a dress"), manifest)
    assert verb in shown and "60.0%" in shown


def test_words_of_a_dialogue_are_escaped() -> None:
    talk = Conversation((Exchange("<b>?", "<i>", 0.5, "<u>", 0.2),), "<script>")
    shown = dialogue_html(talk, None)
    assert "<script>" not in shown and "<i>" not in shown and "<u>" not in shown


def test_a_result_asks_with_its_picture_and_without_the_old_words(
    services: FakeServices, street: str
) -> None:
    tab = StreetToShopEvents(services)
    typed = tab.worded("a red dress", tab.start, OWN, tab.uploaded(street).held)
    page = tab.chosen(SUM, SimpleNamespace(index=4))  # type: ignore[arg-type]
    assert page.words == "" and page.held.evidence.caption.author != "person"
    assert typed.held.evidence.caption.sentence == "a red dress"
    assert page.held.box is None and page.weights.weights[2] == 0
    assert "finds itself" in page.sentence
    for index in (-1, 10_000, None, "first"):
        with pytest.raises(InputError):
            tab.chosen(SUM, SimpleNamespace(index=index))  # type: ignore[arg-type]


def test_questions_are_remembered_once_and_walked_back_to(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    first = tab.uploaded(street)
    past = tab.noted((0.9, 0.1, 0.0), OWN, first.held, None).past
    assert tab.noted((0.2, 0.8, 0.0), OWN, first.held, past).past == past, "moving a weight asks nothing new"
    second = tab.worded("a red dress", (0.9, 0.1, 0.0), OWN, first.held)
    noted = tab.noted((0.9, 0.1, 0.0), OWN, second.held, past)
    assert noted.trail["labels"] == [first.held.evidence.caption.sentence, "a red dress"]
    assert noted.trail["here"] == 1
    services.ready = False
    page = tab.walked(noted.past, SimpleNamespace(number=0))  # type: ignore[arg-type]
    assert page.held is first.held and page.weights.weights == (0.9, 0.1, 0.0)
    for number in (2, -1, None):
        with pytest.raises(InputError):
            tab.walked(noted.past, SimpleNamespace(number=number))  # type: ignore[arg-type]
    many = noted.past
    for place in range(20):
        many = tab.noted((0.9, 0.1, 0.0), f"example {place % 2}", None, many).past
        many = tab.noted((0.9, 0.1, 0.0), OWN, replace(second.held), many).past
    assert len(many) == MOST_QUESTIONS, "a session keeps only so much"
    assert tab.noted((0.9, 0.1, 0.0), NOTHING, None, many).given() == {}


def test_weights_below_0_are_fetched_for(street: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tab, away, fetched = StreetToShopEvents(FakeServices(examples=False)), (1.5, -0.5, 0.0), []
    monkeypatch.setattr(tab, "reaching", lambda evidence, weights: fetched.append(weights) or evidence)
    shown = (away, OWN, tab.uploaded(street).held)
    fetched.clear()
    tab.worded("a red dress", *shown)
    for act in (tab.joined, tab.surveyed, tab.read_each, lambda *at: tab.boxed(None, *at)):
        act(*shown)
    assert fetched == [away] * 5
