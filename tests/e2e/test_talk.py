"""A talk in a real browser: views are kept, ordered and opened again; given, it goes on when the server has gone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from core.images import encode_png
from core.state import from_query
from core.talk import Slide, Talk, talk_json, talk_of_json
from demo.panels.qr import LARGEST_VERSION, QUIET
from tests.e2e.conftest import PROJECTOR, TELEPHONE, go_to, watched_page
from tests.faults import pictures
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]
VIEWS = ("tab=sketch&example=1&w=0.7", "tab=field-or-road&example=1", "tab=compose&example=1&w=0.2,0.1,0.7")

PICTURES = """(does) => new Promise((resolve) => {
  indexedDB.open("blendscope-talk").onsuccess = ({target}) => {
    const pictures = target.result.transaction("pictures", "readwrite").objectStore("pictures");
    pictures.count().onsuccess = (counted) => {
      target.result.close();
      resolve(counted.target.result);
    };
    if (does) pictures[does]();
  };
})"""


def add(page: Page, number: int) -> None:
    """Keeps what the page shows as the slide of this number."""
    page.locator(".mast-add").click()
    expect(page.locator(".mast-add")).to_have_text(f"Slide {number} added")
    expect(page.locator(".mast-talk")).to_have_text(f"Talk ({number})")


def assert_named_and_legible(page: Page, place: str, dark: bool = False) -> None:
    """Asserts that axe-core finds nothing in a dialog."""
    page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
    found = Axe().run(page, context=place, options={"resultTypes": ["violations"]}).response["violations"]
    assert not [(rule["id"], node["html"][:160]) for rule in found for node in rule["nodes"]]
    page.evaluate("document.body.classList.remove('dark')")


def tabs_of(talk: Locator) -> list[str]:
    """Returns the tabs of the slides, in their order."""
    return talk.locator(".talk-what b").all_inner_texts()


def test_views_are_kept_and_ordered_and_outlive_a_reload(used_page: Page, tmp_path: Path) -> None:
    page, talk = used_page, used_page.locator("dialog.talk")
    add(page, 1)
    compose = go_to(page, "Compose")
    compose.locator("#compose-weights .dial").first.fill("0.9")
    add(page, 2)
    shop = go_to(page, "Street to shop")
    own = pictures.saved(pictures.photograph())
    shop.locator("input[type=file]").first.set_input_files(
        {"name": "my coat.png", "mimeType": "image/png", "buffer": own}
    )
    expect(page).to_have_url(re.compile(r"&file=my\+coat\.png"))
    add(page, 3)
    page.locator(".mast-talk").click()
    assert tabs_of(talk) == ["Sketch", "Compose", "Street to shop"]
    talk.get_by_label("Title of slide 2").fill("Mostly the picture")
    talk.get_by_label("Title of slide 2").press("Alt+ArrowUp")
    expect(talk.get_by_label("Title of slide 1")).to_be_focused()
    expect(talk.get_by_label("Title of slide 1")).to_have_value("Mostly the picture")
    first, last = (
        talk.locator(".talk-grip").first.bounding_box(),
        talk.locator(".talk-grip").last.bounding_box(),
    )
    assert first and last
    page.mouse.move(first["x"] + 9, first["y"] + 9)
    page.mouse.down()
    page.mouse.move(last["x"] + 9, last["y"] + 9, steps=3)
    page.mouse.up()
    assert tabs_of(talk) == ["Sketch", "Street to shop", "Compose"]
    talk.locator("summary").first.click()
    talk.get_by_label("Notes for slide 1").fill("Wait for it.\nNow.")
    talk.get_by_role("button", name="Remove slide 2").click()
    expect(talk.get_by_role("button", name="Remove slide 2")).to_be_focused()
    assert tabs_of(talk) == ["Sketch", "Compose"]
    talk.get_by_role("button", name="Undo").click()
    talk.locator(".talk-title input").fill("Three views")
    assert_named_and_legible(page, "dialog.talk", dark=True)
    page.reload()
    expect(page.locator(".mast-talk")).to_have_text("Talk (3)")
    page.locator(".mast-talk").click()
    with page.expect_download() as download:
        talk.get_by_role("button", name="Download", exact=True).click()
    kept = talk_of_json(Path(download.value.path()).read_bytes())
    assert (download.value.suggested_filename, kept.title) == ("Three-views.json", "Three views")
    assert [slide.view.task for slide in kept.slides] == ["sketch", "street_to_shop", "compose"]
    assert kept.slides[0].notes == "Wait for it.\nNow." and kept.slides[1].picture == own
    weights = kept.slides[2].view.weights
    assert weights and weights[0] == 0.9 and kept.slides[2].title == "Mostly the picture"


def test_a_file_that_is_no_talk_costs_one_sentence_and_nothing_else(used_page: Page, tmp_path: Path) -> None:
    page, talk = used_page, used_page.locator("dialog.talk")
    if not talk.is_visible():
        page.locator(".mast-talk").click()
    file, slides = tmp_path / "talk.json", talk.locator(".talk-slides > li")
    before, said = slides.count(), talk.locator(".talk-said [role=status]")
    assert before
    many = {"format": 1, "kind": "blendscope talk", "title": "", "slides": [{"view": VIEWS[0]}] * 1000}
    for text, sentence in (
        (json.dumps(many), "This talk has 1,000 slides"),
        ("{", "This file is not a talk"),
    ):
        file.write_text(text)
        talk.locator("input[type=file]").set_input_files(file)
        expect(said).to_contain_text(sentence)
        assert slides.count() == before
    file.write_text(talk_json(Talk("Another", (Slide(from_query(VIEWS[2])),))))
    talk.locator("input[type=file]").set_input_files(file)
    expect(said).to_have_text("1 slide in “Another”.")
    expect(slides).to_have_count(1)
    talk.get_by_role("button", name="Show slide 1 on the page").click()
    expect(talk).to_be_hidden()
    expect(page.locator("#compose-weights .typed").first).to_have_value("0.20")
    expect(page.get_by_role("tab", name="Compose")).to_have_attribute("aria-selected", "true")
    page.locator(".mast-talk").click()
    talk.get_by_role("button", name="Undo").click()
    expect(slides).to_have_count(before)
    page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    expect(page.locator(".mast-add")).to_be_hidden()
    talk.get_by_role("button", name="Add to talk").click()
    expect(slides).to_have_count(before + 1)
    assert talk.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
    page.keyboard.press("Escape")
    expect(page.locator(".mast-talk")).to_be_focused()


def test_many_pictures_of_ones_own_outlive_a_reload(used_page: Page, tmp_path: Path) -> None:
    page, talk, said = used_page, used_page.locator("dialog.talk"), "dialog.talk .talk-said [role=status]"
    rows = np.random.default_rng(8).integers(
        0, 256, (8, 500, 500, 3), dtype=np.uint8
    )  # noise, which no file shrinks
    photos = [encode_png(row) for row in rows]
    assert sum(map(len, photos)) > 5_000_000  # more than a browser keeps as text
    view = from_query("tab=street-to-shop&upload=0123456789abcdef01234567&file=a.png")
    file = tmp_path / "talk.json"
    file.write_text(talk_json(Talk("Photos", tuple(Slide(view, picture=photo) for photo in photos))))
    page.locator(".mast-talk").click()
    talk.locator("input[type=file]").set_input_files(file)
    expect(page.locator(said)).to_have_text("8 slides in \u201cPhotos\u201d.")
    page.reload()
    expect(page.locator(".mast-talk")).to_have_text("Talk (8)")
    page.locator(".mast-talk").click()
    with page.expect_download() as download:
        talk.get_by_role("button", name="Download", exact=True).click()
    kept = talk_of_json(Path(download.value.path()).read_bytes())
    assert [slide.picture for slide in kept.slides] == photos
    talk.get_by_role("button", name="Remove slide 8").click()
    assert page.evaluate(PICTURES, "clear") >= 8  # as another window does with old ones that no slide names
    talk.get_by_role("button", name="Undo").click()
    expect(page.locator(said)).to_have_text("It is back.")
    expect(page.locator(".mast-talk")).to_have_text("Talk (8)")
    assert page.evaluate(PICTURES) == 8
    page.evaluate("indexedDB.deleteDatabase('blendscope-talk')")
    talk.locator("[data-do=close]").first.click()


def test_a_code_is_that_of_the_link_as_the_browser_sees_it(used_page: Page) -> None:
    page, code = used_page, used_page.locator("dialog.qr-code")
    page.locator(".mast-code").click()
    expect(code.get_by_role("status")).to_contain_text("Phones cannot open 127.0.0.1")
    page.keyboard.press("Escape")
    expect(page.locator(".mast-code")).to_be_focused()
    # In the frame of a Space the page is at a host of its own.
    page.locator(".mast-link").evaluate("button => button.dataset.host = 'someone-blendscope.hf.space'")
    page.locator(".mast-code").click()
    link = code.locator(".qr-link")
    expect(link).to_have_text(f"https://someone-blendscope.hf.space/{page.evaluate('location.search')}")
    sheet = code.get_by_role("img", name="QR code of https://someone-blendscope.hf.space/")
    side = int(sheet.locator("svg").evaluate("drawing => drawing.viewBox.baseVal.width"))
    assert side <= 17 + 4 * LARGEST_VERSION + 2 * QUIET
    box = sheet.bounding_box()
    assert box and box["height"] > 0.85 * PROJECTOR[1], "for the back row"
    assert_named_and_legible(page, "dialog.qr-code")
    page.keyboard.press("Escape")
    page.locator(".mast-link").evaluate("button => button.dataset.host = ''")


def test_a_talk_goes_on_when_the_server_has_gone(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "talk.json"
    file.write_text(talk_json(Talk("My talk", tuple(Slide(from_query(view), view) for view in VIEWS))))
    with RunningApp(tmp_path / "app", ("--talk", str(file))) as app:
        page, watched = watched_page(browser, PROJECTOR)
        page.goto(app.url)
        expect(page.locator(".mast-talk")).to_have_text("Talk (3)")
        page.locator(".mast-talk").click()
        expect(page.locator(".talk-title input")).to_have_value("My talk")
        start, stage = page.locator("dialog.talk [data-do=start]"), page.locator("dialog.talk-stage")
        start.click()
        expect(page.locator(".talk-progress [role=status]")).to_contain_text("of 3")
        expect(stage).to_be_visible()
        deck = page.frame_locator(".talk-stage iframe")
        expect(deck.locator("#deck-count")).to_have_text("1 / 3")
        page.keyboard.press("Escape")
        expect(stage).to_be_hidden()  # what lies below takes no letters before
        page.locator(".talk-title input").fill("My other talk")
        with page.expect_request("**/queue/join*"):
            start.click()
        app.process.kill()
        app.process.wait(10)
        expect(page.locator(".talk-said [role=status]")).to_contain_text("The server does not answer")
        expect(page.locator(".talk-progress")).to_be_hidden()
        page.get_by_role("button", name="Show the one made ready before").click()
        expect(deck.locator("#deck-count")).to_have_text("1 / 3")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageDown")
        expect(deck.locator("#deck-count")).to_have_text("3 / 3")
        sentence = deck.locator(".deck-stage:visible .verdict").first
        before = sentence.inner_text()
        deck.locator(".deck-stage:visible .dial").first.fill("1")
        expect(sentence).not_to_have_text(before)
        page.keyboard.press("b")
        expect(deck.locator("#deck-blank")).to_be_visible()
        page.keyboard.press("b")
        page.keyboard.press("Escape")
        expect(stage).to_be_hidden()
        page.locator(".talk-title input").fill("My talk")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download hand-out").click()
        assert download.value.suggested_filename == "My-talk.html"
        handed = Path(download.value.path()).read_text(encoding="utf-8")
        assert handed.startswith("<!doctype html>") and "My talk" in handed
        page.context.close()
    # The page's own stream ends with its server, which the browser and gradio report.
    expected = ("Failed to load resource", "Failed to fetch", "network error", "Connection errored out")
    assert not [each for each in watched.troubles if not any(told in each for told in expected)]
