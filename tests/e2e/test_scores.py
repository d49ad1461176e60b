"""A file of scores opened in the browser: another query, moved weights, marks that nobody else sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.core.scores.test_scores import arrays
from tests.e2e.conftest import PROJECTOR, watched_page
from tests.running import RunningApp

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def scored_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app, started with a folder of scores."""
    folder = tmp_path_factory.mktemp("scored") / "set"
    folder.mkdir()
    for name, array in (arrays() | {"queries": np.array(["one", "two", "three", "four"])}).items():
        np.save(folder / f"{name}.npy", array)
    with RunningApp(folder.parent / "app", ("--scores", str(folder))) as app:
        yield app


def test_scores_of_ones_own_open_blend_and_are_marked(browser: Browser, scored_app: RunningApp) -> None:
    page, watched = watched_page(browser, PROJECTOR)
    page.goto(scored_app.url)
    panel = page.locator("[role=tabpanel]:visible")
    expect(panel.locator(".asked")).to_contain_text("4 queries, 6 candidates")
    tiles = panel.locator("#scores-gallery .gallery-grid .tile")
    expect(tiles).to_have_count(6)
    said = panel.locator("#scores-sentence .verdict")
    before = said.inner_text()
    panel.locator("#scores-query input").click()
    page.get_by_role("option", name="3. three").click()
    expect(said).not_to_have_text(before)
    expect(panel.locator("#scores-gallery .is-truth")).to_have_count(0)  # nobody knows what is right

    name = tiles.nth(2).locator(".tile-title").inner_text()
    tiles.nth(2).click()
    panel.locator(".enlarged [data-do=also]").click()
    ribbon = panel.locator("#scores-gallery .is-also .tile-title")
    expect(ribbon).to_have_text(name)
    panel.locator("#scores-marks button.label-wrap").click()
    board = panel.locator("#scores-marked")
    expect(board.locator("tbody tr")).to_have_text(
        [re.compile(f"R@{k}.* of n = 3.* of n = 4") for k in (1, 5, 10)]
    )
    slider = panel.locator("#scores-weights input[type=range]").first
    slider.focus()
    page.keyboard.press("End")
    expect(ribbon).to_have_text(name)
    rank = panel.locator("#scores-gallery .is-also .tile-rank").inner_text()
    expect(board.locator("li").first).to_contain_text(f"{name}, rank {rank}")
    panel.locator("#scores-query input").click()
    page.get_by_role("option", name="1. one").click()
    expect(ribbon).to_have_count(0)

    other, _ = watched_page(browser, PROJECTOR)
    other.goto(scored_app.url)
    theirs = other.locator("[role=tabpanel]:visible")
    theirs.locator("#scores-marks button.label-wrap").click()
    expect(theirs.locator("#scores-marked tbody tr").first).to_have_text(re.compile("n = 3.*n = 3"))
    other.context.close()

    panel.locator("#scores-query input").click()
    page.get_by_role("option", name="3. three").click()
    expect(ribbon).to_have_text(name)
    board.get_by_role("button", name="Take back").click()
    expect(ribbon).to_have_count(0)
    page.context.close()
    assert not watched.troubles, watched.troubles
