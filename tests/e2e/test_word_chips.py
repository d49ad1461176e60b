"""The words of a question as chips: what each does, and a press that leaves it out and brings it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]
DECIDES = re.compile("One word decides who comes first; left out: \u201cgreen")


def test_a_word_is_left_out_and_comes_back(page: Page) -> None:
    panel = go_to(page, "Compose")
    field, chips = panel.locator("#compose-text textarea"), panel.locator("#compose-chips")
    typed = field.input_value()
    panel.locator("#compose-each-word button.label-wrap").click()
    expect(chips.locator(".chips-said")).to_have_text(DECIDES)
    assert [chip.inner_text() for chip in chips.locator(".chip-word").all()] == typed.split()
    first = panel.locator(".gallery-grid .tile-title").first.inner_text()
    chips.locator(".chip", has_text="green").click()
    expect(field).to_have_value(typed.rsplit(" ", 1)[0])
    expect(panel.locator(".gallery-grid .tile-title").first).not_to_have_text(first)
    gone = chips.locator(".chip-off")
    expect(gone).to_have_text("green?")
    expect(gone).to_have_attribute("aria-pressed", "false")
    gone.click()
    expect(field).to_have_value(typed)
    expect(chips.locator(".chips-said")).to_have_text(DECIDES)
    expect(panel.locator(".gallery-grid .tile-title").first).to_have_text(first)


def test_nothing_is_asked_before_the_words_are_seen_and_one_fold_is_open_at_a_time(page: Page) -> None:
    panel = go_to(page, "Compose")
    page.wait_for_timeout(500)
    assert not page.locator(".chips-of").count()
    atlas = panel.locator("#compose-closer button.label-wrap")
    atlas.click()
    expect(panel.locator(".atlas")).to_be_visible()
    panel.locator("#compose-each-word button.label-wrap").click()
    expect(panel.locator(".chips-of")).to_be_visible()
    expect(panel.locator(".atlas")).not_to_be_visible()


def test_moving_alpha_changes_what_words_do(used_page: Page) -> None:
    panel = go_to(used_page, "Sketch")
    panel.locator("#sketch-each-word button.label-wrap").click()
    effects = panel.locator("#sketch-chips .chip-effect")
    before = effects.last.inner_text()
    assert before.startswith("+")
    panel.locator("#sketch-alpha input[type=range]").focus()
    for _ in range(5):
        used_page.keyboard.press("ArrowRight")
    expect(effects.last).not_to_have_text(before)


def test_other_words_are_asked_with_when_they_are_pressed(used_page: Page) -> None:
    panel = go_to(used_page, "Field or road")
    panel.locator("#field-road-each-word button.label-wrap").click()
    groups = panel.locator("#field-road-chips .chips-of")
    expect(groups).to_have_count(2)
    words = groups.last.locator("[data-ask]", has_text="this is not a photo of a road.")
    words.click()
    expect(panel.locator("#field-road-second textarea")).to_have_value("this is not a photo of a road.")
    expect(groups.last.locator(".chip-word")).to_have_text(
        ["this", "is", "not", "a", "photo", "of", "a", "road."]
    )
    expect(groups.first.locator(".chip-word")).to_have_text(["this", "is", "a", "photo", "of", "a", "field."])
