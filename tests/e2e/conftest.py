"""A real Chromium in front of the running app."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.faults.asking import ALL, at
from tests.running import RunningApp

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
collect_ignore = ["additions"]
TABS = ("Sketch", "Field or road", "Street to shop", "Compose")
PROJECTOR = (1280, 720)
TELEPHONE = (390, 844)
PATIENCE = 30_000
"""Milliseconds for which a test waits for the page: a busy machine is no fault of the code."""
expect.set_options(timeout=PATIENCE)


def chromium_path() -> str:
    """Returns the Chromium to drive."""
    return os.environ.get("CHROMIUM") or "/usr/bin/chromium"


def go_to(page: Page, tab: str) -> Locator:
    """Goes to a tab, through the menu where the window is too narrow for all, and returns what it shows."""
    page.get_by_role("tab", name="Sketch").first.wait_for()
    button = page.get_by_role("tab", name=tab, exact=True)
    if not button.is_visible():
        page.locator(".overflow-menu > button").first.click()
        button = page.locator(".overflow-dropdown button", has_text=tab)
    button.click()
    panel = page.locator("[role=tabpanel]:visible")
    panel.locator(".verdict, .empty").first.wait_for()
    return panel


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each test gets a window without memory."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def warm_app(running_app: RunningApp) -> RunningApp:
    """The app after each task has answered once, so that no test waits for models."""
    for endpoint in ALL:
        assert at(endpoint)(running_app).status == 200
    return running_app


class Watched:
    """What a page did that it should not do."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self.servers: set[str] = set()

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        host = address.hostname
        self.servers.add(address.netloc)
        if host not in (None, "127.0.0.1"):
            self.troubles.append(f"asked another machine: {request.url}")


def watched_page(browser: Browser, size: tuple[int, int], dark: bool = False) -> tuple[Page, Watched]:
    """Opens an empty window whose errors and requests are kept."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE)
    page, watched = context.new_page(), Watched()
    page.on("console", watched.console)
    page.on("pageerror", lambda error: watched.troubles.append(f"script: {error}"))
    page.on("request", watched.request)
    return page, watched


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def window(browser: Browser, warm_app: RunningApp) -> Iterator[tuple[Page, Watched]]:
    """A page on a projector for all tests of a file that want one."""
    page, watched = watched_page(browser, PROJECTOR)
    page.goto(warm_app.url)
    page.get_by_role("tab", name="Sketch").wait_for()
    yield page, watched
    page.context.close()


@pytest.fixture
def used_page(window: tuple[Page, Watched]) -> Iterator[Page]:
    """The page as the tests of the same file left it: opening a fresh one takes longer than most tests do."""
    page, watched = window
    watched.troubles.clear()
    yield page
    assert not watched.troubles, "\n".join(watched.troubles)


@pytest.fixture
def page(browser: Browser, warm_app: RunningApp) -> Iterator[Page]:
    """The page on a projector; the test fails when scripts failed or another machine was asked."""
    window, watched = watched_page(browser, PROJECTOR)
    window.goto(warm_app.url)
    window.get_by_role("tab", name="Sketch").wait_for()
    yield window
    window.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)
