"""The gallery as a map under mouse and keyboard: asked for when it is seen, then followed without a request."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core import blend
from demo.widgets.sources import script
from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser, pytest.mark.weights]
PLACED = """([weights, parts, hidden, places]) => {{
  {scripts}
  const rows = parts.map((row) => Float32Array.from(row));
  const at = Float32Array.from(places.flat());
  const here = placedBy(blended(weights, rows), hidden, at);
  const kept = keptBy({{ method: "a method", kept: 1, places: at }});
  return [here, threadsTo(weights, rows, hidden, at), nearestOnMap(3, 5, hidden, at), roomFor(at, [0.2, 0.1]), kept];
}}"""


def placed_by(scores: np.ndarray, hidden: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Returns the middle of the ten best, each weighing as much as it is above the eleventh."""
    order = [row for row in np.argsort(-scores, kind="stable") if not hidden[row]][:11]
    best, least = (order[:10], scores[order[10]]) if len(order) > 10 else (order, scores[order[-1]])
    above = scores[best] - least
    shares = above / above.sum() if above.sum() > 0 else np.full(len(best), 1 / len(best))
    return shares @ places[best]


def test_places_are_those_of_the_formula(page: Page) -> None:
    rng = np.random.default_rng(5)
    for count in (1, 7, 40):
        parts = rng.standard_normal((3, count)).astype(np.float32)
        hidden = (rng.random(count) < 0.1) & (np.arange(count) > 0)
        places = rng.uniform(-1, 1, (max(count, 4), 2)).astype(np.float32)[:count]
        weights = rng.dirichlet([1, 1, 1])
        scripts = script("blend.js") + script("map_places.js")
        given = [weights.tolist(), parts.tolist(), hidden.astype(int).tolist(), places.tolist()]
        here, threads, near, shown, kept = page.evaluate(PLACED.format(scripts=scripts), given)
        assert ("10.0 of a picture’s ten nearest" if count > 11 else "too few pictures") in kept
        wanted = placed_by(blend.blend(weights, parts), hidden, places)
        np.testing.assert_allclose(here, wanted, atol=1e-6)
        for kind, thread in enumerate(threads):
            alone = placed_by(parts[kind].astype(np.float64), hidden, places)
            np.testing.assert_allclose(thread[0], alone, atol=1e-6)
            np.testing.assert_allclose(thread[-1], here, atol=1e-6)
        if count == 40:
            away = np.square(places - places[3]).sum(axis=1) + 9.0 * hidden
            away[3] = np.inf
            assert near == np.argsort(away, kind="stable")[:5].tolist()
            gaps = np.abs(places[shown][:, None] - places[shown]) >= np.float32([0.2, 0.1])
            assert (gaps.any(axis=2) | np.eye(len(shown), dtype=bool)).all() and len(shown) > 10


def test_the_map_follows_the_sliders_without_a_request_and_its_pictures_can_be_asked_with(page: Page) -> None:
    panel = go_to(page, "Compose")
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    page.wait_for_timeout(500)
    posts.clear()
    panel.locator("#compose-as-a-map button.label-wrap").click()
    read, field = panel.locator("#compose-map .map-read"), panel.locator(".map-field")
    expect(read).to_contain_text("by the mix")
    said = panel.locator(".map-said")
    expect(said).to_contain_text("The mix follows both f(q, t)")
    assert len(posts) == 1, "the places are asked for once"
    before, drawn = read.inner_text(), field.screenshot()
    words = panel.locator("#compose-weights input[type=range]").nth(1)
    words.focus()
    page.keyboard.press("End")
    expect(read).not_to_have_text(before)
    expect(said).to_contain_text("The mix follows words t")
    first = panel.locator(".gallery-grid .tile-title").first.inner_text()
    expect(read).to_contain_text(f"by the mix “{first}”")
    assert field.screenshot() != drawn and len(posts) == 1, "a slider asks nobody"

    panel.locator(".map-list summary").click()
    expect(panel.locator(".map-list tbody").last.locator("tr")).to_have_count(12)
    expect(panel.locator(".map-list tbody th").nth(4)).to_have_text(first)
    field.focus()
    page.keyboard.press("ArrowRight")
    expect(read).to_contain_text("rank 1 now")
    for key in ("ArrowDown", "+", "+", "Shift+ArrowLeft", "0"):
        page.keyboard.press(key)
    chosen = (re.match("“(.+)”, rank", read.inner_text()) or [""])[1]
    page.keyboard.press("Enter")
    dialog = panel.locator("dialog[open]")
    expect(dialog.locator("b")).to_have_text(chosen)
    expect(dialog.locator(".enlarged-size")).to_have_text("480 × 600 pixels.")
    dialog.locator("[data-do=size]").click()
    expect(dialog).to_have_class(re.compile("is-own-size"))
    assert dialog.locator("img").evaluate("image => image.clientWidth") == 480
    dialog.get_by_role("button", name="Ask with this picture").click()
    expect(panel.locator("#compose-reference")).to_contain_text(chosen)
    move_with_the_mouse(page)


def move_with_the_mouse(page: Page) -> None:
    """Zooms and moves the other tab's map, and chooses another set of vectors."""
    panel = go_to(page, "Street to shop")
    panel.locator("#street-as-a-map button.label-wrap").click()
    field = panel.locator(".map-field")
    expect(panel.locator("#street-map .map-read")).to_contain_text("by box")
    field.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    panel.locator(".map-charts button").nth(1).click()
    expect(panel.locator(".map-kept")).to_contain_text("of a picture’s ten nearest")
    box = field.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    field.focus()
    page.mouse.wheel(0, -600)
    expect(panel.locator(".map-frame")).to_have_class(re.compile("is-zoomed"))
    drawn = field.screenshot()
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 40, steps=4)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert field.screenshot() != drawn and not panel.locator("dialog[open]").count(), "a drag is no press"
    panel.locator("[data-zoom=whole]").click()
    expect(panel.locator(".map-frame")).not_to_have_class(re.compile("is-zoomed"))
