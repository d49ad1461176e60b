"""A pinned answer beside the one that stands, and the trail of questions to walk back."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.instruments import Blended
from core.instruments.comparison import compare
from demo.widgets.sources import script
from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser]
COMPARED = """({{scores, hidden, right, names}}) => {{
  {scripts}
  const ranks = scores.map((row, at) => allRanks(Float64Array.from(row), hidden[at]));
  const both = compared(...ranks, right);
  return [both, comparisonSentence(both, names)];
}}"""


def test_the_comparison_is_the_servers(blank: Page) -> None:
    rng = np.random.default_rng(11)
    names = [f"picture {i}" for i in range(60)]
    for round_ in range(12):
        scores = np.round(rng.standard_normal((2, 60)), 1)  # with ties
        hidden = [sorted(rng.choice(60, size=round_ % 3, replace=False).tolist()) for _ in range(2)]
        right = sorted(rng.choice(60, size=round_ % 4, replace=False).tolist())
        answers = [
            Blended(np.array([row, row]), [1.0, 0.0], ["x", "y"], names, right, tuple(out))
            for row, out in zip(scores, hidden, strict=True)
        ]
        wanted = compare(*answers)
        marks = [[int(i in out) for i in range(60)] for out in hidden]
        here, sentence = blank.evaluate(
            COMPARED.format(
                scripts=script("fixed.js") + script("written_numbers.js") + script("comparison.js")
            ),
            {"scores": scores.tolist(), "hidden": marks, "right": right, "names": names},
        )
        assert [tuple(move.values()) for move in here["moves"]] == [
            (move.index, move.before, move.after) for move in wanted.moves
        ]
        assert (here["shared"], here["places"]) == (wanted.shared, wanted.places)
        assert here["agreement"] == pytest.approx(wanted.agreement, abs=1e-12)
        assert here["right"] == (None if wanted.right is None else list(wanted.right))
        assert sentence == wanted.sentence


@pytest.mark.weights
def test_a_pinned_answer_is_compared_with_what_stands_without_a_request(page: Page) -> None:
    panel = go_to(page, "Compose")
    board = panel.locator("#compose-pinned")
    panel.locator("#compose-pin button.label-wrap").click()
    expect(board.locator(".pin-said")).to_have_text(re.compile("^Pin the answer"))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "queue/join" in request.url else None)
    board.locator("[data-do=pin]").click()
    expect(board.locator(".pin-said")).to_have_text("Nothing moved among the first 10.")
    slider = panel.locator("#compose-weights input[type=range]").first
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect(board.locator(".pin-said")).to_have_text(
        re.compile(r"of the first 10 stay; “.+” moves most, from rank")
    )
    shown = panel.locator(".gallery-grid .tile-title").first.inner_text()
    board.locator("summary").click()
    rows = board.locator("tbody tr")
    now = {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows.all()}
    assert now[shown] == "1", "the table and the tiles say the same"
    assert not requests
    page.reload()
    panel = go_to(page, "Compose")  # where the board was left open, it is open again
    expect(panel.locator(".pin-slopes")).to_be_visible()  # a pin outlives the page
    panel.locator("[data-do=unpin]").click()
    expect(panel.locator(".pin-slopes")).to_have_count(0)


@pytest.mark.weights
def test_classes_are_compared_as_well(page: Page) -> None:
    panel = go_to(page, "Sketch")
    panel.locator("#sketch-pin button.label-wrap").click()
    panel.locator("[data-do=pin]").click()
    slider = panel.locator("#sketch-alpha input[type=range]")
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    expect(panel.locator(".pin-said")).to_have_text(re.compile("moves most, from rank"))


@pytest.mark.weights
def test_an_answer_to_an_earlier_question_is_not_pinned(page: Page) -> None:
    for tab, name, field in (
        ("Field or road", "field-road", "#field-road-first"),
        ("Compose", "compose", "#compose-text"),
    ):
        panel = go_to(page, tab)
        panel.locator(f"#{name}-pin button.label-wrap").click()
        typed = panel.locator(f"{field} textarea, {field} input").first
        typed.fill("seen from above")
        panel.locator("[data-do=pin]").click()  # while the words wait for a pause
        expect(panel.locator("[data-do=unpin]")).to_be_hidden()
        typed.fill("\u7ea2\u8272\u8fde\u8863\u88d9")
        expect(panel.locator(".answer .notice")).to_contain_text("cannot read any of these words")
        panel.locator("[data-do=pin]").click()
        expect(panel.locator(".pin-said")).to_contain_text("so it is not pinned")
        expect(panel.locator("[data-do=unpin]")).to_be_hidden()


@pytest.mark.weights
def test_a_pin_that_other_models_gave_is_compared_and_one_that_cannot_be_read_is_told(page: Page) -> None:
    """As after a start with another profile: the window keeps what was pinned, and the page has other models."""
    for tab, name in (("Sketch", "sketch"), ("Field or road", "field-road")):
        panel = go_to(page, tab)
        panel.locator(f"#{name}-pin button.label-wrap").click()
        panel.locator("[data-do=pin]").click()
        expect(panel.locator(".pin-whose")).to_be_hidden()
        expect(panel.locator(".pin-models")).to_have_count(0)
    page.evaluate("""() => {
      const change = (name, made) => {
        const pin = JSON.parse(sessionStorage.getItem(name));
        sessionStorage.setItem(name, JSON.stringify({ ...pin, ...made(pin) }));
      };
      change("blendscope-pin-sketch-alpha", ({ ranks }) => ({ models: "head <other>", ranks: ranks.reverse() }));
      change("blendscope-verdict-pin", () => ({ shares: { captions: 7 } }));
    }""")
    page.reload()
    panel = go_to(page, "Sketch")
    expect(panel.locator(".pin-said")).to_have_text(re.compile("moves most, from rank"))
    expect(panel.locator(".pin-models dd").first).to_have_text("head <other>")
    expect(panel.locator(".pin-models dd").last).to_have_text(re.compile("^picture sketch-tower-"))
    panel.locator(".pin-board").evaluate("(board) => (board.dataset.profile = 'paper')")
    slider = panel.locator("#sketch-alpha input[type=range]")
    slider.press("ArrowLeft")
    expect(panel.locator(".pin-whose")).to_have_text(re.compile("Press Enter"))
    panel = go_to(page, "Field or road")
    expect(panel.locator(".pin-said")).to_have_text(re.compile("cannot be read, so it was taken away"))
    panel.locator("[data-do=pin]").click()
    expect(panel.locator(".pin-said")).to_have_text(re.compile("^The verdict is .+ as before"))


@pytest.mark.weights
def test_one_walks_back_to_a_question(page: Page) -> None:
    panel = go_to(page, "Compose")
    field, trail = panel.locator("#compose-text textarea"), panel.locator("#compose-trail")
    panel.locator("#compose-pin button.label-wrap").click()
    verdicts = []
    for number, words in enumerate(("the same in blue", "with yellow stripes"), start=1):
        field.fill(words)
        panel.locator("#compose-ask").click()
        expect(trail.locator("li")).to_have_count(number)
        verdicts.append(panel.locator(".verdict").inner_text())
    expect(trail.locator("[aria-current]")).to_have_text("with yellow stripes")
    trail.get_by_role("button", name="the same in blue").click()
    expect(field).to_have_value("the same in blue")
    expect(panel.locator(".verdict")).to_have_text(verdicts[0])
    expect(trail.locator("[aria-current]")).to_have_text("the same in blue")
