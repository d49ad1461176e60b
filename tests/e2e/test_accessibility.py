"""axe-core looks at every tab, light and dark, with an answer shown and everything unfolded."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.e2e.conftest import PROJECTOR, TABS, TELEPHONE, go_to, watched_page
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(600)]
# An icon in gradio's own footer repeats the word beside it; nothing of ours draws it.
GRADIOS_OWN = ("image-redundant-alt", 'alt="Settings"')
UNFOLD = """panel => {
  for (const fold of panel.querySelectorAll("details")) fold.open = true;
  for (const fold of panel.querySelectorAll("button.label-wrap:not(.open)")) fold.click();
}"""


def faults(results: dict[str, Any]) -> list[str]:
    """Returns what axe found, one line a place."""
    return [
        f"{rule['impact']} {rule['id']}: {place['html'][:160]}"
        for rule in results["violations"]
        for place in rule["nodes"]
        if not (rule["id"] == GRADIOS_OWN[0] and GRADIOS_OWN[1] in place["html"])
    ]


@pytest.mark.parametrize(
    ("size", "dark"),
    [(PROJECTOR, False), (PROJECTOR, True), (TELEPHONE, False)],
    ids=["light", "dark", "telephone"],
)
def test_axe_finds_nothing(browser: Browser, warm_app: RunningApp, size: tuple[int, int], dark: bool) -> None:
    page, watched = watched_page(browser, size, dark)
    page.goto(warm_app.url)
    # A telephone has the colours of the light page, and looking at those takes four fifths of the time.
    rules = {"color-contrast": {"enabled": size != TELEPHONE}}
    faults_by_view = {}
    for tab in TABS:
        panel = go_to(page, tab)
        panel.evaluate(UNFOLD)
        page.wait_for_timeout(500)  # folds open with a motion
        faults_by_view[tab] = faults(
            Axe().run(page, options={"resultTypes": ["violations"], "rules": rules}).response
        )
    assert faults_by_view == {tab: [] for tab in TABS}
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)
