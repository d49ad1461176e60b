"""The first seconds: a sheet for browsers, patience for programs, one server after the other on one port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from core.errors import SettingsError
from demo.copy import NAME, QUESTION
from demo.opening import STANDS, Opening
from tests.running import free_port

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_GET(self) -> None:
        self._say(b"the page")

    def do_POST(self) -> None:
        self._say(self.rfile.read(int(self.headers["Content-Length"])))

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def opening() -> Iterator[Opening]:
    port = free_port()
    with Opening("127.0.0.1", range(port, port + 1)) as opened:
        yield opened


@pytest.fixture
def asking() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def take_over(opening: Opening) -> ThreadingHTTPServer:
    opening.close()
    server = ThreadingHTTPServer(("127.0.0.1", opening.port), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opening.hand_over()
    return server


def test_a_browser_gets_the_heading_at_once(opening: Opening) -> None:
    answer = httpx.get(opening.address, headers=BROWSER)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert f"<h1>{NAME}</h1>" in answer.text and QUESTION in answer.text


def test_everything_else_waits_for_the_page(opening: Opening, asking: ThreadPoolExecutor) -> None:
    body = bytes(range(256)) * 4096
    early: list[Future[httpx.Response]] = [
        asking.submit(httpx.get, opening.address),
        asking.submit(httpx.post, f"{opening.address}upload", content=body),
        asking.submit(httpx.get, f"{opening.address}opening"),
    ]
    while sum(thread.name == "guest" for thread in threading.enumerate()) < len(early):
        time.sleep(0.01)
    with pytest.raises(TimeoutError):
        early[0].result(0.3)
    assert not any(request.done() for request in early)
    server = take_over(opening)
    try:
        page, upload, posted = (request.result(10) for request in early)
    finally:
        server.shutdown()
        server.server_close()
    assert page.text == "the page" and upload.content == body
    assert posted.status_code == 200 and posted.text == STANDS


def test_nobody_hears_that_the_page_stands_when_it_could_not_be_made(asking: ThreadPoolExecutor) -> None:
    def fail(port: int) -> None:
        with Opening("127.0.0.1", range(port, port + 1)) as opening:
            asking.submit(httpx.get, f"{opening.address}opening", timeout=1)
            waiting.append(opening)
            raise RuntimeError("no page")

    waiting: list[Opening] = []
    with pytest.raises(RuntimeError, match="no page"):
        fail(free_port())
    assert not waiting[0]._stands.is_set()


@pytest.mark.parametrize("path", ["lab/blend/", "?__theme=dark", "lab/blend/?view=api"])
def test_the_sheet_lies_under_every_path_of_the_page(path: str) -> None:
    port = free_port()
    with Opening("127.0.0.1", range(port, port + 1), "/lab/blend") as opened:
        assert f"<h1>{NAME}</h1>" in httpx.get(f"{opened.address}{path}", headers=BROWSER).text


@pytest.mark.parametrize("nonsense", [b"", b"\r\n\r\n", b"\x16\x03\x01\x02", b"GET"])
def test_nonsense_harms_nobody(opening: Opening, nonsense: bytes) -> None:
    with socket.create_connection(("127.0.0.1", opening.port)) as guest:
        guest.sendall(nonsense)
    assert httpx.get(opening.address, headers=BROWSER).status_code == 200


def test_the_first_free_port_is_taken(opening: Opening) -> None:
    with Opening("127.0.0.1", range(opening.port, opening.port + 20)) as second:
        assert second.port != opening.port
    with pytest.raises(SettingsError, match=str(opening.port)):
        Opening("127.0.0.1", range(opening.port, opening.port + 1))


def test_the_address_is_one_that_a_browser_here_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(free_port()))
    with Opening.from_environment() as opened:
        assert opened.address == f"http://localhost:{opened.port}/"
        assert httpx.get(f"http://127.0.0.1:{opened.port}/", headers=BROWSER).status_code == 200


@pytest.mark.parametrize(("host", "shown"), [("::1", "[::1]"), ("[::1]", "[::1]"), ("::", "[::1]")])
def test_six_is_as_good_as_four(monkeypatch: pytest.MonkeyPatch, host: str, shown: str) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", host)
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(free_port()))
    with Opening.from_environment() as opened:
        assert opened.address == f"http://{shown}:{opened.port}/"
        assert opened.host == f"[{host.strip('[]')}]"
        assert httpx.get(opened.address, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("host", ["203.0.113.7", "2001:db8::7", "no.such.host"])
def test_a_host_that_is_not_this_one_is_named(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    def look_up(name: str, port: int, **_: object) -> list[object]:
        if name == "no.such.host":
            raise socket.gaierror("Name or service not known")
        family = socket.AF_INET6 if ":" in name else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (name, port, 0, 0) if ":" in name else (name, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setenv("GRADIO_SERVER_NAME", host)
    with pytest.raises(SettingsError, match="GRADIO_SERVER_NAME is .* of this machine"):
        Opening.from_environment()
