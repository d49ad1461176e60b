"""Links in a real browser: the address follows, Back walks the questions, a link opens the same elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.images.stroke_text import GRID, PenLine, stroke_text
from demo.html import signed_numbers
from demo.links import LONGEST_ADDRESS
from demo.widgets.sources import script
from tests.core.test_shares import NUMBERS, SHARES, WRITTEN
from tests.e2e.conftest import PROJECTOR, go_to, watched_page
from tests.faults import pictures
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]
LINES = [
    PenLine(((0, 0), (GRID, GRID), (700, 3)), 20),
    PenLine(((-GRID, 2 * GRID),), 500, erases=True),
    PenLine(tuple((step * 37 % GRID, step * step % GRID) for step in range(200)), 1),
]


def verdict(page: Page) -> Locator:
    """Returns the sentence of the tab in front."""
    return page.locator("[role=tabpanel]:visible .verdict").first


def opened_elsewhere(browser: Browser, link: str, sentence: str) -> None:
    """Checks that a window without memory shows the same at an address, and keeps it."""
    other, watched = watched_page(browser, PROJECTOR)
    other.goto(link)
    expect(verdict(other)).to_have_text(sentence)
    expect(other).to_have_url(link)
    other.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)


def test_both_write_a_drawing_alike(blank: Page) -> None:
    drawn = [
        {"points": [[x / GRID, y / GRID] for x, y in line.points], "width": line.width / GRID, "erase": line.erases}
        for line in LINES
    ]  # fmt: skip
    here, back = blank.evaluate(
        f"(drawn) => {{ {script('stroke_text.js')}\n"
        "const text = strokeText(drawn); return [text, strokesOfText(text)]; }",
        drawn,
    )
    assert here == stroke_text(LINES) and back == drawn


def test_both_write_weights_alike(blank: Page) -> None:
    weights = [list(weights) for weights, _ in SHARES]
    here = blank.evaluate(
        f"([weights, numbers]) => {{ {script('fixed.js') + script('shares.js')}\n"
        "return [weights.map(toldTogether), numbers.map(String).join(' '), decimal(1 - 0.975)]; }",
        [weights, NUMBERS],
    )
    assert here == [[told for _, told in SHARES], WRITTEN, 0.025]


def test_both_write_numbers_between_two_decimals_alike(blank: Page) -> None:
    """Quarters, eighths and so on lie just between two, where Python writes the even one."""
    numbers = [part / 32 for part in range(-70, 70)] + [1.005, 0.285, 1e6 + 0.125]
    here = blank.evaluate(
        f"(numbers) => {{ {script('fixed.js')} {script('written_numbers.js')}\n"
        "return [2, 3, 4].map((decimals) => numbers.map((number) => withSign(number, decimals))); }",
        numbers,
    )
    assert here == [signed_numbers(numbers, decimals) for decimals in (2, 3, 4)]


def test_the_address_follows_and_back_walks_the_questions(
    used_page: Page, browser: Browser, warm_app: RunningApp
) -> None:
    page, compose = used_page, go_to(used_page, "Compose")
    expect(page).to_have_url(re.compile(r"\?tab=compose&example=1&"))
    first = verdict(page).inner_text()
    expect(compose.locator("#compose-weights .tick").first).to_be_attached()
    compose.locator("#compose-weights .dial").first.fill("0.9")
    expect(page).to_have_url(re.compile(r"&w=0\.9,0\.025,0\.075&"))
    fields = compose.locator("#compose-weights .typed").all()
    assert sum(round(100 * float(field.input_value())) for field in fields) == 100
    moved = verdict(page).inner_text()
    compose.locator("button.example").nth(1).click()
    expect(page).to_have_url(re.compile("&example=2&"))
    field = compose.locator("#compose-text textarea, #compose-text input").first
    field.fill("the same in red")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"&example=2&words=the\+same\+in\+red&"))
    asked = verdict(page).inner_text()
    opened_elsewhere(browser, page.url, asked)
    page.go_back()
    expect(field).not_to_have_value("the same in red")
    page.go_back()
    expect(verdict(page)).to_have_text(moved)
    assert moved != first
    expect(page).to_have_url(re.compile(r"&w=0\.9,"))
    page.go_forward()
    expect(page).to_have_url(re.compile("&example=2&"))
    page.go_forward()
    expect(verdict(page)).to_have_text(asked)
    expect(field).to_have_value("the same in red")


def test_a_slider_that_was_just_moved_is_found_moved_after_back(used_page: Page) -> None:
    page, compose = used_page, go_to(used_page, "Compose")
    compose.locator("button.example").first.click()
    expect(page).to_have_url(re.compile("tab=compose&example=1&"))
    dial = compose.locator("#compose-weights .dial").first
    page.wait_for_timeout(800)  # the address has come to rest
    dial.fill("0.85")
    compose.locator("button.example").nth(1).click()  # before the address was written
    expect(page).to_have_url(re.compile("&example=2&"))
    page.wait_for_timeout(800)
    dial.fill("0.75")
    page.evaluate("history.back()")  # as the browser's own button, of which a page hears nothing before
    expect(page).to_have_url(re.compile(r"&example=1&.*w=0\.85,"))
    expect(dial).to_have_value("0.85")
    page.go_forward()
    expect(page).to_have_url(re.compile(r"&example=2&.*w=0\.75,"))
    expect(dial).to_have_value("0.75")


def test_a_drawing_and_an_upload_are_opened_elsewhere(used_page: Page, browser: Browser) -> None:
    page, sketch = used_page, go_to(used_page, "Sketch")
    sketch.get_by_role("button", name="Clear", exact=True).click()
    edge = sketch.locator(".pad canvas").bounding_box()
    assert edge
    for left, top in ((0.2, 0.8), (0.6, 0.1)):
        page.mouse.move(edge["x"] + left * edge["width"], edge["y"] + top * edge["height"])
        page.mouse.down()
        page.mouse.move(edge["x"] + 0.8 * edge["width"], edge["y"] + 0.7 * edge["height"], steps=12)
        page.mouse.up()
    expect(page).to_have_url(re.compile("&strokes="))
    page.wait_for_timeout(800)  # the second stroke is answered, too
    opened_elsewhere(browser, page.url, verdict(page).inner_text())
    shop = go_to(page, "Street to shop")
    shop.locator("input[type=file]").first.set_input_files(
        {"name": "my coat.png", "mimeType": "image/png", "buffer": pictures.saved(pictures.photograph())}
    )
    expect(page).to_have_url(re.compile(r"tab=street-to-shop&upload=\w{24}&file=my\+coat\.png"))
    opened_elsewhere(browser, page.url, verdict(page).inner_text())


def test_what_was_asked_before_the_pad_was_emptied_is_found_by_back(used_page: Page) -> None:
    page, sketch = used_page, go_to(used_page, "Sketch")
    sketch.locator("button.example").nth(1).click()
    expect(page).to_have_url(re.compile(r"\?tab=sketch&example=2&"))
    second = verdict(page).inner_text()
    sketch.get_by_role("button", name="Clear", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?tab=sketch$"))
    edge = sketch.locator(".pad canvas").bounding_box()
    assert edge
    page.mouse.move(edge["x"] + 0.2 * edge["width"], edge["y"] + 0.3 * edge["height"])
    page.mouse.down()
    page.mouse.move(edge["x"] + 0.8 * edge["width"], edge["y"] + 0.7 * edge["height"], steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile("&strokes="))
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?tab=sketch&example=2&"))
    expect(verdict(page)).to_have_text(second)


def test_the_address_follows_a_verdict_too(used_page: Page, browser: Browser) -> None:
    page, roads = used_page, go_to(used_page, "Field or road")
    roads.locator("button.example").nth(2).click()
    expect(page).to_have_url(re.compile(r"\?tab=field-or-road&example=3&"))
    third = verdict(page).inner_text()
    roads.locator("input[type=file]").first.set_input_files(
        {"name": "view.png", "mimeType": "image/png", "buffer": pictures.saved(pictures.photograph())}
    )
    expect(page).to_have_url(re.compile(r"tab=field-or-road&upload=\w{24}&file=view\.png"))
    opened_elsewhere(browser, page.url, verdict(page).inner_text())
    page.go_back()
    expect(page).to_have_url(re.compile("&example=3&"))
    expect(verdict(page)).to_have_text(third)
    upper = page.locator("#field-road-band input[type=range]").nth(1)
    upper.press("End")
    expect(page).to_have_url(re.compile("&band=0.4,1&"))
    upper.press("Home")
    expect(page).not_to_have_url(re.compile("&band="))  # below the lower end: no link would open so
    roads.get_by_role("button", name="Remove Image").click()
    expect(page).to_have_url(re.compile(r"\?tab=field-or-road$"))
    expect(roads.locator("button.example[aria-current]")).to_have_count(0)


def test_a_link_is_copied_and_a_long_one_is_short(
    browser: Browser, warm_app: RunningApp, used_page: Page
) -> None:
    page = used_page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=warm_app.url)
    go_to(page, "Compose")
    expect(page).to_have_url(re.compile("tab=compose"))
    page.locator(".mast-link").click()
    expect(page.locator(".mast-link")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    long = "red " * (LONGEST_ADDRESS // 4)
    field = page.locator("#compose-text textarea, #compose-text input").first
    field.fill(long)
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"words=red\+red"))
    expect(page.locator(".mast-link")).to_have_text("Copy link")
    page.locator(".mast-link").click()
    expect(page.locator(".mast-link")).to_have_text("Link copied")
    short = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(warm_app.url) + r"/?s/[\w-]{11}", short)
    expect(page.locator(".mast-link")).to_have_text("Copy link")
    page.evaluate("navigator.clipboard.writeText('something else')")
    page.locator(".mast-link").click()  # gradio does not tell the page of an answer that equals the last one
    expect(page.locator(".mast-link")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == short
    other, watched = watched_page(browser, PROJECTOR)
    other.goto(short)
    expect(verdict(other)).to_have_text(verdict(page).inner_text())
    expect(other).to_have_url(page.url)
    other.goto(f"{warm_app.url}/?example=2")
    expect(other.locator("#sketch-example-2")).to_have_attribute("aria-current", "true")
    other.goto(f"{warm_app.url}/?tab=nowhere")
    expect(other.locator(".notice:visible")).to_contain_text("names no tab of this page")
    other.goto(f"{warm_app.url}/?tab=compose&example=2&models=00000000&open=compose-closer&theme=dark")
    expect(other.locator("#compose-sentence")).to_contain_text("other models")
    expect(other.locator(".atlas")).to_be_visible()
    assert other.evaluate("document.body.classList.contains('dark')")
    other.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)
