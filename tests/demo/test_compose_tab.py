"""The compose tab: it opens answered without a model, and weights and pooling never call an encoder."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from core.errors import InputError
from core.tasks.compose import F_ALONE, ComposeEvidence
from demo.pieces import NOTHING, OWN, following
from demo.tabs.compose import EMPTY, TYPE_MODIFICATION, ComposeTab, build
from demo.widgets.weights import WeightsView
from tests.demo.retrieval_fakes import FakeServices, draw_garment

MIX = ((0.1, 0.2, 0.7), "mean", False)


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def reference(tmp_path: Path) -> str:
    path = tmp_path / "asked.png"
    draw_garment("green", "shirt", ground=(190, 190, 180)).save(path)
    return str(path)


def _event(index: object) -> Any:
    return SimpleNamespace(index=index)


def test_it_opens_on_an_answered_example_without_a_model(services: FakeServices) -> None:
    services.ready = False
    said, tiles, models, shown, asked, held, text, weights, pooling, cosine = ComposeTab(services).opened()
    assert "\u201cred dress\u201d, the right one" in said and "The reference itself is left out." in said
    assert "blue dress" not in tiles, "the reference must not answer itself"
    assert "the right one" in tiles
    assert "fake-joint" in models
    assert "blue dress" in shown and "left out of the ranking" in shown
    assert (asked, held, text) == ("example 0", None, "the same dress in red")
    assert weights == WeightsView((0.1, 0.2, 0.7), (None, None, None))
    assert (pooling, cosine) == ("mean", False)
    assert services.encoders.calls == []


def test_it_says_what_to_do_while_there_is_no_example() -> None:
    tab = ComposeTab(FakeServices(examples=False))
    said, tiles, _, _, asked, _, text, weights, *_ = tab.opened()
    assert EMPTY in said and "<li>" not in tiles and text == ""
    assert (asked, weights.weights) == (NOTHING, F_ALONE) and 'class="empty"' in said
    assert tab.strip().count("<li>") == 24


def test_the_first_step_is_named_while_there_is_no_reference() -> None:
    tab = ComposeTab(FakeServices(examples=False))
    *_, asked, held, _, _, _, _ = tab.opened()
    for event in (lambda: tab.worded("in red", *MIX, asked, held), lambda: tab.mixed(*MIX, asked, held)):
        with pytest.raises(InputError, match="^Choose a picture to start from first"):
            event()


def test_a_mix_keeps_what_waits_for_ask(services: FakeServices) -> None:
    tab = ComposeTab(services)
    pending, _, asked, held = tab.kept_for_later(_event(4))
    assert all(one == gr.skip() for one in following(3)(tab.mixed)(*MIX, asked, held, pending))


def test_weights_pooling_and_renormalising_never_call_an_encoder(services: FakeServices) -> None:
    tab = ComposeTab(services)
    *_, asked, held = tab.chosen("the same in red", *MIX, _event(4))
    services.encoders.calls.clear()
    seen = {
        tab.mixed(weights, pooling, cosine, asked, held)[1]
        for weights in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-0.5, 0.5, 1.0))
        for pooling in ("mean", "median", "max")
        for cosine in (False, True)
    }
    assert len(seen) > 6
    assert services.encoders.calls == []


def test_a_gallery_picture_as_reference_is_left_out(services: FakeServices) -> None:
    tab = ComposeTab(services)
    said, tiles, _, shown, asked, held = tab.chosen("the same in red", *MIX, _event(4))
    title = services.gallery().items[4].title
    assert title in shown and f">{title}<" not in tiles
    assert "left out" in said
    assert (asked, held.index) == (OWN, 4)
    said, *_, again = tab.worded("in blue", *MIX, asked, held)
    assert again.index == 4 and again.evidence.modification == "in blue"


def test_words_that_the_model_does_not_know_are_named_wherever_they_count(services: FakeServices) -> None:
    tab, unknown = ComposeTab(services), "knows none of these words: \u201casdf\u201d"
    said, *_, asked, held = tab.chosen("asdf", *MIX, _event(4))
    assert unknown in said and unknown in tab.mixed((0.5, 0.5, 0.0), "max", True, asked, held)[0]
    assert unknown not in tab.mixed((1.0, 0.0, 0.0), "mean", False, asked, held)[0], "the picture alone asks"
    again = ComposeEvidence.from_json(held.evidence.to_json())
    assert again.in_scraps == ("asdf",)
    assert unknown not in tab.worded("in red", *MIX, asked, held)[0]


def test_a_picture_of_ones_own_leaves_nothing_out(services: FakeServices, reference: str) -> None:
    said, _, _, shown, asked, held = ComposeTab(services).referred(reference, "the same in red", *MIX)
    assert "not in the gallery" in shown and "left out" not in said
    assert asked == OWN and held.evidence.masked == ()


def test_a_reference_without_words_asks_for_them(services: FakeServices, reference: str) -> None:
    tab = ComposeTab(services)
    said, tiles, _, shown, asked, held = tab.referred(reference, "  ", *MIX)
    assert TYPE_MODIFICATION in said and "<li>" not in tiles and "img" in shown
    assert services.encoders.calls == [], "an empty prompt is never encoded"
    with pytest.raises(InputError, match="Type what should change"):
        tab.mixed(*MIX, asked, held)
    with pytest.raises(InputError, match="Type what should change"):
        tab.worded("\n", *MIX, asked, held)
    said, *_ = tab.worded("in red", *MIX, asked, held)
    assert "comes first" in said or "find" in said


def test_a_result_becomes_the_reference_and_the_words_wait(services: FakeServices) -> None:
    tab = ComposeTab(services)
    shown, reference, asked, held = tab.kept_for_later(_event(4))
    assert services.encoders.calls == [], "nothing is asked until somebody asks"
    assert "press Ask" in shown and 'class="notice"' in shown
    assert services.gallery().items[4].title in reference and (asked, held.index) == (OWN, 4)
    said, *_ = tab.worded("in blue", *MIX, asked, held)
    assert "The reference itself is left out." in said


def test_a_missing_picture_is_refused_and_not_a_placeholder_encoded(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, gallery = ComposeTab(services), services.gallery()
    gone = replace(gallery.items[4], thumbnail=f"thumbnails/{'0' * 64}.webp")
    items = (*gallery.items[:4], gone, *gallery.items[5:])
    monkeypatch.setattr(services, "_gallery", replace(gallery, items=items))
    with pytest.raises(InputError, match="is missing from the gallery"):
        tab.chosen("in red", *MIX, _event(4))
    assert services.encoders.calls == []
    notice, *_ = tab.kept_for_later(_event(4))
    assert "is missing from the gallery" in notice
    enlarged = tab.enlarged(_event(4))
    assert enlarged.source == "" and "missing" in enlarged.details


@pytest.mark.parametrize("index", [-1, 24, "x", None, 1.5, True])
def test_a_picture_that_is_not_in_the_gallery_is_refused(services: FakeServices, index: object) -> None:
    with pytest.raises(InputError):
        ComposeTab(services).chosen("in red", *MIX, _event(index))


@pytest.mark.parametrize("weights", [(float("nan"), 0.5, 0.5), (0.0, 0.0, 0.0), (1.0, -1.0, 0.0)])
def test_weights_that_cannot_be_used_are_refused(services: FakeServices, weights: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match=r"weight"):
        ComposeTab(services).mixed(weights, "mean", False, "example 0", None)


def test_an_unknown_pooling_is_refused(services: FakeServices) -> None:
    with pytest.raises(InputError, match="pooling"):
        ComposeTab(services).mixed(F_ALONE, "sum", False, "example 0", None)


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
