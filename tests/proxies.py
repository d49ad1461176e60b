"""A reverse proxy on this machine that serves another server under a path of its own, as institutes and firms do."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host"}


class Proxy:
    """Hands on every request below a prefix; what lies outside the prefix is another site's: 404.

    Args:
        prefix: under which the page is served, such as "/lab/blend".
        port: of the server behind.
        host: its address.
        strips: whether the prefix is taken off first.

    Attributes:
        url: where a browser finds the page.
        asked: path -> how often it was asked for.
        refused: paths asked for that are not below the prefix.
    """

    def __init__(self, prefix: str, port: int, *, host: str = "127.0.0.1", strips: bool = True) -> None:
        self.requests: Counter[str] = Counter()
        self.refused: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                proxy.requests[self.path] += 1
                if not self.path.startswith(f"{prefix}/"):
                    proxy.refused.append(self.path)
                    self._say(404, b"another site")
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP
                }
                path = self.path.removeprefix(prefix) if strips else self.path
                behind = http.client.HTTPConnection(host, port, timeout=120)
                with closing(behind):
                    try:
                        behind.request(self.command, path, body, headers)
                        answer = behind.getresponse()
                    except (OSError, http.client.HTTPException):
                        self._say(502, b"<h1>Bad Gateway</h1>")
                        return
                    with closing(answer), suppress(OSError, http.client.HTTPException):
                        self._hand_back(answer)

            do_GET = do_HEAD = do_POST = _pass_on  # noqa: N815  (the names that the base class calls)

            def _hand_back(self, answer: http.client.HTTPResponse) -> None:
                self.close_connection = True
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                while part := answer.read1(65_536):
                    self.wfile.write(part)
                    self.wfile.flush()

            def _say(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{prefix}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
