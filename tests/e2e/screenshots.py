"""Photographs the four tabs for people to look at: `python -m tests.e2e.screenshots`, or `make screenshots`.

Eighteen pictures go to build/screenshots: each tab on a projector and on a telephone, light and dark, and a talk. The
first of them becomes docs/screenshot.png, the picture at the head of the README; those of the talk go beside it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import FLAGS, PROJECTOR, TABS, TELEPHONE, chromium_path, go_to, watched_page
from tests.faults.asking import ALL, at
from tests.running import ROOT, RunningApp

SIZES = {"projector": PROJECTOR, "telephone": TELEPHONE}

TITLES = (
    "A caption that misleads",
    "A path through a field",
    "Only the box knows",
    "Neither the picture nor the words alone",
)
"""Of the slides of a talk, a slide a tab."""

# The page keeps a connection open as long as it stands, so that the network is never idle.
SETTLED = 2_000


def main(folder: Path = ROOT / "build" / "screenshots") -> int:
    """Takes all pictures; returns the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    troubles: list[str] = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        RunningApp(Path(scratch)) as app,
        sync_playwright() as player,
    ):
        for endpoint in ALL:
            at(endpoint)(app)
        browser = player.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for dark in (False, True):
            for size, pixels in SIZES.items():
                page, watched = watched_page(browser, pixels, dark)
                page.goto(app.url)
                for tab in TABS:
                    go_to(page, tab)
                    page.wait_for_timeout(SETTLED)
                    name = f"{tab.lower().replace(' ', '-')}-{size}-{'dark' if dark else 'light'}.png"
                    page.screenshot(path=folder / name, full_page=size == "telephone")
                page.context.close()
                troubles += watched.troubles
        page, watched = watched_page(browser, PROJECTOR)
        page.goto(app.url)
        photograph_talk(page, folder)
        page.context.close()
        troubles += watched.troubles
        browser.close()
    for name in ("talk-panel.png", "talk-stage.png"):
        _as_small_as_may_be(folder / name, ROOT / "docs" / name)
    shutil.copy(folder / "sketch-projector-light.png", ROOT / "docs" / "screenshot.png")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}", *troubles, sep="\n")
    return 1 if troubles else 0


def photograph_talk(page: Page, folder: Path) -> None:
    """Takes a picture of a talk of four slides, and of one of them on the stage."""
    for tab, title in zip(TABS, TITLES, strict=True):
        go_to(page, tab)
        page.wait_for_timeout(SETTLED)
        page.locator(".mast-add").click()
        page.locator(".mast-talk").click()
        page.locator(".talk-slides .typed").last.fill(title)
        page.keyboard.press("Escape")
    page.locator(".mast-talk").click()
    page.locator(".talk-title input").fill("What decides: the picture or the words?")
    page.locator(".talk-title input").blur()
    page.screenshot(path=folder / "talk-panel.png")
    page.locator(".talk [data-do=start]").click()
    page.locator(".talk-stage[open]").wait_for()
    page.wait_for_timeout(SETTLED)
    page.keyboard.press("4")
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=folder / "talk-stage.png")


def _as_small_as_may_be(taken: Path, kept: Path) -> None:
    """Keeps a picture with 128 colours, which is enough for a page of paper and ink."""
    Image.open(taken).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(kept, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
