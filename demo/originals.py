"""The pictures of the opened gallery at their own size, for whoever enlarges a result: the only way to them.

An address names a row of the gallery and the SHA-256 of its picture. What is answered is that picture, decoded by our
own door and encoded anew, so without metadata: never a file as it lies there, never another file of the folder, and
nothing where the file is not the one that was indexed.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from core.errors import BlendscopeError
from core.images import encode_jpeg, open_picture
from core.last_used import LastUsed
from demo.copy import NO_ADDRESS
from demo.middleware import App, Receive, Send, answer_json
from demo.routes import ORIGINAL, Scope, route_path

if TYPE_CHECKING:
    from demo.services import Services

MOST = 8192
"""Pixels on the longest side; no screen shows more."""
REMEMBERED = 32_000_000
"""Bytes of pictures that are remembered, encoded."""


def original_address(index: int, digest: str) -> str:
    """Returns the address, relative to the page, of a picture of the gallery at its own size.

    Args:
        index: its row.
        digest: SHA-256 of its file.
    """
    return f"gradio_api/gallery/{index}/{digest}"


class Originals:
    """Answers for the pictures of the gallery that the page shows, one at a time, for a large one takes memory."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._one = threading.Lock()
        self._recent = LastUsed[bytes](REMEMBERED, len)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        named = re.fullmatch(ORIGINAL, route_path(scope)) if scope["type"] == "http" else None
        if named is None:
            await self.app(scope, receive, send)
            return
        services: Services | None = getattr(scope["app"].get_blocks(), "services", None)
        data = None
        if services is not None:
            data = await run_in_threadpool(self._picture, services, int(named[1]), named[2])
        if data is None:
            await answer_json(send, 404, NO_ADDRESS)
            return
        headers = [
            (b"content-type", b"image/jpeg"),
            (b"content-length", str(len(data)).encode()),
            (b"cache-control", b"private, max-age=3600"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else data})

    def _picture(self, services: Services, index: int, digest: str) -> bytes | None:
        """Returns the picture of a row, None where there is none by this digest."""
        try:
            items = services.gallery().items
            if not (index < len(items) and items[index].digest == digest):
                return None
            with self._one:
                known = self._recent.among([digest])
                if digest not in known:
                    known = self._opened(services.original(index), digest)
                    self._recent.add(known)
            return known.get(digest)
        except BlendscopeError:
            return None

    def _opened(self, path: Path | None, digest: str) -> dict[Hashable, bytes]:
        """Returns digest -> the file's picture, encoded anew; nothing where it is another file now."""
        picture = None if path is None else open_picture(path, most=MOST)
        return {} if picture is None or picture.digest != digest else {digest: encode_jpeg(picture.pixels)}
