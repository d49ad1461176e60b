"""The strokes of a drawing, coloured by what each adds: a press leaves one out of the pad and brings it back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import go_to
from tests.e2e.test_page import ink, stroke
from tests.faults.pictures import photograph, saved

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def test_a_stroke_is_left_out_and_comes_back(page: Page) -> None:
    panel = go_to(page, "Sketch")
    panel.get_by_role("button", name="Clear", exact=True).click()
    sheet, strokes = panel.locator(".pad canvas"), panel.locator("#sketch-strokes")
    for line in ([(0.3, 0.2), (0.3, 0.8)], [(0.3, 0.8), (0.7, 0.8)], [(0.6, 0.3), (0.8, 0.3)]):
        stroke(page, sheet, line)
    drawn = ink(sheet)
    panel.locator("#sketch-each-stroke button.label-wrap").click()
    expect(strokes.locator(".chips-said")).to_contain_text("Of 3 strokes")
    canvas = strokes.locator(".ink-sheet")
    canvas.scroll_into_view_if_needed()
    edge = canvas.bounding_box()
    assert edge
    canvas.click(position={"x": 0.7 * edge["width"], "y": 0.31 * edge["height"]})
    expect(strokes.locator(".chips-said")).to_contain_text("Of 2 strokes")
    assert ink(sheet) < drawn
    back = strokes.get_by_role("button", name="left out: bring it back")
    back.click()
    expect(strokes.locator(".chips-said")).to_contain_text("Of 3 strokes")
    assert ink(sheet) == drawn
    expect(back).to_have_count(0)
    strokes.get_by_role("button", name="Sample Shapley values").click()
    expect(strokes.locator(".ink-table thead")).to_contain_text("Shapley")


def test_an_upload_answers_as_before_once_the_stroke_on_it_is_undone(page: Page, tmp_path: Path) -> None:
    panel, photo = go_to(page, "Sketch"), tmp_path / "a photo.png"
    photo.write_bytes(saved(photograph()))
    panel.locator("input[type=file]").first.set_input_files(photo)
    expect(page).to_have_url(re.compile("file=a.photo"))
    answer, strokes = panel.locator("#sketch-answer"), panel.locator("#sketch-strokes .chips-said")
    panel.locator("#sketch-each-stroke button.label-wrap").click()
    expect(strokes).to_contain_text("pieces of ink")
    first, told = answer.inner_html(), strokes.inner_text()
    stroke(page, panel.locator(".pad canvas"), [(0.2, 0.2), (0.8, 0.2)])
    expect(page).not_to_have_url(re.compile("&file="))
    panel.get_by_role("button", name="Undo", exact=True).click()
    expect(page).to_have_url(re.compile("file=a.photo"))
    expect(strokes).to_have_text(told)
    assert answer.inner_html() == first
