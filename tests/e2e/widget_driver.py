"""What the browser tests of the widgets share: the page that holds them, and a hand to drive it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.running import ROOT, free_port

SOON = 15_000
RED, BLUE = (220, 20, 20), (20, 20, 220)


def draw_pictures(folder: Path) -> None:
    """Draws a photo that EXIF turns upright and one of 4000 pixels, each with one coloured rectangle."""
    upright = Image.new("RGB", (600, 800), (200, 200, 190))
    ImageDraw.Draw(upright).rectangle([300, 400, 449, 499], fill=RED)
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me clockwise": stored lying on its side
    upright.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", exif=exif, quality=95)
    large = Image.new("RGB", (4000, 3000), (200, 200, 190))
    ImageDraw.Draw(large).rectangle([1000, 600, 2999, 2399], fill=BLUE)
    large.save(folder / "large.jpg", quality=90)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serves the page of widgets over the pictures in a folder, and gives its address."""
    port, log = free_port(), folder / "log.txt"
    program = [sys.executable, "tests/guard.py", "tests/e2e/widget_page.py", str(folder)]
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    with log.open("wb") as stream:
        process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            for _ in range(600):
                assert process.poll() is None, log.read_text()
                try:
                    if client.get("/").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            else:
                raise TimeoutError(log.read_text())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Opens a window on the page; the test fails when a script failed."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(SOON)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#pad canvas")
    yield page
    context.close()
    assert not faults


def says(page: Page, name: str, pattern: str) -> re.Match[str]:
    """Waits until the echo of a widget matches."""
    field = page.locator(f"#{name} textarea, #{name} input").first
    expect(field).to_have_value(re.compile(pattern), timeout=SOON)
    match = re.search(pattern, field.input_value())
    assert match
    return match


def drag(page: Page, edge: dict[str, float], points: list[tuple[float, float]]) -> None:
    """Draws through points given in widths and heights of an element."""
    for number, (x, y) in enumerate(points):
        page.mouse.move(
            edge["x"] + x * edge["width"], edge["y"] + y * edge["height"], steps=5 if number else 1
        )
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def edges_of(page: Page, selector: str) -> dict[str, float]:
    """Returns where an element stands, after scrolling it into view."""
    place = page.locator(selector).first
    place.scroll_into_view_if_needed()
    edge: dict[str, float] = place.bounding_box()
    return edge
