"""axe-core looks at every tab, light and dark, with an answer shown and everything unfolded; nothing is too wide."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from tests.e2e.conftest import PROJECTOR, TABS, TELEPHONE, go_to, watched_page
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(600)]
# An icon in gradio's own footer repeats the word beside it; nothing of ours draws it.
GRADIOS_OWN = ("image-redundant-alt", 'alt="Settings"')
UNFOLD = """panel => {
  for (const fold of panel.querySelectorAll("details")) fold.open = true;
  for (const fold of panel.querySelectorAll("button.label-wrap:not(.open)")) fold.click();
}"""
# Marks one text of each look: ink, size, weight, and the grounds that it stands on. Texts of one look have one
# contrast, and axe-core needs some milliseconds for each.
MARK_LOOKS = """panel => {
  const grounds = new Map([[null, ""]]), seen = new Set();
  const groundOf = (at) => {
    if (!grounds.has(at)) {
      const style = getComputedStyle(at);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity].join();
      grounds.set(at, groundOf(at.parentElement) + (own === "rgba(0, 0, 0, 0),none,1" ? "" : own));
    }
    return grounds.get(at);
  };
  for (const at of panel.querySelectorAll("[data-look]")) at.removeAttribute("data-look");
  for (const at of panel.querySelectorAll("*")) {
    const said = [...at.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!said && !at.matches("input, textarea, select")) continue;
    if (!at.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const style = getComputedStyle(at);
    const look = [style.color, style.fontSize, style.fontWeight, at.localName, groundOf(at)].join();
    if (!seen.has(look)) at.setAttribute("data-look", "");
    seen.add(look);
  }
  return seen.size;
}"""


def faults(page: Page, panel: Locator, contrast: bool) -> list[str]:
    """Returns what axe finds on the page, one line a place; of contrast, in texts of every look."""
    rest = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    answers = [Axe().run(page, options=rest)]
    if contrast:
        assert panel.evaluate(MARK_LOOKS) > 15
        looks = {"resultTypes": ["violations", "passes"], "runOnly": ["color-contrast"]}
        answers.append(Axe().run(page, context="[data-look]", options=looks))
        assert sum(len(rule["nodes"]) for rule in answers[-1].response["passes"]) > 10
    return [
        f"{rule['impact']} {rule['id']}: {place['html'][:160]}"
        for answer in answers
        for rule in answer.response["violations"]
        for place in rule["nodes"]
        if not (rule["id"] == GRADIOS_OWN[0] and GRADIOS_OWN[1] in place["html"])
    ]


# Resolves when nothing on the page has changed for a while: folds open with a motion, and ask when they are seen.
SETTLED = """() => new Promise(resolve => {
  let timer = setTimeout(resolve, 900);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(resolve, 900); })
    .observe(document.body, {subtree: true, childList: true, characterData: true});
})"""


# Resolves when an instrument that was just opened has drawn what it computes.
DRAWN = """() => new Promise(resolve => {
  const works = () => [...document.querySelectorAll(".is-working:empty")].some(one => one.checkVisibility());
  const look = () => works() ? wait() : resolve();
  let timer = 0;
  const wait = () => { clearTimeout(timer); timer = setTimeout(look, 250); };
  new MutationObserver(wait).observe(document.body, {subtree: true, childList: true, characterData: true});
  wait();
})"""
# One instrument is open at a time; once each was, what all of them drew is looked at together.
ALL_SHOWN = ".closer > :not(.label-wrap) { display: block !important; }"


def open_each(page: Page, panel: Locator) -> None:
    """Opens every instrument of a tab once, and leaves what they drew in sight."""
    row = panel.locator(".closer > .label-wrap")
    assert row.count() > 3
    for button in row.all():
        if button.get_attribute("aria-expanded") != "true":
            button.click()
        page.evaluate(DRAWN)
    assert not panel.locator(".is-working:empty:visible").count()
    page.add_style_tag(content=ALL_SHOWN)


@pytest.mark.parametrize(
    ("size", "dark"),
    [(PROJECTOR, False), (PROJECTOR, True), (TELEPHONE, False)],
    ids=["light", "dark", "telephone"],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: Browser, warm_app: RunningApp, size: tuple[int, int], dark: bool
) -> None:
    page, watched = watched_page(browser, size, dark)
    page.goto(warm_app.url)
    found: dict[str, list[str]] = {}
    for tab in TABS:
        panel = go_to(page, tab)
        widths = [page.evaluate("document.documentElement.scrollWidth")]
        panel.evaluate(UNFOLD)
        page.evaluate(SETTLED)
        if size == PROJECTOR and not dark:
            open_each(page, panel)
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
        assert max(widths) <= size[0], f"{tab} is {widths} pixels wide, folded and unfolded"
        # A telephone has the colours of the light page.
        found[tab] = faults(page, panel, contrast=size != TELEPHONE)
    assert found == {tab: [] for tab in TABS}
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)
