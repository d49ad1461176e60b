"""The street-to-shop tab: it opens answered without a model, and sliders never call an encoder."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest

from core.errors import InputError, NotReadyError
from core.store import Manifest
from core.types import Box, Conversation, Exchange
from demo.answers.street_to_shop import box_measure, dialogue_html
from demo.pieces import NOTHING, OWN
from demo.tabs.street_to_shop import BOX_SHARE, EMPTY, NO_BOX, Question, StreetToShopTab, build
from demo.widgets.box_tool import BoxView
from demo.widgets.weights import WeightsView
from tests.demo.retrieval_fakes import FakeServices, draw_garment


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def street(tmp_path: Path) -> str:
    path = tmp_path / "asked.png"
    draw_garment("green", "dress", ground=(190, 190, 180)).save(path)
    return str(path)


def test_it_opens_on_an_answered_example_without_a_model(services: FakeServices) -> None:
    services.ready = False
    said, tiles, models, view, words, slots, talk, weights, asked, held = StreetToShopTab(services).opened()
    assert (
        "Only the words find \u201cpink dress\u201d, the right one: picture rank 13, words 1, box 3, blend 1."
        in said
    )
    assert "What colour is it?" in talk and "<b><bdi>brown</bdi></b> 0.81" in talk
    assert tiles.count("<li>") == 12
    assert "the right one" in tiles
    assert "fake-garment" in models
    assert view.box == Box(300, 400, 520, 700)
    assert (view.width, view.height) == (600, 800)
    assert words == "", "the field is for a person's words"
    assert "The captioner writes: <b><bdi>a pink dress" in slots and "an image of a pink dress" in slots
    assert "or <bdi>" in slots
    assert "Gallery: <bdi>gallery</bdi>, 24 pictures" in models
    assert weights == WeightsView((0.3, 0.2, 0.5), (None, None, None))
    assert (asked, held) == ("example 0", None)
    assert services.encoders.calls == []


def test_it_says_what_to_do_while_there_is_no_example() -> None:
    tab = StreetToShopTab(FakeServices(examples=False))
    said, tiles, *_, view, _, _, talk, weights, asked, _ = tab.opened()
    assert talk == ""
    assert EMPTY in said
    assert "<li>" not in tiles
    assert view is None
    assert weights.reasons[2] == NO_BOX
    assert asked == NOTHING and 'class="empty"' in said, "there is nothing to dim"


def test_the_first_step_is_named_while_there_is_no_picture() -> None:
    tab = StreetToShopTab(FakeServices(examples=False))
    *_, weights, asked, held = tab.opened()
    for event in (
        lambda: tab.worded("a red dress", weights.weights, asked, held),
        lambda: tab.proposed(weights.weights, asked, held),
        lambda: tab.weighed(weights.weights, asked, held),
        lambda: tab.boxed(None, weights.weights, asked, held),
    ):
        with pytest.raises(InputError, match=r"^Add a picture first\.$"):
            event()


def test_examples_made_over_another_gallery_are_not_shown(services: FakeServices) -> None:
    for example in services.examples("street_to_shop"):
        example.evidence["items"][0] = ["another", "file.png"]
    assert StreetToShopTab(services).examples == ()


def test_moving_a_slider_never_calls_an_encoder(services: FakeServices, street: str) -> None:
    tab = StreetToShopTab(services)
    *_, asked, held = tab.asked(street)
    services.encoders.calls.clear()
    before = tab.weighed((1.0, 0.0, 0.0), asked, held)
    after = tab.weighed((0.0, 1.0, 0.0), asked, held)
    assert before[1] != after[1]
    assert tab.weighed((1.0, 0.0, 0.0), "example 0", None)[1] != before[1]
    assert services.encoders.calls == []


def test_a_picture_of_ones_own_is_captioned_and_has_no_box(services: FakeServices, street: str) -> None:
    tab = StreetToShopTab(services)
    said, tiles, models, view, words, slots, talk, weights, asked, held = tab.asked(street)
    assert "\u201cgreen dress\u201d" in said
    assert "green" in talk
    assert "There is no box, so its weight is 0." in said
    assert isinstance(view, BoxView) and view.box is None
    assert view.source.startswith("data:image/webp;base64,")
    assert weights.weights[2] == 0 and weights.reasons[2] == NO_BOX
    assert words == "" and "green" in slots
    assert asked == OWN and isinstance(held, Question)
    assert services.encoders.calls == ["caption", "words", "picture", "dialogue"]


def test_a_box_gets_weight_when_it_is_drawn_and_gives_it_back(services: FakeServices, street: str) -> None:
    tab = StreetToShopTab(services)
    *_, asked, held = tab.asked(street)
    services.encoders.calls.clear()
    *_, weights, asked, held = tab.boxed(Box(40, 40, 200, 280), (0.6, 0.4, 0.0), asked, held)
    assert services.encoders.calls == ["picture", "caption", "words"], "the captioner looks into the box"
    assert weights.weights[2] == pytest.approx(BOX_SHARE)
    assert weights.weights[0] / weights.weights[1] == pytest.approx(1.5)
    assert weights.reasons == (None, None, None)
    *_, weights, asked, held = tab.boxed(Box(50, 50, 200, 280), (0.1, 0.1, 0.8), asked, held)
    assert weights.weights == pytest.approx((0.1, 0.1, 0.8)), "another box leaves the weights alone"
    *_, weights, asked, held = tab.boxed(None, (0.1, 0.3, 0.6), asked, held)
    assert weights.weights == pytest.approx((0.25, 0.75, 0.0))
    *_, weights, asked, held = tab.boxed(Box(50, 50, 200, 280), weights.weights, asked, held)
    *_, weights, _, _ = tab.boxed(None, (0.0, 0.0, 1.0), asked, held)
    assert sum(weights.weights) == pytest.approx(1)


def test_a_proposed_box_is_shown_and_answered(services: FakeServices, street: str) -> None:
    tab = StreetToShopTab(services)
    *_, asked, held = tab.asked(street)
    services.encoders.calls.clear()
    said, _, _, _, view, weights, own, kept = tab.proposed((0.6, 0.4, 0.0), asked, held)
    assert services.encoders.calls == ["box", "picture", "caption", "words"]
    assert view.box == Box(30, 40, 180, 260)
    assert kept.evidence.has_box and own == OWN
    assert "There is no box" not in said
    assert weights.weights[2] == pytest.approx(BOX_SHARE)


def test_a_box_proposed_on_an_example_leaves_the_example_as_it_was(services: FakeServices) -> None:
    tab = StreetToShopTab(services)
    *_, kept = tab.proposed((0.5, 0.5, 0.0), "example 1", None)
    assert kept.evidence.has_box and not tab.questions[1].evidence.has_box


def test_other_words_encode_only_the_words(services: FakeServices, street: str) -> None:
    tab = StreetToShopTab(services)
    *_, asked, held = tab.asked(street)
    services.encoders.calls.clear()
    said, *_, read, asked, held = tab.worded("a black <b>skirt</b>", (0.0, 1.0, 0.0), asked, held)
    assert services.encoders.calls == ["words"]
    assert "black skirt" in said
    assert "Your words" in read and "The captioner writes" not in read
    *_, read, _, _ = tab.worded("  ", (0.0, 1.0, 0.0), asked, held)
    assert "The captioner writes: <b><bdi>a green dress" in read


def test_a_person_s_words_stay_when_a_box_is_drawn(services: FakeServices, street: str) -> None:
    tab = StreetToShopTab(services)
    *_, asked, held = tab.asked(street)
    *_, asked, held = tab.worded("a black skirt", (0.5, 0.5, 0.0), asked, held)
    services.encoders.calls.clear()
    *_, held = tab.boxed(Box(40, 40, 200, 280), (0.5, 0.5, 0.0), asked, held)
    assert services.encoders.calls == ["picture"] and held.evidence.caption.sentence == "a black skirt"


def test_the_right_one_is_always_shown(services: FakeServices) -> None:
    tab = StreetToShopTab(services)
    said, tiles, *_ = tab.weighed((1.0, 0.0, 0.0), "example 0", None)
    assert tiles.count("<li>") == 12 and tiles.count("gallery-apart") == 1
    assert "The picture puts \u201cpink dress\u201d, the right one, at rank 13." in said
    assert '<span class="tile-rank tabular">13</span>' in tiles.partition("gallery-apart")[2]
    _, tiles, *_ = tab.weighed((0.0, 1.0, 0.0), "example 0", None)
    assert "gallery-apart" not in tiles, "it is among the twelve"


def test_the_right_one_of_an_example_is_right_for_the_examples_question_alone(services: FakeServices) -> None:
    tab = StreetToShopTab(services)
    for answered in (
        tab.worded("a black skirt", (0.0, 1.0, 0.0), "example 0", None),
        tab.boxed(Box(40, 40, 200, 280), (0.0, 0.0, 1.0), "example 0", None),
        tab.proposed((0.0, 0.0, 1.0), "example 0", None),
    ):
        said, tiles, *_, own, held = answered
        assert "the right one" not in said + tiles and "find" in said and held.right == ()
        assert "the right one" not in "".join(tab.weighed((0.3, 0.2, 0.5), own, held))
    assert "black skirt" in tab.worded("a black skirt", (0.0, 1.0, 0.0), "example 0", None)[0]


def test_scores_name_their_unit_beside_a_sentence_about_cosines(services: FakeServices) -> None:
    _, tiles, models = StreetToShopTab(services).weighed((0.0, 1.0, 0.0), "example 0", None)
    assert tiles.count("\u00a0σ</span>") == 12 and "standard deviations (σ)" in models
    assert re.search(r'aria-label="1\. [^"]*: score [0-9.]+\u00a0σ = picture', tiles)


def test_a_result_is_enlarged_from_its_own_file_when_that_is_known(
    services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, item = StreetToShopTab(services), services.gallery().items[3]
    event = SimpleNamespace(index=3, words="4. yellow shirt: score 1")
    small = tab.enlarged(event)  # type: ignore[arg-type]
    assert (small.index, small.title, small.details) == (3, item.title, "Rank 4: score 1")
    assert small.source.startswith("data:image/webp")
    other = tmp_path / "other.png"
    draw_garment("red", "skirt", (900, 900)).save(other)
    monkeypatch.setattr(services, "original", lambda index: other)
    assert tab.enlarged(event).source == small.source, "a file that has changed since is not shown"  # type: ignore[arg-type]
    true = tmp_path / "true.png"
    draw_garment("yellow", "shirt").save(true)
    monkeypatch.setattr(services, "original", lambda index: true)
    assert tab.enlarged(event).source != small.source  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no such picture"):
        tab.enlarged(SimpleNamespace(index=99))  # type: ignore[arg-type]


def test_a_box_on_an_example_is_cut_from_the_examples_picture(services: FakeServices) -> None:
    tab = StreetToShopTab(services)
    *_, asked, held = tab.boxed(Box(300, 400, 520, 700), (0.5, 0.5, 0.0), "example 1", None)
    assert asked == OWN and held.evidence.has_box


@pytest.mark.parametrize("weights", [(float("nan"), 0.5, 0.5), (0.0, 0.0, 0.0), (1.0, -1.0, 0.0)])
def test_weights_that_cannot_be_used_are_refused(services: FakeServices, weights: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match=r"weight"):
        StreetToShopTab(services).weighed(weights, "example 0", None)


def test_what_was_put_away_is_not_mistaken_for_an_example(services: FakeServices) -> None:
    with pytest.raises(InputError, match="ask again"):
        StreetToShopTab(services).weighed((1.0, 0.0, 0.0), OWN, None)


def test_while_models_load_it_says_so(services: FakeServices, street: str) -> None:
    services.ready = False
    with pytest.raises(NotReadyError, match="still loading"):
        StreetToShopTab(services).asked(street)


def test_no_picture_is_a_prompt(services: FakeServices) -> None:
    with pytest.raises(InputError, match="Add an image"):
        StreetToShopTab(services).asked(None)


@pytest.mark.parametrize("examples", [True, False])
def test_the_tab_can_be_built(examples: bool) -> None:
    async def make() -> gr.Blocks:  # outside a running loop gradio makes loops that nobody closes
        with gr.Blocks(analytics_enabled=False) as page:
            build(FakeServices(examples=examples))  # type: ignore[arg-type]
        return page

    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(lambda: asyncio.run(make())).result()
    events = [event for event in page.config["dependencies"] if event["targets"]]
    assert events and all(event["api_visibility"] == "private" for event in events)


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
