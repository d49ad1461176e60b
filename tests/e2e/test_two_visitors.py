"""Two people with the page open at once: what one of them asks never shows in the window of the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import PROJECTOR, go_to, watched_page
from tests.faults import pictures
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.fault_rows(73)]
SECRET = "a zebra in my kitchen"


def test_what_one_visitor_asks_stays_with_them(browser: Browser, warm_app: RunningApp) -> None:
    (owner, _), (stranger, watched) = (watched_page(browser, PROJECTOR) for _ in range(2))
    owner.goto(warm_app.url)
    stranger.goto(warm_app.url)
    mine, theirs = go_to(owner, "Sketch"), go_to(stranger, "Sketch")
    before = theirs.inner_html()
    verdict = mine.locator(".verdict").first
    example = verdict.inner_text()
    drawing = {"name": "zebra.png", "mimeType": "image/png", "buffer": pictures.saved(pictures.sketch())}
    mine.locator("input[type=file]").first.set_input_files(drawing)
    expect(verdict).not_to_have_text(example, timeout=20_000)
    words = mine.get_by_role("textbox").first
    words.fill(SECRET)
    words.press("Enter")
    expect(verdict).to_contain_text("zebra", timeout=20_000)
    assert theirs.inner_html() == before
    stranger.reload()
    theirs = go_to(stranger, "Sketch")
    assert SECRET not in stranger.content() and "zebra.png" not in stranger.content()
    assert theirs.locator(".verdict").first.inner_text() == example
    assert not watched.troubles
    owner.context.close()
    stranger.context.close()
