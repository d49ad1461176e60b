"""Where the scores come from: one number at a time, a word or a place of the reference to look closer, and tables."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def opened(page: Page, tab: str, fold: str) -> Locator:
    """Opens the fold of a tab and waits for its maps."""
    panel = go_to(page, tab)
    where = panel.locator(f"#{fold}-where")
    where.locator("button.label-wrap").click()
    expect(where.locator(".places-read")).not_to_be_empty(timeout=60_000)
    return where


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_numbers_fall_apart_and_a_place_of_the_reference_shows_its_matches(page: Page) -> None:
    where = opened(page, "Compose", "compose")
    read = where.locator(".places-read")
    whole = number(re.search(r"Picture q: (\S+) =", read.inner_text())[1])  # type: ignore[index]
    where.locator("summary").click()
    pairs = where.locator(".places-pairs tbody tr")
    expect(pairs).to_have_count(5)
    expect(where.locator(".line-end")).to_have_count(10)
    numbers = [float(each.get_attribute("y") or "") for each in where.locator(".places-lines text").all()]
    assert len(numbers) == 5 and min(abs(a - b) for a, b in combinations(numbers, 2)) > 22, (
        "none over another"
    )
    cells = where.locator(".places-table td").all_inner_texts()
    assert len(cells) == 81 and abs(sum(map(number, cells)) - whole) < 0.2
    stage = where.locator(".places-reference .places-stage")
    stage.focus()
    stage.press("ArrowRight")
    expect(read).to_contain_text("The reference at row 1, column 1")
    stage.press("ArrowDown")
    expect(read).to_contain_text("The reference at row 2, column 1")
    expect(where.locator(".place-chosen")).to_have_count(1)
    stage.press("Escape")
    expect(read).to_contain_text("Picture q")
    where.get_by_role("button", name="Words t").click()
    expect(where.locator(".places-lines circle")).to_have_count(0)
    expect(where.locator(".places-pairs")).to_be_hidden()

    road = opened(page, "Field or road", "field-road")
    expect(road.locator(".places-part")).to_have_count(4)
    road.get_by_role("button", name="Caption of road").click()
    word = road.locator(".places-words .chip", has_text="road")
    word.click()
    expect(word).to_have_attribute("aria-pressed", "true")
    expect(road.locator(".places-read")).to_contain_text("“road”")

    sketch = opened(page, "Sketch", "sketch")
    classes = sketch.locator(".places-names button")
    expect(classes).to_have_count(5)
    classes.nth(1).click()
    expect(sketch.locator(".places-result figcaption")).to_have_text(classes.nth(1).inner_text())
    sketch.get_by_role("button", name="Words").click()
    expect(sketch.locator(".places-read")).to_contain_text("of words alone")
