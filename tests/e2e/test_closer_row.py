"""The row of buttons under "Look closer": one open at a time, by keyboard too, remembered where it was left open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def test_one_instrument_is_open_and_is_so_again_where_it_was_left_open(page: Page) -> None:
    panel = go_to(page, "Field or road")
    row = panel.locator(".closer > .label-wrap")
    words, classes = row.filter(has_text="Each word"), row.filter(has_text="Each class")
    stops = "buttons => buttons.filter(button => button.tabIndex === 0).length"
    assert row.evaluate_all(stops) == 1
    words.click()
    expect(words).to_have_attribute("aria-expanded", "true")
    expect(panel.locator(".answer .verdict")).to_be_in_viewport()
    page.keyboard.press("End")
    expect(row.last).to_be_focused()
    expect(words).to_have_attribute("aria-expanded", "true")  # arrows go, Enter opens
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(row.last).to_be_focused()
    assert row.evaluate_all(stops) == 1
    classes.click()
    expect(words).to_have_attribute("aria-expanded", "false")
    expect(panel.get_by_role("heading", name="What each class looks like")).to_be_visible()
    expect(page).to_have_url(
        re.compile("&open=field-road-described")
    )  # the address wins over what is remembered

    page.reload()
    panel = go_to(page, "Field or road")
    expect(panel.get_by_role("heading", name="What each class looks like")).to_be_visible()
    expect(row.filter(has_text="Each class")).to_have_attribute("aria-expanded", "true")
    assert not go_to(page, "Compose").locator(".closer > .label-wrap.open").count(), "each tab has its own"
    panel = go_to(page, "Field or road")
    classes.click()
    expect(classes).to_have_attribute("aria-expanded", "false")
    expect(page).not_to_have_url(re.compile("&open="))
    page.reload()
    panel = go_to(page, "Field or road")
    page.wait_for_timeout(500)
    assert not panel.locator(".closer > .label-wrap.open").count()
    verdicts_are_compared(page)


def verdicts_are_compared(page: Page) -> None:
    """Pins a verdict, asks about another picture, and finds both, in words, in a drawing and in a table."""
    panel = page.locator("[role=tabpanel]:visible")
    panel.locator("#field-road-pin > .label-wrap").click()
    said = panel.locator(".pin-said")
    expect(said).to_be_in_viewport()
    expect(panel.locator(".answer .verdict")).to_be_in_viewport(ratio=1)  # beside what is short as well
    panel.locator("[data-do=pin]").click()
    expect(said).to_have_text(
        re.compile("^The verdict is .+ as before; for road: head 0.+ as before, captions 0")
    )
    verdict = panel.locator(".answer .verdict").inner_text()
    panel.locator("button.example").nth(2).click()
    expect(panel.locator(".answer .verdict")).not_to_have_text(verdict)
    expect(said).to_have_text(re.compile(r"0\.\d\d to 0\.\d\d|0\.\d\d to 1\.00"))
    expect(panel.locator(".pin-slopes line.is-strong")).to_have_count(2)
    expect(panel.locator(".verdict-table")).to_contain_text("the shipped head")
    panel.locator("#field-road-described > .label-wrap").click()
    expect(panel.locator("#field-road-each-class")).to_have_css("opacity", "1")
    panel.get_by_label("Remove Image").click()
    expect(panel.locator("#field-road-each-class")).to_have_css("opacity", "0.4")  # as its answer
