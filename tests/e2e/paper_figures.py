"""Saves figures from the running page for docs/figures.md: `python -m tests.e2e.paper_figures`, or `make screenshots`.

The figure files go to docs/figures/saved; the command draws from them what the page of the documents shows.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.__main__ import main as command
from tests.e2e.conftest import FLAGS, PATIENCE, PROJECTOR, chromium_path, go_to, watched_page
from tests.faults.asking import ALL, at
from tests.running import ROOT, RunningApp

DOCS = ROOT / "docs" / "figures" / "saved"
SHOWN = (
    ("compose", "Compose", "", ("--size", "column"), ".png"),
    ("atlas", "Street to shop", "Who comes first", ("--size", "column"), ".png"),
    ("sketch", "Sketch", "", ("--size", "slide", "--dark"), ".svg"),
)
"""Name of the figure file, tab, instrument ("" for the answer), options of the command, and what the page shows."""


def figure_file(page: Page, tab: str, instrument: str, folder: Path) -> bytes:
    """Returns the figure file of what a tab shows."""
    panel = go_to(page, tab)
    button = page.locator(".mast .save-figure")
    if instrument:
        panel.locator(".closer > .label-wrap", has_text=instrument).click()
        panel.locator(".atlas-cell").first.wait_for(state="attached")
        button = panel.locator(".closer:has(.label-wrap.open) .save-figure")
    button.click()
    with page.expect_download(timeout=4 * PATIENCE) as download:
        page.locator(".figure-dialog [data-do=save]").click()
    page.locator(".figure-dialog [data-do=close]").click()
    download.value.save_as(folder / "saved.zip")
    with zipfile.ZipFile(folder / "saved.zip") as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".json")))


def main() -> int:
    """Saves and draws all figures; returns the exit status."""
    status = 0
    with (
        tempfile.TemporaryDirectory() as scratch,
        RunningApp(Path(scratch)) as app,
        sync_playwright() as player,
    ):
        for endpoint in ALL:
            at(endpoint)(app)
        page, watched = watched_page(
            player.chromium.launch(executable_path=chromium_path(), args=FLAGS), PROJECTOR
        )
        page.goto(app.url)
        for name, tab, instrument, options, shown in SHOWN:
            file = DOCS / f"{name}.json"
            file.write_bytes(figure_file(page, tab, instrument, Path(scratch)))
            status |= command(["figure", str(file), "--out", scratch, *options])
            (DOCS / f"{name}{shown}").write_bytes((Path(scratch) / f"{name}{shown}").read_bytes())
        page.context.close()
    print(*watched.troubles, sep="\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
