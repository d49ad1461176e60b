"""A hand-out opened from the disk, without a network: it steps, its sliders answer as Python does, it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from core.figures.file import read_figure
from core.settings import Settings
from core.state import from_query
from core.talk import Slide, Talk
from demo import copy
from demo.answers.compose import Mix
from demo.deck import deck_page
from demo.events.compose import ComposeEvents
from demo.services import Services
from tests.e2e.conftest import PATIENCE, PROJECTOR, TELEPHONE

pytestmark = [pytest.mark.browser]
SLIDES = (
    ("tab=compose&example=1&theme=light", "The same in green"),
    ("tab=compose&example=2&open=compose-closer&theme=dark", "Who comes first"),
    ("tab=sketch&example=1", "A cat"),
    ("tab=field-or-road&example=1", ""),
    ("tab=street-to-shop&example=1&item=gone", "Lost"),
)
# The smallest letters that are seen, in pixels as they are drawn.
SMALLEST = """() => Math.min(...[...document.querySelectorAll("#deck *")].filter((at) => {
  const said = [...at.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const { width, height } = at.getBoundingClientRect();
  return said && width > 2 && height > 2 && at.checkVisibility({visibilityProperty: true, opacityProperty: true});
}).map((at) => parseFloat(getComputedStyle(at).fontSize) * (at.ownerSVGElement ? at.getScreenCTM().a : 1)))"""
BEYOND = """() => [...document.querySelectorAll(".deck-stage:not([hidden]) :is(.question, .answer) > *, #deck-said")]
  .filter((at) => at.getBoundingClientRect().bottom > innerHeight + 1).map((at) => at.id)"""
CUT = """() => [...document.querySelectorAll(".deck-stage:not([hidden]) .tile-title")]
  .filter((at) => at.checkVisibility() && at.scrollHeight > at.clientHeight + 1).map((at) => at.textContent)"""
ON_TOP = """(at) => {
  const { left, top, width, height } = at.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === at;
}"""
LONG = "\nand on" * 80
LABELS = """() => [...document.querySelectorAll("#sketch-scale .tick > span")].map((at) => {
  const {left, right, top, bottom} = at.getBoundingClientRect();
  const column = at.closest(".question").getBoundingClientRect();
  return {inside: left >= column.left - 1 && right <= column.right + 1, top, bottom};
})"""
TITLES = ".deck-stage:not([hidden]) ol.gallery > li .tile-title"


@pytest.fixture(scope="module")
def services() -> Services:
    return Services(Settings())


@pytest.fixture(scope="module")
def deck(browser: Browser, services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a talk, on a projector; the test fails when anything but the file itself is asked for."""
    file: Path = tmp_path_factory.mktemp("deck") / "index.html"
    slides = tuple(
        Slide(from_query(view), title, f"Notes on {title}" + LONG * (title == "Who comes first"))
        for view, title in SLIDES
    )
    file.write_text(deck_page(services, Talk("A talk", slides)), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": PROJECTOR[0], "height": PROJECTOR[1]}, color_scheme="light", offline=True
    )
    context.set_default_timeout(PATIENCE)
    troubles: list[str] = []

    def only_itself(route: Route) -> None:
        if route.request.url.partition("#")[0] != file.as_uri():
            troubles.append(route.request.url[:80])
        route.continue_()

    context.route("**/*", only_itself)
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    page.goto(file.as_uri())
    yield page
    context.close()
    assert not troubles


def go(page: Page, number: int) -> None:
    page.keyboard.press(str(number))
    page.keyboard.press("Enter")
    expect(page.locator("#deck-count")).to_have_text(f"{number} / {len(SLIDES)}")


def found_by_axe(page: Page) -> list[tuple[str, list[str]]]:
    page.add_style_tag(
        content="#deck-nav { transition: none !important; }"
    )  # half faded in, it is read by nobody
    faults = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults]


def test_a_moved_slider_answers_as_python_does(deck: Page, services: Services) -> None:
    tab = ComposeEvents(services)
    deck.locator("#compose-weights .dial").nth(1).focus()
    for _ in range(30):
        deck.keyboard.press("ArrowRight")
    told = deck.evaluate("document.querySelector('#compose-weights .weights').dataset.now")
    weights = [float(number) for number in re.findall(r"[\d.e-]+", told)]
    assert weights[1] == pytest.approx(0.5)
    question = tab.questions[0]
    assert question.evidence is not None
    answer = Mix(weights).answer(question.evidence, question.right)
    titles = [tab.gallery.items[hit.index].title for hit in answer.hits]
    expect(deck.locator(TITLES)).to_have_text(titles)
    expect(deck.locator("#compose-sentence .verdict")).to_have_text(answer.sentence)
    assert deck.locator("#compose-weights .tick").count() > 0
    assert deck.locator(f"{TITLES}:visible").count() == 8
    deck.mouse.move(900, 300)  # brings the buttons of the talk, which cover no slider
    back, dials = deck.locator("#compose-weights .weight-back"), deck.locator("#compose-weights .dial")
    for at in (dials.first, dials.last, back):
        expect(at).to_be_in_viewport(ratio=1)
        assert at.evaluate(ON_TOP)
    assert deck.evaluate(SMALLEST) >= 23.99
    back.press("Enter")
    expect(back).to_be_hidden()
    expect(dials.first).to_be_focused()
    expect(deck.locator("#compose-weights .typed").nth(1)).to_have_value("0.20")


