"""Drives every tab as a person would: open, example, upload, slider, mistake, words; nothing may break."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import TABS, go_to
from tests.faults import pictures, texts

pytestmark = [pytest.mark.browser, pytest.mark.weights]
SLIDERS = {"Sketch": 0, "Field or road": 0, "Street to shop": 1, "Compose": 1}
MARKUP = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@pytest.fixture
def page(used_page: Page) -> Page:
    """One page for all: each test compares what it does with what stood before."""
    return used_page


def verdict(panel: Locator) -> Locator:
    """Returns the sentence with which the answer begins."""
    return panel.locator(".verdict").first


def give(panel: Locator, content: bytes, name: str = "picture.png", kind: str = "image/png") -> None:
    """Uploads a picture in the tab's first place for one."""
    panel.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )


def changed(place: Locator, before: str) -> None:
    """Waits until a text is another one."""
    expect(place).not_to_have_text(before, timeout=20_000)


SHOWN = """(buttons) => Promise.all(buttons.map((button) => {
  const address = getComputedStyle(button, "::before").backgroundImage.match(/url\\("(.+)"\\)/)[1];
  const picture = new Image();
  picture.src = address;
  return picture.decode().then(() => picture.naturalWidth > 40 && address.includes("gradio_api/file="));
}))"""


