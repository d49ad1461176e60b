"""A gallery past the size that is looked at whole: the page says so, goes on by itself, and names its pictures."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.figures.file import read_figure
from core.figures.saving import caption_of
from tests.e2e.conftest import go_to
from tests.e2e.test_figures import saved
from tests.faults.asking import COMPOSE, at
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MISNAMED = """() => [...document.querySelectorAll("#compose-gallery .tile")].filter((tile) =>
  tile.querySelector(".tile-title").textContent !==
  document.getElementById("compose-catalogue").names.titles[Number(tile.dataset.index)]).length"""
LABEL = """(title) => {
  const look = getComputedStyle(title, "::after");
  return [look.content, parseFloat(look.fontSize)];
}"""


@pytest.fixture(scope="module")
def windowed(tmp_path_factory: pytest.TempPathFactory) -> RunningApp:
    python = (sys.executable, "-m", "tests.e2e.small_windows")
    with RunningApp(tmp_path_factory.mktemp("windowed"), python=python) as app:
        yield app


def test_a_large_gallery_is_answered_from_a_window_that_is_named(
    windowed: RunningApp, browser: Browser, tmp_path: Path
) -> None:
    answer = at(COMPOSE)(windowed).answer
    searched = answer["searched"]
    assert not searched["exact"] and 40 <= searched["rows"] < searched["of"]
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(windowed.url)
    panel = go_to(page, "Compose")
    expect(panel.locator(".searched")).to_have_count(
        0
    )  # the worked example was answered over the whole gallery
    panel.locator("#compose-text textarea, #compose-text input").first.fill("the same in green")
    panel.get_by_role("button", name="Ask", exact=True).click()
    said = panel.locator(".searched")
    expect(said).to_have_text(re.compile(r"^Searched: over [\d,]+ fetched of [\d,]+; "))
    assert page.evaluate(MISNAMED) == 0

    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.wait_for_timeout(500)
    sent.clear()
    before = panel.locator("#compose-gallery .tile").first.get_attribute("aria-label")
    panel.locator("#compose-weights .dial").nth(0).fill("1")
    expect(panel.locator("#compose-gallery .tile").first).not_to_have_attribute("aria-label", before or "")
    assert page.evaluate(MISNAMED) == 0 and not [url for url in sent if "join" in url]

    panel.get_by_role("button", name="Who comes first").click()
    title = panel.locator("#compose-closer .closer-title")
    expect(panel.locator("#compose-closer .atlas-cell").first).to_be_visible()
    content, size = title.evaluate(LABEL)
    assert re.fullmatch(r'"over [\d,]+ fetched"', content) and size >= 15
    names = page.evaluate("document.getElementById('compose-catalogue').names.titles")
    assert panel.locator("#compose-closer .atlas-go bdi").first.text_content() in names

    for fold, kind in (("#compose-closer", "atlas"), ("#compose-pin", "slopes")):
        if kind == "slopes":
            panel.locator("#compose-pin button.label-wrap").click()
            panel.locator("#compose-pinned [data-do=pin]").click()
        files = saved(page, panel.locator(f"{fold} .save-figure"), tmp_path)
        figure = read_figure(next(data for name, data in files.items() if name.endswith(".json")))
        assert figure.kind == kind and figure.searched == said.inner_text() in caption_of(figure)
    page.close()