def test_keys_and_clickers_step(deck: Page) -> None:
    go(deck, 1)
    deck.locator("#compose-weights .dial").first.focus()
    deck.keyboard.press("PageDown")  # of a clicker, though a slider has the focus
    heading, count = deck.get_by_role("heading", level=1), deck.locator("#deck-count")
    expect(heading).to_have_text("Who comes first")
    expect(deck.locator("body")).to_have_class(re.compile("dark"))
    expect(deck.locator("#compose-atlas .atlas-read")).to_contain_text("You are at")
    before = deck.locator("#compose-atlas .atlas-here").get_attribute("transform")
    deck.locator("#compose-weights .typed").first.fill("0.9")  # keys are silent while somebody types
    expect(count).to_have_text("2 / 5")
    deck.keyboard.press("Enter")
    expect(deck.locator("#compose-atlas .atlas-here")).not_to_have_attribute("transform", before or "")
    deck.keyboard.press("PageUp")
    expect(count).to_have_text("1 / 5")
    expect(deck.locator("#compose-weights .typed").first).to_have_value("0.20")
    deck.locator("body").click(position={"x": 4, "y": 4})
    deck.keyboard.press("ArrowRight")
    expect(count).to_have_text("2 / 5")
    deck.keyboard.press("3")  # alone, a moment later
    expect(heading).to_have_text("A cat")
    deck.keyboard.press("b")
    expect(deck.locator("#deck-blank")).to_be_visible()
    deck.keyboard.press("b")
    expect(deck.locator("#deck-blank")).to_be_hidden()
    deck.keyboard.press("9")
    expect(count).to_have_text("5 / 5")
    expect(deck.locator("#deck-said")).to_contain_text("no picture of the name")
    deck.keyboard.press("PageDown")
    expect(count).to_have_text("5 / 5")


def test_every_letter_is_large_and_nothing_runs_over_the_edge(deck: Page) -> None:
    for number in range(1, len(SLIDES) + 1):
        go(deck, number)
        assert deck.evaluate(SMALLEST) >= 23.99
        assert deck.evaluate(BEYOND) == []
        for picture in deck.locator(".deck-stage:not([hidden]) :is(.tile-picture, figure)").all():
            assert not picture.is_visible() or (picture.bounding_box() or {})["height"] > 90
        if number == 1:
            assert deck.evaluate(CUT) == [], "names are read whole"
            assert deck.evaluate("[...document.fonts].map((face) => face.status)") == ["loaded"] * 2
        if number == 3:
            labels = deck.evaluate(LABELS)
            assert len(labels) > 1 and all(label["inside"] for label in labels)
            assert all(one["bottom"] <= two["top"] + 1 for one, two in pairwise(labels)), "none over another"
        if number == 4:
            expect(deck.locator("h1")).to_have_text(copy.TABS["field_road"].plain)
        if number in (2, 3, 4):
            assert found_by_axe(deck) == []
    deck.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    for number in (1, 3):
        go(deck, number)
        assert deck.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        assert deck.get_by_role("button", name="Next slide").is_visible()
    assert found_by_axe(deck) == []
    deck.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})


def test_the_speaker_sees_notes_and_what_comes_next(deck: Page) -> None:
    go(deck, 1)
    with deck.context.expect_page() as opened:
        deck.keyboard.press("n")
    notes = opened.value
    expect(notes.locator("#said")).to_have_text("Notes on The same in green")
    expect(notes.locator("#after")).to_have_text("Who comes first")
    assert notes.locator("#preview .tile").count() >= 12
    notes.keyboard.press("PageDown")
    expect(deck.get_by_role("heading", level=1)).to_have_text("Who comes first")
    expect(notes.locator("#where")).to_have_text("Slide 2 of 5")
    expect(notes.locator("#after")).to_have_text("A cat")
    assert notes.locator("#said").evaluate("said => said.scrollHeight > said.clientHeight")
    expect(notes.locator("#preview")).to_be_in_viewport(ratio=1)
    notes.close()


def test_what_it_shows_is_saved_as_a_figure_file(deck: Page) -> None:
    for number, kind in ((1, "ranking"), (2, "atlas"), (3, "classes"), (4, "verdict")):
        go(deck, number)
        with deck.expect_download() as saved:
            deck.keyboard.press("g")
        figure = read_figure(Path(saved.value.path()).read_bytes())
        assert (figure.kind, figure.profile) == (kind, "pocket")
        assert figure.view is not None and figure.view.example in (0, 1)
    go(deck, 5)
    deck.keyboard.press("g")
    expect(deck.locator("#deck-message")).to_contain_text("no figure")


def test_it_prints_a_state_a_page(deck: Page) -> None:
    paper = deck.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == len(SLIDES)
    expect(deck.locator("#deck")).to_be_visible()
    go(deck, 2)
    deck.emulate_media(media="print")
    expect(deck.locator("body.dark")).to_have_css("background-color", "rgb(255, 255, 255)")
    deck.emulate_media(media="screen")
