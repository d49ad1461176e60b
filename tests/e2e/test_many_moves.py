"""A slider dragged faster than anybody can answer: one question at a time, and the last one is answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.fault_rows(71)]
MOVES = 200
DRAG = """async (slider, values) => {
    for (const value of values) {
        slider.value = value;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(done => setTimeout(done, 2));
    }
}"""


class Asked:
    """Counts which questions are on their way to the server, for each event of the page."""

    def __init__(self, page: Page) -> None:
        self.running: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self.sent: list[Any] = []
        page.on("request", self.begin)
        page.on("requestfinished", self.end)
        page.on("requestfailed", self.end)

    def begin(self, request: Request) -> None:
        if (event := _event(request)) is not None:
            self.running[event] += 1
            self.most[event] = max(self.most[event], self.running[event])
            self.sent.append(request.post_data_json["data"])

    def end(self, request: Request) -> None:
        if (event := _event(request)) is not None:
            self.running[event] -= 1


def _event(request: Request) -> int | None:
    if request.method != "POST" or not request.url.split("?")[0].endswith(("/run/predict", "/queue/join")):
        return None
    sent = request.post_data_json
    if "number" in (sent.get("event_data") or {}):
        return None  # the address asks what it shows, once the hand has rested
    return int(sent["fn_index"]) if sent["data"] else None  # a clock of the page asks without any


def settled(requests: Asked, verdict: Locator, text: str) -> None:
    """Waits until the page says this and asks no more."""
    expect(verdict).to_have_text(text, timeout=20_000)
    while +requests.running:
        verdict.page.wait_for_timeout(20)


def test_of_200_moves_the_last_one_wins_and_never_two_are_asked_at_once(page: Page) -> None:
    panel = go_to(page, "Field or road")
    slider = panel.get_by_role("slider").first
    verdict = panel.locator("#field-road-answer .strip-ends span").nth(1)
    texts = [verdict.inner_text()]
    for value in (0.1, 0.4):
        slider.evaluate(DRAG, [value])
        expect(verdict).not_to_have_text(texts[-1], timeout=20_000)
        texts.append(verdict.inner_text())
    requests = Asked(page)
    slider.evaluate(DRAG, [*(round(0.15 + 0.25 * (move % 25) / 25, 2) for move in range(MOVES - 1)), 0.1])
    during = len(requests.sent)
    settled(requests, verdict, texts[1])
    page.wait_for_timeout(300)
    settled(requests, verdict, texts[1])
    assert set(requests.most.values()) == {1}
    assert 1 <= during < MOVES, "the moves were too slow to need dropping, or none was asked"
    assert len(requests.sent) - during <= 2, "more than one was pending when the dragging ended"
    assert requests.sent[-1][0]["value"] == 0.1
