"""Back and Forward over several tabs in a real browser: each entry of the history stays what it was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import go_to
from tests.e2e.test_links import verdict

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def test_back_and_forward_over_tabs_leave_every_entry_as_it_was(used_page: Page) -> None:
    page, compose = used_page, go_to(used_page, "Compose")
    compose.locator("button.example").nth(1).click()
    expect(page).to_have_url(re.compile(r"\?tab=compose&example=2&"))
    page.wait_for_timeout(800)  # the address has come to rest
    second, composed = verdict(page).inner_text(), page.url
    sketch = go_to(page, "Sketch")
    sketch.locator("button.example").nth(2).click()
    expect(page).to_have_url(re.compile(r"\?tab=sketch&example=3&"))
    page.wait_for_timeout(800)
    third, sketched = verdict(page).inner_text(), page.url
    page.go_back()  # to the sketch that the tab showed at first
    expect(page).to_have_url(re.compile(r"\?tab=sketch&example=1&"))
    page.wait_for_timeout(1500)
    for walk, sentence, address in (
        (page.go_back, second, composed),
        (page.go_forward, None, None),
        (page.go_forward, third, sketched),
    ):
        walk()
        page.wait_for_timeout(1500)  # nothing writes over what was opened
        if address:
            expect(page).to_have_url(address)
            expect(verdict(page)).to_have_text(sentence)


def test_a_tab_in_which_nothing_is_asked_is_named_all_the_same(used_page: Page) -> None:
    page, sketch = used_page, go_to(used_page, "Sketch")
    sketch.get_by_role("button", name="Clear", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?tab=sketch$"))
    go_to(page, "Compose")
    expect(page).to_have_url(re.compile(r"\?tab=compose&example=\d&"))
    go_to(page, "Sketch")
    expect(page).to_have_url(re.compile(r"\?tab=sketch$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?tab=compose&example=\d&"))
