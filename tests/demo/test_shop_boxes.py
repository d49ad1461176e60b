"""Other boxes than the drawn one: looked into once, ranked again with every weight, and said where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import Box
from demo.events.street_to_shop import StreetToShopEvents
from tests.demo.retrieval_fakes import FakeServices, draw_garment


@pytest.fixture
def street(tmp_path: Path) -> str:
    path = tmp_path / "asked.png"
    draw_garment("green", "dress", ground=(190, 190, 180)).save(path)
    return str(path)


def test_other_boxes_are_looked_into_once_and_ranked_again_with_every_weight(
    services: FakeServices, street: str
) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    page = tab.worded("a red shirt", (0.6, 0.4, 0.0), page.showing, page.held)
    page = tab.boxed(Box(40, 40, 200, 280), (0.6, 0.4, 0.0), page.showing, page.held)
    services.encoders.calls.clear()
    first = tab.tried((0.0, 0.0, 1.0), page.showing, page.held).boxes
    assert services.encoders.calls == ["picture"], "all boxes in one batch, and the words stay"
    assert first.count("boxes-cell") == 25 and first.count("is-drawn") == 1
    assert "by the box alone" in first and first.count("<section>") == 3
    again = tab.tried((0.0, 1.0, 0.0), page.showing, page.held).boxes
    assert services.encoders.calls == ["picture"], "weights need no encoder"
    assert "“green shirt” comes first" in first and "“red shirt” comes first" in again


def test_an_examples_right_one_is_followed_through_the_boxes(services: FakeServices) -> None:
    shown = StreetToShopEvents(services).tried((0.3, 0.2, 0.5), "example 0", None).boxes
    assert "“pink dress”, the right one," in shown


def test_other_rules_of_joining_say_that_boxes_are_shown_for_the_sum(services: FakeServices) -> None:
    assert (
        "for the sum alone"
        in StreetToShopEvents(services).tried((1.0, 0.0, 0.0), "example 0", None, "product").boxes
    )


def test_without_a_box_the_page_says_how_to_get_one(services: FakeServices, street: str) -> None:
    tab = StreetToShopEvents(services)
    page = tab.uploaded(street)
    services.encoders.calls.clear()
    assert "press “Propose a box”" in tab.tried((0.3, 0.2, 0.5), page.showing, page.held).boxes
    assert services.encoders.calls == []
