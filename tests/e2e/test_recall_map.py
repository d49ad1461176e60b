"""The map of recall over all weights in a real browser: it opens, reads out, changes, and sets the sliders."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def opened(page: Page) -> tuple[Locator, Locator]:
    """Opens the maps; returns the tab and our own map."""
    panel = go_to(page, "Compose")
    panel.get_by_text("Recall over all weights").click()
    return panel, panel.locator("figure.simplex").first


def test_a_point_of_the_map_is_read_out_and_sets_the_sliders(page: Page) -> None:
    panel, ours = opened(page)
    picture = ours.locator("svg")
    picture.scroll_into_view_if_needed()
    corner = ours.locator(".simplex-corner.evidence-words").bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    expect(ours.locator(".simplex-read")).to_have_text(re.compile(r"q 0\.00, t 1\.00, f 0\.00: \d+\.\d %"))
    page.mouse.down()
    page.mouse.up()
    numbers = panel.locator("#compose-weights .typed")
    for place, number in enumerate(("0.00", "1.00", "0.00")):
        expect(numbers.nth(place)).to_have_value(number)


def test_the_measure_and_the_pooling_of_the_map_can_be_chosen(page: Page) -> None:
    panel, ours = opened(page)
    expect(ours.locator("figcaption")).to_contain_text("R@1")
    panel.get_by_label("R@10", exact=True).check()
    expect(ours.locator("figcaption")).to_contain_text("R@10")
    panel.locator("fieldset", has_text="Pooling of the map").get_by_label("max").check()
    expect(ours.locator("figcaption")).to_contain_text("max pooling")
