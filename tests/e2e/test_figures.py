"""Save figure in a real browser: what stands on the page comes back drawn, with the weights where the sliders stand."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.figures.file import read_figure
from tests.e2e.conftest import PATIENCE, go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def saved(page: Page, button: Locator, folder: Path, size: str = "One column") -> dict[str, bytes]:
    """Saves a figure by its button and the dialog, and returns the files of the archive."""
    button.click()
    dialog = page.locator(".figure-dialog")
    dialog.get_by_label(size).check()
    with page.expect_download(timeout=4 * PATIENCE) as download:
        dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status")).to_contain_text("is saved")
    dialog.get_by_role("button", name="Close").click()
    download.value.save_as(folder / "saved.zip")
    with zipfile.ZipFile(folder / "saved.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert [Path(name).suffix for name in files] == [".pdf", ".svg", ".png", ".tex", ".csv", ".tex", ".json"]
    assert files[next(iter(files))].startswith(b"%PDF")
    return files


def told(files: dict[str, bytes]) -> dict[str, Any]:
    """Returns the figure file of an archive, which draws again."""
    data = next(data for name, data in files.items() if name.endswith(".json"))
    read_figure(data)
    return dict(json.loads(data))


def test_an_answer_is_saved_with_the_weights_of_the_sliders(used_page: Page, tmp_path: Path) -> None:
    compose = go_to(used_page, "Compose")
    compose.locator("#compose-weights .dial").first.fill("0.9")
    expect(compose.locator("#compose-weights .tick").first).to_be_attached()
    files = saved(used_page, used_page.locator(".mast .save-figure"), tmp_path)
    figure = told(files)
    evidence = figure["evidence"]
    assert [part["weight"] for part in evidence["parts"]][0] == pytest.approx(0.9)
    tiles = compose.locator(".gallery-grid .tile")
    assert [row["title"] for row in evidence["results"][:3]] == tiles.locator(
        ".tile-title"
    ).all_inner_texts()[:3]
    for row in evidence["results"]:
        assert row["score"] == pytest.approx(sum(row["parts"]))
        assert base64.b64decode(row["picture"]).startswith(b"\xff\xd8")
    assert figure["view"].startswith("tab=compose&example=1") and figure["profile"] == "pocket"
    assert set(figure["models"]) == {"joint", "combiner"} and figure["measured"][0]["n"] > 1
    assert "Apache-2.0" in figure["licence"]
    table = next(data for name, data in files.items() if name.endswith(".csv"))
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    assert [row["title"] for row in rows] == [row["title"] for row in evidence["results"]]
    tex = next(data for name, data in files.items() if name.endswith("column.tex")).decode()
    assert "picture q 0.90" in " ".join(tex.split())


def test_an_instrument_is_saved_as_it_stands(used_page: Page, tmp_path: Path) -> None:
    compose = go_to(used_page, "Compose")
    compose.locator(".closer > .label-wrap", has_text="Who comes first").click()
    expect(compose.locator(".atlas-cell").first).to_be_attached()
    button = compose.locator("#compose-closer .save-figure")
    atlas = told(saved(used_page, button, tmp_path, "Slide, 16:9"))
    assert atlas["kind"] == "atlas" and sum(
        cell["share"] for cell in atlas["evidence"]["cells"]
    ) == pytest.approx(1)
    assert len(atlas["evidence"]["cells"]) == compose.locator(".atlas-cell").count()
    for cell in atlas["evidence"]["cells"]:
        for corner in cell["corners"]:
            assert sum(corner) == pytest.approx(1) and min(corner) > -1e-3


def test_an_answer_by_another_rule_is_saved_as_the_server_gave_it(used_page: Page, tmp_path: Path) -> None:
    compose = go_to(used_page, "Compose")
    compose.locator(".closer > .label-wrap", has_text="Joining").click()
    compose.get_by_label("Harris").check()
    expect(used_page).to_have_url(re.compile("rule=harris"))
    figure = told(saved(used_page, used_page.locator(".mast .save-figure"), tmp_path))
    assert figure["evidence"]["rule"] == "harris"
    first = compose.locator(".gallery-grid .tile").first
    assert figure["evidence"]["results"][0]["title"] == first.locator(".tile-title").inner_text()
    assert not figure["evidence"]["results"][0]["parts"]
    compose.get_by_label("sum").first.check()


def test_where_nothing_stands_the_dialog_says_so(used_page: Page) -> None:
    compose = go_to(used_page, "Compose")
    compose.locator(".closer > .label-wrap", has_text="Pin and compare").click()
    expect(compose.locator("#compose-pin .save-figure")).to_be_hidden()
    compose.locator("#compose-pin .save-figure").evaluate("button => button.click()")
    dialog = used_page.locator(".figure-dialog")
    dialog.get_by_label("Pin and compare").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status")).to_contain_text("Nothing that can be drawn stands here yet")
    used_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_stale_answer_is_not_drawn_with_the_next_question(used_page: Page) -> None:
    compose = go_to(used_page, "Compose")
    compose.locator("button.example").first.click()
    expect(compose.locator(".notice")).to_have_count(0)
    compose.locator("#compose-gallery .tile-picture").nth(1).click()
    used_page.locator(".enlarged-tools [data-do=choose]:visible").click()
    expect(compose.locator(".notice")).to_contain_text("is the reference now")
    used_page.keyboard.press("Escape")
    dialog, stale = used_page.locator(".figure-dialog"), "is not the answer to what was asked last"
    used_page.locator(".mast .save-figure").click()
    expect(dialog.get_by_role("status")).to_contain_text(stale)
    dialog.get_by_label("Slide, 16:9").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status")).to_contain_text(stale)
    used_page.keyboard.press("Escape")
    compose.locator("#compose-ask").click()
    expect(compose.locator(".notice")).to_have_count(0)
    used_page.locator(".mast .save-figure").click()
    expect(dialog.get_by_role("status")).to_have_text("")
    used_page.keyboard.press("Escape")
