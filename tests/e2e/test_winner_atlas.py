"""The atlas of first answers under mouse and keyboard: nothing is drawn before it is seen, and the sliders follow."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def unfolded(page: Page, tab: str) -> tuple[Locator, Locator]:
    """Opens the atlas of a tab; returns the tab and the atlas."""
    panel = go_to(page, tab)
    panel.locator("[id$=-closer] button.label-wrap").click()
    atlas = panel.locator(".atlas")
    atlas.locator(".atlas-cell.is-here").wait_for()
    return panel, atlas


def agrees(panel: Locator, atlas: Locator) -> None:
    """Checks that the first answer becomes that of the cell under the dot."""
    words = atlas.locator(".atlas-cell.is-here").get_attribute("data-words") or ""
    first, said, _ = words.partition(", first at")
    assert said, words
    expect(panel.locator(".gallery-grid .tile-title").first).to_have_text(first)


@pytest.mark.parametrize("tab", ["Street to shop", "Compose"])
def test_a_press_on_a_picture_puts_it_first(page: Page, tab: str) -> None:
    sent: list[str] = []

    def keep(asked: Request) -> None:
        if asked.method == "POST" and '"number"' not in (
            asked.post_data or ""
        ):  # the address asks what it shows
            sent.append(asked.post_data or "")

    page.on("request", keep)
    go_to(page, tab)
    page.wait_for_timeout(500)
    assert not [body for body in sent if json.loads(body)["data"]] and not page.locator(".atlas").count()
    panel, atlas = unfolded(page, tab)
    agrees(panel, atlas)
    atlas.locator("svg").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    sent.clear()
    for place in range(2):
        box = atlas.locator(f'[data-cell="{place}"] image').bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(atlas.locator(f'[data-cell="{place}"]')).to_have_class(re.compile("is-here"))
        agrees(panel, atlas)
    before = json.loads(panel.locator(".weights").get_attribute("data-now") or "")
    atlas.locator(".atlas-field").focus()
    page.keyboard.press("ArrowUp")
    after = json.loads(panel.locator(".weights").get_attribute("data-now") or "")
    assert after[2] == pytest.approx(before[2] + 0.02) and sum(after) == pytest.approx(1)
    assert not [body for body in sent if json.loads(body)["data"]], "a move asks nobody"
    expect(panel.locator(".answer")).to_have_css("position", "sticky")


def test_a_negative_weight_is_outside_and_another_question_has_another_atlas(page: Page) -> None:
    panel, atlas = unfolded(page, "Compose")
    said = atlas.locator(".atlas-said").inner_text()
    fields = panel.locator("#compose-weights .typed")
    for place, text in enumerate(("-1", "1", "1")):
        fields.nth(place).fill(text)
    fields.nth(2).press("Enter")
    expect(atlas.locator(".atlas-read")).to_contain_text("outside")
    expect(atlas.locator(".atlas-here")).to_be_hidden()
    expect(panel.locator("#compose-weights .tick")).to_have_count(0)
    panel.locator("button.example").nth(1).click()
    expect(atlas.locator(".atlas-said")).not_to_have_text(said)
    expect(atlas.locator(".atlas-here")).to_be_visible()
    agrees(panel, atlas)


def test_without_a_box_the_atlas_is_a_line(page: Page) -> None:
    panel, atlas = unfolded(page, "Street to shop")
    panel.locator("#street-box [data-do=remove]").click()
    expect(atlas).to_have_attribute("data-kinds", "2")
    expect(atlas.locator("text")).to_have_count(2)
    atlas.locator("summary").click()
    atlas.locator(".atlas-go").first.click()
    agrees(panel, atlas)
    assert json.loads(panel.locator(".weights").get_attribute("data-now") or "")[2] == 0
