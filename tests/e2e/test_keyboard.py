"""The page by keyboard alone: a focus that is seen, tabs and tiles by arrows, one stop of the Tab key for each list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import PROJECTOR, TABS, go_to, watched_page
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MOST_STOPS = 45
SHEET = "rgb(0, 0, 0)"
"""The ring of the drawing pad, which is white on either ground."""
FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {name: `${at.tagName}.${at.className} ${at.textContent.slice(0, 30)}`, body: at === document.body,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth), colour: style.outlineColor,
    tile: at.matches(".tile") ? at.closest(".gallery").className : "", panel: Boolean(at.closest("[role=tabpanel]")),
    seen: box.width > 0 && box.height > 0};
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_stop_of_the_tab_key_is_seen_and_they_are_few(
    browser: Browser, warm_app: RunningApp, dark: bool
) -> None:
    page, watched = watched_page(browser, PROJECTOR, dark)
    page.goto(warm_app.url)
    ink = "rgb(243, 244, 246)" if dark else "rgb(22, 24, 28)"
    for tab in TABS:
        go_to(page, tab)
        page.get_by_role("tab", name=tab, exact=True).focus()
        stops = []
        while len(stops) < 2 * MOST_STOPS:
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUSED)
            if at["body"] or not at["panel"]:
                break
            stops.append(at)
            assert at["outline"] >= 2 and at["colour"] in (ink, SHEET), f"{tab}: {at['name']}"
        assert 5 < len(stops) <= MOST_STOPS, f"{tab}: {[stop['name'] for stop in stops]}"
        for gallery in {stop["tile"] for stop in stops if stop["tile"]}:
            assert sum(stop["tile"] == gallery for stop in stops) == 1, f"{tab}: {gallery}"
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)


def test_arrows_go_from_tab_to_tab(used_page: Page) -> None:
    page = used_page
    chosen = page.locator('[role="tab"][aria-selected="true"]')
    page.get_by_role("tab", name=TABS[0], exact=True).focus()
    ways = {"ArrowRight": (1, 2), "End": (3,), "ArrowLeft": (2, 1), "Home": (0,)}
    for key, tab in [(key, tab) for key, those in ways.items() for tab in those]:
        page.keyboard.press(key)
        expect(chosen).to_have_text(TABS[tab])
        expect(chosen).to_be_focused()
        panel = page.locator("[role=tabpanel]:visible")
        expect(panel).to_have_attribute("aria-labelledby", chosen.get_attribute("id") or "none")
    expect(page.locator('[role="tablist"] [role="tab"][tabindex="0"]')).to_have_count(1)


def test_arrows_go_from_tile_to_tile(used_page: Page) -> None:
    page = used_page
    panel = go_to(page, "Compose")
    strip = panel.locator("#compose-strip .tile")
    strip.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", -1), ("Home", 0)):
        page.keyboard.press(key)
        expect(strip.nth(place)).to_be_focused()
    tiles = panel.locator("#compose-gallery .tile")
    tiles.first.focus()
    page.keyboard.press("ArrowDown")
    expect(tiles.nth(4)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(tiles.first).to_be_focused()
    expect(panel.locator('#compose-gallery .tile[tabindex="0"]')).to_have_count(1)


def opened(page: Page) -> tuple[Locator, Locator]:
    """Opens the maps of recall; returns the tab and our own map."""
    panel = go_to(page, "Compose")
    panel.get_by_text("Recall over all weights").click()
    return panel, panel.locator("figure.simplex").first


def test_the_recall_map_is_steered_by_arrows(used_page: Page) -> None:
    page = used_page
    panel, ours = opened(page)
    field, read = ours.locator(".simplex-field"), ours.locator(".simplex-read")
    page.keyboard.press("Tab")
    field.focus()
    expect(read).to_have_text(re.compile(r"^q 0\.\d+, t 0\.\d+, f 0\.\d+: \d"))
    before = read.inner_text()
    page.keyboard.press("ArrowRight")
    expect(read).not_to_have_text(before)
    page.keyboard.press("Home")
    expect(read).to_have_text(before)
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    best = re.findall(r"[qtf] (\d\.\d\d)", read.inner_text())
    assert best != re.findall(r"[qtf] (\d\.\d\d)", before)
    for number, field_of_weight in zip(best, panel.locator("#compose-weights .typed").all(), strict=True):
        expect(field_of_weight).to_have_value(number)


def test_the_recall_map_shows_where_the_sliders_stand(page: Page) -> None:
    panel, ours = opened(page)
    now, here = ours.locator(".simplex-now"), ours.locator(".simplex-here")
    typed = panel.locator("#compose-weights .typed")
    expect(now).to_have_text(", ".join(field.input_value() for field in typed.all()))
    place = here.get_attribute("transform")
    panel.locator("#compose-weights .dial").first.fill("0.9")
    expect(now).to_have_text(", ".join(field.input_value() for field in typed.all()))
    assert now.inner_text().startswith("0.90") and here.get_attribute("transform") != place
    panel.get_by_label("R@10", exact=True).check()
    expect(ours.locator("figcaption")).to_contain_text("R@10")
    expect(now).to_contain_text("0.90")
    expect(ours.locator(".simplex-scale span")).to_have_count(5)
    for place_of_weight, text in enumerate(("-1", "1", "1")):
        typed.nth(place_of_weight).fill(text)
    typed.nth(2).press("Enter")
    expect(now).to_contain_text("outside the triangle")
