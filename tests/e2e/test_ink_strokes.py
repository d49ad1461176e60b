"""The strokes of a drawing, coloured by what each adds: a press leaves one out of the pad and brings it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import go_to
from tests.e2e.test_page import ink, stroke

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
