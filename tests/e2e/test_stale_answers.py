"""An answer that is not to what was asked last is dimmed, with the reason above, until something was answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def test_the_mark_of_a_slow_answer_is_unseen_while_nothing_runs_and_a_stale_answer_is_dimmed(
    page: Page,
) -> None:
    panel = go_to(page, "Sketch")
    mark, answer = panel.locator(".thinking p"), panel.locator("#sketch-answer")
    expect(mark).to_have_css("opacity", "0")
    expect(answer).to_have_css("opacity", "1")
    panel.get_by_role("button", name="Clear", exact=True).click()
    expect(panel.locator(".notice")).to_contain_text("The pad is empty")
    expect(answer).to_have_css("opacity", "0.4")
    with page.expect_response(lambda reply: "predict" in reply.url):
        panel.locator("#sketch-alpha").get_by_role("slider").press("ArrowLeft")
    page.wait_for_timeout(300)
    expect(panel.locator(".notice")).to_contain_text("The pad is empty")
    expect(answer).to_have_css("opacity", "0.4")
    expect(panel.locator(".notice small")).to_be_visible()
    panel.locator("#sketch-answer .verdict").evaluate("sentence => sentence.className = 'empty'")
    expect(answer).to_have_css("opacity", "1")
    expect(panel.locator(".notice small")).to_be_hidden()


def test_after_refused_words_a_slider_leaves_the_answer_dimmed_until_words_are_answered(page: Page) -> None:
    panel = go_to(page, "Street to shop")
    sentence = panel.locator("#street-sentence")
    panel.locator("#street-words textarea").fill("\u7ea2\u8272\u8fde\u8863\u88d9")
    panel.locator("#street-use").click()
    expect(panel.locator(".notice")).to_contain_text("cannot read any of these words")
    before = panel.locator("#street-gallery").inner_text()
    panel.locator("#street-weights").get_by_role("slider").first.press("ArrowLeft")
    expect(panel.locator("#street-gallery")).not_to_have_text(before, use_inner_text=True)
    expect(panel.locator(".notice")).to_contain_text("cannot read any of these words")
    expect(sentence).to_have_css("opacity", "0.4")
    panel.locator("#street-words textarea").fill("a red dress")
    panel.locator("#street-use").click()
    expect(panel.locator(".notice")).to_have_count(0)
    expect(sentence).to_have_css("opacity", "1")
