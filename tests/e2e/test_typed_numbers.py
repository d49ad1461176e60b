"""Numbers typed beside every slider of every tab: what is shown is what is sent and answered, whatever was typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.conftest import TABS, go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]
# Text typed -> what the field shows then (None: what it showed before), and words of the sentence about it.
TYPED: dict[str, tuple[str | None, str]] = {
    "0,625": ("0.63", "rounded"),
    "0,55": ("0.55", ""),
    "+.75": ("0.75", ""),
    "5": ("high", "is above"),
    "-1": ("low", "is below"),
    "−3": ("low", "is below"),
    "": (None, "Nothing was typed"),
    "half": (None, "is not a number"),
    "1.2.3": (None, "is not a number"),
    "NaN": (None, "is not a number"),
    "1e999": ("high", "is above"),
}
SINGLE = {"Sketch": 1, "Field or road": 3, "Street to shop": 0, "Compose": 0}


@pytest.fixture
def page(used_page: Page) -> Page:
    """One page for all: each test compares what it does with what stood before."""
    return used_page


def numbers_in(value: Any) -> Iterator[float]:
    """Yields every number in what was sent."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


class Sent:
    """What the page sent to its events, the last first."""

    def __init__(self, page: Page) -> None:
        self.bodies: list[Any] = []
        page.on("request", self._keep)

    def _keep(self, request: Request) -> None:
        if request.method == "POST" and "/gradio_api/" in request.url and request.post_data:
            body = json.loads(request.post_data)
            if "number" not in (
                body.get("event_data") or {}
            ):  # the address asks what it shows, once the hand has rested
                self.bodies.append(body["data"])

    def last_number(self, page: Page, wanted: float) -> None:
        """Waits until the last event carries a number."""
        for _ in range(100):
            if self.bodies and any(abs(number - wanted) < 1e-6 for number in numbers_in(self.bodies[-1])):
                return
            page.wait_for_timeout(20)
        raise AssertionError(f"{wanted} was never sent last; the last was {self.bodies[-1:]}")


def shown_number(field: Locator) -> float:
    return float(field.input_value().replace("−", "-"))


@pytest.mark.parametrize("tab", [tab for tab in TABS if SINGLE[tab]])
def test_a_slider_shows_and_sends_the_number_that_it_uses(page: Page, tab: str) -> None:
    panel, sent = go_to(page, tab), Sent(page)
    if tab == "Field or road":
        panel.get_by_label("Conformal set", exact=True).check()
    sliders = panel.locator(".slider:not(.is-off)")
    expect(sliders).to_have_count(SINGLE[tab])
    for number, slider in enumerate(sliders.all()):

        def used(value: float, slider: Locator = slider) -> None:
            expect(slider).to_have_attribute("data-now", f"{value:g}")
            if tab != "Sketch":  # whose moves the browser answers
                sent.last_number(page, value)

        field, dial, message = (slider.locator(part) for part in (".typed", ".dial", ".slider-message"))
        bounds = {
            end: float(dial.get_attribute(name) or "") for end, name in (("low", "min"), ("high", "max"))
        }
        for text in TYPED if number == 0 else ("0,55", "5", ""):
            wanted, sentence = TYPED[text]
            dial.fill("0.7")
            expect(field).to_have_value("0.70")
            field.fill(text)
            field.press("Enter")
            value = bounds.get(str(wanted), 0.7 if wanted is None else None)
            value = float(str(wanted)) if value is None else value
            expect(field).to_have_value(f"{value:.2f}")
            assert float(dial.input_value()) == pytest.approx(value, abs=1e-6)
            expect(message).to_contain_text(sentence)
            used(value)
        field.fill("0,8")
        used(0.8)
        assert float(dial.input_value()) == pytest.approx(0.8), "a whole number counts while it is typed"
        field.press("ArrowUp")
        expect(field).to_have_value("0.81")
        used(0.81)
        dial.fill("0.7" if "from" not in (slider.get_attribute("aria-label") or "") else "0.3")
        expect(message).to_be_hidden()


@pytest.mark.parametrize("tab", [tab for tab in TABS if not SINGLE[tab]])
def test_typed_weights_are_what_is_shown_and_used(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    fields = panel.locator(".weights .typed")
    dials, message = panel.locator(".weights .dial"), panel.locator(".weight-message")
    before = [shown_number(field) for field in fields.all()]
    for text, (wanted, sentence) in TYPED.items():
        if tab == "Compose" and wanted == "low":
            continue  # weights of the mix may be negative
        fields.first.fill(text)
        expect(message).to_contain_text("Not in use yet")
        fields.first.press("Tab")
        expect(message).to_contain_text("Not in use yet")
        fields.nth(1).press("Enter")
        if wanted is None:
            expect(fields.first).to_have_value(f"{before[0]:.2f}")
        if sentence and sentence != "rounded" and text != "5":
            expect(message).to_contain_text(sentence)
        shown = [shown_number(field) for field in fields.all()]
        assert sum(shown) == pytest.approx(1, abs=0.001), "what is read adds up"
        for dial, number in zip(dials.all(), shown, strict=True):
            assert float(dial.input_value()) == pytest.approx(number, abs=0.0101)
        if shown != before:
            expect(message).to_contain_text("Rescaled")
            now = json.loads(panel.locator(".weights").get_attribute("data-now") or "")
            assert now == pytest.approx(shown, abs=0.0101)
        before = shown


def test_a_weight_beyond_the_slider_stretches_it(page: Page) -> None:
    panel = go_to(page, "Compose")
    fields, dials = panel.locator(".weights .typed"), panel.locator(".weights .dial")
    for place, text in enumerate(("−0,5", "0,5", "1")):
        fields.nth(place).fill(text)
    fields.nth(2).press("Enter")
    expect(fields.first).to_have_value("−0.50")
    assert [float(dial.input_value()) for dial in dials.all()] == pytest.approx([-0.5, 0.5, 1.0])
    for place, text in enumerate(("0,3", "2", "−3")):
        fields.nth(place).fill(text)
    fields.nth(2).press("Enter")
    expect(panel.locator(".weight-message")).to_contain_text("every sign turned")
    for place, text in enumerate(("−0,5", "0,5", "1")):
        fields.nth(place).fill(text)
    fields.first.fill("9")
    fields.nth(2).press("Enter")
    assert [float(dial.get_attribute("min") or "") for dial in dials.all()] == [0, 0, 0]
