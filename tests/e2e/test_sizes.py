"""Type, room and reach: nothing small on a projector, all of it larger in a hall, the answer first on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import PROJECTOR, TABS, TELEPHONE, go_to, watched_page
from tests.e2e.test_accessibility import SETTLED, UNFOLD
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]
HALL = (1920, 1080)
LEAST_TYPE, LEAST_REACH = 15.0, 44.0
# Texts of the page with the size at which they are drawn, whatever a drawing's own scale is.
TEXTS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = {};
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
    if (!text || !at.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (at.closest("script, style, .visually-hidden, .sr-only, [aria-hidden=true].tab-container")) continue;
    const scale = at.ownerSVGElement ? at.getScreenCTM().a : 1;
    const name = `${at.tagName}.${at.getAttribute("class")}: ${text.slice(0, 30)}`;
    found[name] = parseFloat(getComputedStyle(at).fontSize) * scale;
  }
  return found;
}"""
CONTROLS = """() => {
  const kinds = "button, summary, textarea, select, input:not([type=file]):not([type=hidden])";
  const found = {};
  for (const control of document.querySelectorAll(`.masthead ${kinds.split(", ").join(", .masthead ")}, ` +
      `[role=tablist] [role=tab], ${kinds.split(", ").map(kind => `.bench ${kind}`).join(", ")}`)) {
    const target = control.matches("[type=radio], [type=checkbox]") ? control.closest("label") : control;
    // A tick of a scale is a stroke; the place around it that takes a finger is no part of its box.
    if (control.matches(".tick") || !target.checkVisibility({visibilityProperty: true})) continue;
    const box = target.getBoundingClientRect();
    const name = `${control.tagName}.${control.className} ${control.textContent.trim().slice(0, 20)}`;
    if (box.width) found[name] = box.height;
  }
  return found;
}"""


def sizes(page: Page, tab: str) -> dict[str, float]:
    """Opens a tab with everything unfolded and returns its texts and their sizes in pixels."""
    go_to(page, tab).evaluate(UNFOLD)
    page.evaluate(SETTLED)
    measured: dict[str, float] = page.evaluate(TEXTS)
    return measured


def test_type_is_large_and_grows_with_the_window(browser: Browser, warm_app: RunningApp) -> None:
    page, _ = watched_page(browser, PROJECTOR)
    page.goto(warm_app.url)
    wider, _ = watched_page(browser, HALL)
    wider.goto(warm_app.url)
    for tab in TABS:
        near, far = sizes(page, tab), sizes(wider, tab)
        assert len(near) > 40
        small = {text: size for text, size in near.items() if size < LEAST_TYPE - 0.01}
        assert not small, f"{tab}: {small}"
        same = {text: size for text, size in near.items() if far.get(text, 99.0) < 1.2 * size}
        assert len(same) < 0.02 * len(near), f"{tab}: {same}"
        for window in (page, wider):
            nothing_is_cut(window)
        answer = wider.locator(".answer:visible").bounding_box()
        assert answer and answer["width"] > 0.58 * HALL[0] and answer["x"] + answer["width"] > 0.96 * HALL[0]
    buttons_stay_in_view(page, go_to(page, "Street to shop"))
    page.context.close()
    wider.context.close()


def nothing_is_cut(page: Page) -> None:
    """Titles to choose from are there in full, and the parts of a score stand in one line within their tile."""
    cut = "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.textContent)"
    assert not page.locator(".gallery-strip:visible .tile-title").evaluate_all(cut)
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    assert not page.locator(".answer:visible .tile-parts").evaluate_all(wide)
    lines = "all => all.filter(one => one.lastChild.offsetTop > one.firstChild.offsetTop + 4).length"
    assert not page.locator(".answer:visible .tile-parts").evaluate_all(lines)


def buttons_stay_in_view(page: Page, panel: Locator) -> None:
    """A picture that is enlarged leaves room for all that can be done with it."""
    panel.locator("#street-gallery .tile").nth(1).click()
    dialog = panel.locator("dialog.enlarged[open]")
    expect(dialog.locator("[data-do=size]")).to_be_visible()
    for button in dialog.locator(".enlarged-tools .tool").all():
        expect(button).to_be_in_viewport(ratio=1)
    whole, last = dialog.bounding_box(), dialog.locator("[data-do=close]").bounding_box()
    assert whole and last and last["y"] + last["height"] + 8 < whole["y"] + whole["height"]
    page.keyboard.press("Escape")


def foot_is_free(page: Page, headline: Locator) -> bool:
    """Says whether a page scrolled to its end shows its last button above the headline that stays."""
    settings = page.locator("footer").get_by_role("button", name="Settings")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    if not headline.count():
        return True
    last, line = settings.bounding_box(), headline.first.bounding_box()
    return bool(last and line and last["y"] + last["height"] <= line["y"])


def test_on_a_telephone_the_answer_comes_first_and_stays(browser: Browser, warm_app: RunningApp) -> None:
    page, watched = watched_page(browser, TELEPHONE)
    page.goto(warm_app.url)
    for tab in TABS:
        panel = go_to(page, tab)
        verdict = panel.locator(".bench .verdict").first
        box = verdict.bounding_box()
        assert box and box["y"] + box["height"] < TELEPHONE[1], (
            f"{tab}: the answer is not on the first screen"
        )
        small = {name: high for name, high in page.evaluate(CONTROLS).items() if high < LEAST_REACH - 0.5}
        assert not small, f"{tab}: {small}"
        short = panel.locator(".answer .headline")
        stays = short.first if short.count() else verdict
        for dial in panel.locator(".dial:visible").all():
            dial.evaluate("dial => dial.scrollIntoView({block: 'center'})")
            expect(stays).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        assert foot_is_free(page, short), f"{tab}: the headline hides the foot"
    dots = page.locator("footer .divider").evaluate_all("dots => dots.map(dot => dot.offsetWidth)")
    assert dots and not any(dots), "a dot stands where nothing is divided"
    buttons_stay_in_view(page, go_to(page, "Street to shop"))
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)


def test_every_tab_is_there_once_its_type_is(browser: Browser, warm_app: RunningApp) -> None:
    page, watched = watched_page(browser, TELEPHONE)
    page.goto(warm_app.url)
    tabs, menu = page.locator('[role="tablist"] [role="tab"]'), page.locator(".overflow-menu > button")
    expect(tabs).to_have_count(len(TABS))
    wide = page.add_style_tag(content=".tab-container button { letter-spacing: 1em !important; }")
    expect(menu.first).to_be_visible()
    wide.evaluate("style => style.remove()")
    expect(menu.first).to_be_hidden()
    expect(tabs).to_have_count(len(TABS))
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)


@pytest.mark.parametrize("tab", TABS)
def test_the_legend_names_what_the_colours_are_on_this_tab(used_page: Page, tab: str) -> None:
    panel = go_to(used_page, tab)
    legend = panel.locator(".evidence-legend").first
    expect(legend).to_be_visible()
    kinds = """place => [...place.querySelectorAll('[class*="part-"]')]
      .map(one => [...one.classList].find(name => name.startsWith("part-")).slice(5))"""
    used = set(panel.locator(".bench").evaluate(kinds)) - {"base"}
    assert used == set(legend.evaluate(kinds))
