"""The page behind a proxy under a path, inside a page of another origin, and while it starts: it works everywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from demo.opening import STANDS, Opening
from tests.e2e.conftest import PROJECTOR, TABS, go_to, watched_page
from tests.faults import pictures
from tests.proxies import Proxy
from tests.running import RunningApp, free_port

pytestmark = pytest.mark.browser
PREFIX = "/lab/blend"
WITHIN = 20_000
OUTSIDE = ("/", "/favicon.ico")
"""What the browser asks of the site around the frame."""
FORBIDDEN = """
for (const [owner, name] of [[window, "localStorage"], [window, "sessionStorage"], [document, "cookie"]]) {
  const refuse = () => { throw new DOMException("The storage is forbidden here.", "SecurityError"); };
  Object.defineProperty(owner, name, { get: refuse, set: refuse });
}
"""
"""What a browser does in a frame of another site when a person forbids it to keep anything."""


def count_pictures(panel: Locator) -> int:
    """Waits until every picture that a tab shows has come, and returns how many there are."""
    for _ in range(20):
        missing = panel.locator("img").evaluate_all(
            """images => Promise.all(images.map(image => {
              image.loading = "eager";
              return image.decode().then(() => "", () => image.src);
            }))"""
        )
        if not any(missing):
            break
        panel.page.wait_for_timeout(
            250
        )  # one that was taken out while it was read, for tiles are laid out anew
    assert not any(missing), missing
    return len(missing)


def ask(page: Any, tab: str) -> Locator:
    """Asserts that a tab answers another example and a picture of one's own, and returns what it shows."""
    panel = go_to(page, tab)
    verdict = panel.locator(".verdict").first
    before = verdict.inner_text()
    panel.locator("button.example").nth(1).click()
    expect(verdict).not_to_have_text(before, timeout=WITHIN)
    before = verdict.inner_text()
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": pictures.saved(pictures.photograph())}
    panel.locator("input[type=file]").first.set_input_files(photo)
    expect(verdict).not_to_have_text(before, timeout=WITHIN)
    return panel


def give_a_talk(page: Page | Frame, kept: bool) -> None:
    """Asserts that what is shown can be kept and given; the browser may keep nothing where not `kept`."""
    talk = page.locator("dialog.talk")
    page.locator(".mast-add").click()
    expect(page.locator(".mast-talk")).to_have_text("Talk (1)")
    if kept:
        page.locator(".mast-talk").click()
    else:
        expect(talk.locator(".talk-said")).to_contain_text("This browser keeps no more for this page")
        expect(talk.locator(".talk-alone")).to_contain_text(
            "allows no full screen: open it alone, http://127.0.0.1"
        )
    talk.locator("[data-do=start]").click()
    expect(page.frame_locator(".talk-stage iframe").locator("#deck-count")).to_have_text("1 / 1")


@contextmanager
def serving(pages: dict[str, tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Answers on a free port with what a test puts, and may change, under each path.

    Yields:
        The port, and the list of what was asked.
    """
    requests: list[str] = []
    pages.setdefault("/favicon.ico", (200, ""))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            status, text = pages.get(self.path, (404, ""))
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, requests
        server.shutdown()


@pytest.mark.weights
@pytest.mark.slow
def test_behind_a_proxy_that_takes_its_prefix_off(browser: Browser, warm_app: RunningApp) -> None:
    shown = {}
    with Proxy(PREFIX, warm_app.port) as proxy:
        page, watched = watched_page(browser, PROJECTOR)
        page.goto(proxy.url)
        for tab in TABS:
            shown[tab] = count_pictures(ask(page, tab))
        give_a_talk(page, kept=True)
        page.context.close()
    assert not proxy.refused and not watched.troubles
    assert watched.servers <= {urlsplit(proxy.url).netloc, ""}
    assert shown["Street to shop"] > 12 and shown["Compose"] > 24, shown


@pytest.mark.weights
@pytest.mark.slow
def test_in_a_frame_of_another_site_that_may_keep_nothing(browser: Browser, warm_app: RunningApp) -> None:
    with serving({"/": (200, f'<iframe src="{warm_app.url}" width="1280" height="700"></iframe>')}) as (
        port,
        _,
    ):
        page, watched = watched_page(browser, PROJECTOR, dark=True)
        page.context.add_init_script(FORBIDDEN)
        page.goto(f"http://localhost:{port}/")
        page.frame_locator("iframe").get_by_role("tab", name="Sketch").first.wait_for()
        inside = page.frames[1]
        assert inside.evaluate(
            "() => { try { return localStorage.length } catch (error) { return error.name } }"
        ) == ("SecurityError")
        for tab in TABS:
            count_pictures(go_to(inside, tab))
        count_pictures(ask(inside, "Street to shop"))
        give_a_talk(inside, kept=False)
        page.context.close()
    assert set(watched.troubles) <= {
        f"asked another machine: http://localhost:{port}{path}" for path in OUTSIDE
    }
    assert watched.servers <= {f"localhost:{port}", urlsplit(warm_app.url).netloc, ""}


def test_the_sheet_waits_for_our_own_answer_and_asks_ever_less_often(browser: Browser) -> None:
    with Opening("127.0.0.1", range(port := free_port(), port + 1)) as opening:
        sheet = httpx.get(opening.address, headers={"Accept": "text/html"}).text
    pages = {f"{PREFIX}/": (200, sheet), f"{PREFIX}/opening": (502, STANDS)}
    with serving(pages) as (port, requests):
        page, _ = watched_page(browser, PROJECTOR)
        page.goto(f"http://127.0.0.1:{port}{PREFIX}/")
        page.wait_for_timeout(1_500)
        pages[f"{PREFIX}/opening"] = (200, "<h1>A proxy's own page</h1>")
        page.wait_for_timeout(1_500)
        assert 2 <= requests.count(f"{PREFIX}/opening") <= 8 and requests.count(f"{PREFIX}/") == 1
        assert set(requests) <= {f"{PREFIX}/", f"{PREFIX}/opening", "/favicon.ico"}
        pages.update({f"{PREFIX}/": (200, "<h1>The page</h1>"), f"{PREFIX}/opening": (200, STANDS)})
        expect(page.get_by_role("heading", name="The page")).to_be_visible(timeout=WITHIN)
        page.context.close()