def nudge(slider: Locator, key: str, times: int = 8) -> None:
    """Moves a slider by keyboard."""
    slider.focus()
    for _ in range(times):
        slider.press(key)


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_opens_on_an_answered_example(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    expect(verdict(panel)).to_have_text(re.compile(r"\d"))
    expect(panel.locator(".models")).to_contain_text("pocket")
    asked = panel.locator(".asked")
    assert asked.locator("h2").inner_text().endswith("?")
    asked.locator("summary").click()
    assert asked.locator("details p").inner_text().count(". ") + 1 >= 2
    expect(panel.locator(".report table").first).to_be_visible()
    examples = panel.locator("button.example")
    expect(examples.first).to_have_attribute("aria-current", "true")
    assert [text.strip() for text in examples.all_inner_texts()] == [
        node.strip().removeprefix('- button "').removesuffix('"')
        for node in (button.aria_snapshot() for button in examples.all())
    ], "the title is the name"
    loaded = examples.evaluate_all(SHOWN)
    assert loaded == [True] * examples.count(), "each shows its picture"


@pytest.mark.parametrize("tab", TABS)
def test_another_example_is_one_click_away(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    before = verdict(panel).inner_text()
    examples = panel.locator("button.example")
    examples.first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    changed(verdict(panel), before)
    expect(examples.nth(1)).to_have_attribute("aria-current", "true")
    expect(examples.first).not_to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("tab", TABS)
def test_a_picture_of_ones_own_is_answered(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    before = verdict(panel).inner_text()
    give(panel, pictures.saved(pictures.photograph()))
    changed(verdict(panel), before)
    expect(panel.locator(".models")).to_contain_text("pocket")


@pytest.mark.parametrize("tab", TABS)
def test_a_slider_changes_the_answer_at_once(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    answer = panel.locator(".answer")
    before = answer.inner_text()
    nudge(panel.locator("input[type=range]:not([data-width])").nth(SLIDERS[tab]), "ArrowRight", 12)
    changed(answer, before)


@pytest.mark.parametrize("tab", TABS)
def test_a_mistake_is_one_sentence_and_the_answer_stays(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    before, answer = verdict(panel).inner_text(), panel.locator(".answer")
    give(panel, b"This is a letter, not a picture.", "letter.png")
    notice = panel.locator(".notice").first
    expect(notice).to_contain_text("picture")
    assert "Traceback" not in page.content()
    assert verdict(panel).inner_text() == before
    told = answer.inner_text()
    give(panel, pictures.saved(pictures.photograph(seed=1)), "photo.png")
    changed(answer, told)
    expect(panel.locator(".notice", has_text="letter")).to_have_count(0)


def test_the_pad_draws_rubs_out_and_takes_back(page: Page) -> None:
    panel = go_to(page, "Sketch")
    panel.get_by_role("button", name="Clear", exact=True).click()
    sheet = panel.locator(".pad canvas")
    before = verdict(panel).inner_text()
    stroke(page, sheet, [(0.2, 0.8), (0.5, 0.2), (0.8, 0.8), (0.2, 0.8)])
    changed(verdict(panel), before)
    undo = panel.get_by_role("button", name="Undo", exact=True)
    drawn = ink(sheet)
    stroke(page, sheet, [(0.4, 0.6), (0.6, 0.6)])
    assert ink(sheet) > drawn
    undo.click()
    assert ink(sheet) == drawn
    panel.get_by_role("button", name="Redo", exact=True).click()
    assert ink(sheet) > drawn
    panel.get_by_role("button", name="Eraser", exact=True).click()
    stroke(page, sheet, [(0.1, 0.8), (0.9, 0.8)])
    assert ink(sheet) < drawn
    panel.get_by_role("button", name="Pen", exact=True).click()
    thin = ink(sheet)
    panel.locator("[data-width]").fill("16")
    stroke(page, sheet, [(0.1, 0.1), (0.9, 0.1)])
    assert ink(sheet) - thin > 0.8 * 16 / 512


def test_the_pad_works_by_keyboard(page: Page) -> None:
    panel = go_to(page, "Sketch")
    panel.get_by_role("button", name="Clear", exact=True).click()
    sheet = panel.locator(".pad canvas")
    before = verdict(panel).inner_text()
    sheet.focus()
    for key in [" ", *["ArrowRight"] * 12, *["ArrowDown"] * 12, *["ArrowLeft"] * 12, " "]:
        page.keyboard.press(key)
    changed(verdict(panel), before)
    page.keyboard.press("Control+z")
    page.wait_for_function("canvas => canvas !== null", arg=sheet.element_handle())
    expect(panel.get_by_role("button", name="Redo", exact=True)).to_be_enabled()


def stroke(page: Page, sheet: Locator, points: list[tuple[float, float]]) -> None:
    """Draws with the mouse; points are shares of the sheet."""
    sheet.scroll_into_view_if_needed()
    edge = sheet.bounding_box()
    assert edge
    places = [(edge["x"] + x * edge["width"], edge["y"] + y * edge["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def ink(sheet: Locator) -> float:
    """Returns the share of a canvas that is dark."""
    share: float = sheet.evaluate(
        """canvas => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let i = 0; i < data.length; i += 4) dark += data[i] < 128;
          return dark / (canvas.width * canvas.height);
        }"""
    )
    return share


def test_a_box_is_drawn_with_the_mouse_or_typed(page: Page) -> None:
    stage = (panel := go_to(page, "Street to shop")).locator(".box-stage")
    example = stage.locator("img").get_attribute("src") or ""
    give(panel, pictures.saved(pictures.photograph()))
    expect(stage.locator("img")).not_to_have_attribute("src", example)
    expect(panel.locator(".weight-reason:visible")).to_contain_text("No box")
    before = verdict(panel).inner_text()
    stroke(page, stage, [(0.2, 0.2), (0.6, 0.8)])
    changed(verdict(panel), before)
    expect(panel.locator(".weight-reason:visible")).to_have_count(0)
    panel.locator("summary", has_text="numbers").click()
    left = panel.locator("[data-side=x0]")
    assert 30 < float(left.input_value()) < 70
    before = panel.locator(".answer").inner_text()
    left.fill("5")
    left.press("Enter")
    changed(panel.locator(".answer"), before)
    panel.get_by_role("button", name="Remove box").click()
    expect(panel.locator(".weight-reason:visible")).to_contain_text("No box")


def test_a_picture_of_the_gallery_becomes_the_reference(page: Page) -> None:
    panel = go_to(page, "Compose")
    before = panel.locator(".reference").inner_text()
    panel.locator("#compose-strip .tile").nth(7).click()
    changed(panel.locator(".reference"), before)
    expect(panel.locator(".reference")).to_contain_text("left out")


def test_weights_keep_their_sum(page: Page) -> None:
    panel = go_to(page, "Compose")
    numbers = panel.locator("#compose-weights .typed")
    nudge(panel.locator("#compose-weights input[type=range]").first, "ArrowRight", 20)
    shown = [float(numbers.nth(row).input_value()) for row in range(3)]
    assert abs(sum(shown) - 1) < 0.011


def test_words_that_are_too_long_are_said_to_be_shortened(page: Page) -> None:
    panel = go_to(page, "Compose")
    words = panel.get_by_role("textbox").first
    words.fill(texts.LONG)
    words.press("Enter")
    expect(panel).to_contain_text("shortened after", timeout=20_000)


@pytest.mark.parametrize("tab", ["Sketch", "Compose"])
def test_markup_is_shown_as_it_was_typed(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    before = panel.locator(".answer").inner_text()
    words = panel.get_by_role("textbox").first
    words.fill(MARKUP)
    words.press("Enter")
    changed(panel.locator(".answer"), before)
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("img[src=x]").count() == 0


def test_several_pictures_show_disagreements_first(page: Page) -> None:
    panel = go_to(page, "Field or road")
    panel.get_by_text("Several pictures at once").click()
    files = [
        {"name": f"photo {seed}.png", "mimeType": "image/png",
         "buffer": pictures.saved(pictures.photograph(seed=seed))}
        for seed in range(3)
    ]  # fmt: skip
    files.append({"name": "<b>letter</b>.png", "mimeType": "image/png", "buffer": b"a letter"})
    panel.locator(".several input[type=file]").first.set_input_files(files)
    rows = panel.locator("table.many tbody tr")
    expect(rows).to_have_count(4)
    verdicts = [text for text in rows.all_inner_texts() if "agree" in text]
    parted = ["disagree" in text for text in verdicts]
    assert parted == sorted(parted, reverse=True)


def test_typed_words_count_after_a_pause_and_a_click_on_their_name_changes_nothing(page: Page) -> None:
    panel = go_to(page, "Sketch")
    field, before = (
        panel.get_by_role("textbox", name="Caption, yours to edit"),
        panel.locator(".answer").inner_text(),
    )
    field.fill("a drawing of a teapot ")
    changed(panel.locator(".answer"), before)
    panel.get_by_text("Caption, yours to edit").click()
    expect(field).to_be_focused()
    expect(field).to_have_value("a drawing of a teapot ")


FIELDS = {
    "Sketch": "#sketch-caption",
    "Field or road": "#field-road-second",
    "Street to shop": "#street-words",
    "Compose": "#compose-text",
}


@pytest.mark.parametrize("tab", TABS)
def test_typed_words_are_said_to_wait_and_are_asked_with_after_a_pause(page: Page, tab: str) -> None:
    panel = go_to(page, tab)
    before = panel.locator(".answer").inner_text()
    place = panel.locator(FIELDS[tab])
    page.evaluate(
        """place => {
          window.waiting = [];
          new MutationObserver(() => {
            const note = document.querySelector(`${place} .typing-note`);
            if (note) window.waiting.push(note.checkVisibility() ? note.textContent : "");
          }).observe(document.querySelector(place), {childList: true, subtree: true, characterData: true});
        }""",
        FIELDS[tab],
    )
    place.locator("textarea, input").first.fill("a yellow skirt with stripes")
    changed(panel.locator(".answer"), before)
    assert page.evaluate("window.waiting")[0] == "Not applied yet …"
    expect(place.locator(".typing-note")).to_have_text("")
