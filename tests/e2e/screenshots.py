"""Photographs the four tabs for people to look at: `python -m tests.e2e.screenshots`, or `make screenshots`.

Sixteen pictures go to build/screenshots: each tab on a projector and on a telephone, light and dark. The
first of them becomes docs/screenshot.png, the picture at the head of the README.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import FLAGS, PROJECTOR, TABS, TELEPHONE, chromium_path, go_to, watched_page
from tests.faults.asking import ALL, at
from tests.running import ROOT, RunningApp

SIZES = {"projector": PROJECTOR, "telephone": TELEPHONE}

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
        browser.close()
    shutil.copy(folder / "sketch-projector-light.png", ROOT / "docs" / "screenshot.png")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}", *troubles, sep="\n")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
