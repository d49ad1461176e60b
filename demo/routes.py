"""Which addresses of gradio's server are open, and that they work wherever a proxy puts the page.

Gradio serves more than this page needs: links to a saved session, statistics, an editor, files from other machines.
What is not listed here is closed, also what a later gradio adds. SECURITY.md says what each closed one would open.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from demo.copy import NO_ADDRESS
from demo.middleware import App, Message, Receive, Send, answer_json, answer_text, redirect
from demo.opening import STANDS, WAITING_ROOM

ORIGINAL = r"/gradio_api/gallery/([0-9]{1,9})/([0-9a-f]{64})"
"""A picture of the opened gallery, see `demo.originals`."""
TOOLS = "/gradio_api/mcp"
"""Where programs ask by the Model Context Protocol, see `demo.tools`."""
LONGEST_QUERY = 20_000
"""Bytes behind the question mark of the page's address that gradio is shown; the browser reads its own."""
READING = re.compile(
    r"/"
    r"|/config/?"
    r"|/(assets|static|svelte)/.+"
    r"|/(favicon\.ico|manifest\.json|robots\.txt|theme\.css)"
    r"|/gradio_api/(info/?|app_id/?|startup-events|theme\.css)"
    r"|/gradio_api/(upload_progress|queue/data|heartbeat/[^/]+)"
    r"|/gradio_api/call/(v2/)?[^/]+/[^/]+"
    # A file of this machine; gradio says which. It would fetch http://... for anybody who asks.
    r"|/gradio_api/file=(?!\s*[a-z][a-z0-9+.-]*:).+"
    rf"|{ORIGINAL}"
    rf"|{TOOLS}/?"
    r"|/s/[A-Za-z0-9_-]{1,64}",
    re.IGNORECASE | re.DOTALL,
)
"""What GET and HEAD may ask for."""
ASKING = re.compile(
    r"/gradio_api/(upload|queue/join|cancel|reset/?)"
    r"|/gradio_api/(run|api|call|call/v2)/[^/]+/?"
    rf"|{TOOLS}/?"
)
"""What POST may ask for."""
OTHERS = re.compile(rf"{TOOLS}/?")
"""What any other method may ask for; it is told to use POST."""
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What no address that is needed holds; gradio cannot put an address with one together."""

CONFIGURED = b"<script data-gradio-mode>"
"""What follows the page's configuration in gradio's template."""
BESIDE = b'<script>window.gradio_config.root = ".";</script><link rel="icon" href="favicon.ico">'
ROOTS = (
    (re.compile(rb'const root = "[^"]*";'), b'const root = ".";'),
    (re.compile(rb'href="/manifest\.json"'), b'href="manifest.json"'),
)
"""What else that template names by its root."""
SHOWN_FIRST = re.compile(rb'"url":"https?://[^"/]+[^"]*?(/gradio_api/file=)')
"""The address of a picture that a field shows from the start, with the root that headers name."""

Scope = MutableMapping[str, Any]


class OnlyNeeded:
    """Answers 404 for every address that this page does not need."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return None
        path, method = route_path(scope), scope["method"]
        if len(scope.get("query_string", b"")) > LONGEST_QUERY and path == "/":
            # Its page is told only that there was one, and says so.
            scope = {**scope, "query_string": b""}
        if path == f"/{WAITING_ROOM}":
            return await answer_text(send, 200, STANDS)
        listed = {"GET": READING, "HEAD": READING, "POST": ASKING}.get(method, OTHERS)
        if not listed.fullmatch(path) or CONTROL.search(path):
            return await answer_json(send, 404, NO_ADDRESS)
        if path.lower().startswith("/s/"):
            return await redirect(send, f"../?s={path[3:]}")
        if path.rstrip("/") == "/gradio_api/info":
            scope = _for_one_page(scope)
        return await self.app(scope, receive, send)


class Anywhere:
    """Lets the page take the address in the browser's own bar for its root.

    Gradio writes the root it sees into the page. That one is wrong behind a proxy that serves the page under a path
    which nobody named to it; and it is taken from headers that a visitor may write.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and mends the page in its answer."""
        if scope["type"] != "http" or scope["method"] != "GET" or route_path(scope) != "/":
            return await self.app(scope, receive, send)
        start: Message = {}
        body = b""

        async def mending(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                page = _beside(body)
                headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
                length = (b"content-length", str(len(page)).encode())
                await send({**start, "headers": [*headers, length]})
                await send({"type": "http.response.body", "body": page})

        return await self.app(scope, receive, mending)


def route_path(scope: Scope) -> str:
    """Returns the path of a request without the root path under which a proxy may serve the page."""
    path, root = str(scope.get("path", "")), str(scope.get("root_path", "")).rstrip("/")
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def _beside(page: bytes) -> bytes:
    page = page.replace(CONFIGURED, BESIDE + CONFIGURED, 1)
    for named, relative in ROOTS:
        page = named.sub(relative, page, count=1)
    return SHOWN_FIRST.sub(rb'"url":".\1', page)


def _for_one_page(scope: Scope) -> Scope:
    """Asks for what a page describes of itself.

    The description of all pages is made once, with the root that its first reader's headers name, and kept for all.
    """
    query = bytes(scope.get("query_string", b""))
    if "page" in dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)):
        return scope
    return {**scope, "query_string": b"&".join(filter(None, [query, b"page="]))}
