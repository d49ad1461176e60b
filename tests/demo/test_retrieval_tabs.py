"""What both retrieval tabs keep to: they can be built, take no weights that cannot be used, and mistake no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from core.errors import InputError, NotReadyError
from demo.answers.compose import Mix
from demo.events.compose import ComposeEvents
from demo.events.retrieval import RetrievalEvents, RetrievalFields
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.tab import OWN
from demo.tabs import compose, street_to_shop
from tests.demo.retrieval_fakes import FakeServices, draw_garment

MIXES = [(float("nan"), 0.5, 0.5), (0.0, 0.0, 0.0), (1.0, -1.0, 0.0)]


@dataclass(frozen=True)
class Tab:
    """One of the two.

    Attributes:
        build: lays it out.
        events: what happens in it.
        weighed: answers with other weights what the page shows.
        uploaded: answers a picture of one's own.
    """

    build: Callable[..., None]
    events: type[RetrievalEvents]
    weighed: Callable[[Any, Any, str], RetrievalFields]
    uploaded: Callable[[Any, str | None], RetrievalFields]


TABS = [
    Tab(
        street_to_shop.build,
        StreetToShopEvents,
        lambda tab, weights, showing: tab.weighed(weights, showing, None),
        lambda tab, picture: tab.uploaded(picture),
    ),
    Tab(
        compose.build,
        ComposeEvents,
        lambda tab, weights, showing: tab.weighed(Mix(weights), showing, None),
        lambda tab, picture: tab.uploaded(picture, "in red", Mix()),
    ),
]


@pytest.fixture(params=TABS, ids=["shop", "compose"])
def tab(request: pytest.FixtureRequest) -> Tab:
    chosen: Tab = request.param
    return chosen


@pytest.mark.parametrize("examples", [True, False])
def test_the_tab_can_be_built(tab: Tab, examples: bool) -> None:
    async def make() -> gr.Blocks:  # outside a running loop gradio makes loops that nobody closes
        with gr.Blocks(analytics_enabled=False) as page:
            tab.build(FakeServices(examples=examples))
        return page

    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(lambda: asyncio.run(make())).result()
    events = [event for event in page.config["dependencies"] if event["targets"]]
    assert events and all(event["api_visibility"] == "private" for event in events)


@pytest.mark.parametrize("weights", MIXES)
def test_weights_that_cannot_be_used_are_refused(
    tab: Tab, services: FakeServices, weights: tuple[float, ...]
) -> None:
    with pytest.raises(InputError, match=r"weight"):
        tab.weighed(tab.events(services), weights, "example 0")


def test_what_was_put_away_is_not_mistaken_for_an_example(tab: Tab, services: FakeServices) -> None:
    with pytest.raises(InputError, match="ask again"):
        tab.weighed(tab.events(services), (1.0, 0.0, 0.0), OWN)


def test_examples_made_over_another_gallery_are_not_shown(tab: Tab, services: FakeServices) -> None:
    events = tab.events(services)
    for example in services.examples(events.row.key):
        example.evidence["items"][0] = ["another", "file.png"]
    assert events.examples == ()


def test_while_models_load_it_says_so(tab: Tab, services: FakeServices, tmp_path: Path) -> None:
    draw_garment("green", "dress").save(tmp_path / "asked.png")
    services.ready = False
    with pytest.raises(NotReadyError, match="still loading"):
        tab.uploaded(tab.events(services), str(tmp_path / "asked.png"))


def test_no_picture_is_a_prompt(tab: Tab, services: FakeServices) -> None:
    with pytest.raises(InputError, match="Add an image"):
        tab.uploaded(tab.events(services), None)
