"""What stands before gradio's own server: a limit on request bodies, honest status codes, no failure without a name."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from demo.copy import MALFORMED, NO_ENDPOINT, TOO_LARGE
from demo.failures import name_failure, sentence_for, unwritable

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MEGABYTE = 1_000_000
LARGEST_BODY = 12 * MEGABYTE
READ_ANYWAY = 64 * MEGABYTE
"""How much of a refused body is read and thrown away, so that the client hears the answer."""

NOSNIFF = (b"x-content-type-options", b"nosniff")
NO_REFERRER = (b"referrer-policy", b"no-referrer")

STATUS_OF_TITLE = {"Please check": 422, "Not ready": 503, "Busy": 503}
"""Title of a sentence, as `demo.page` gives it -> status; gradio answers 500 to all."""

NO_INPUT = (
    "This endpoint takes other inputs: one has a name that it does not know, or one that has no default is missing; "
    "GET /gradio_api/info lists their names and defaults."
)


class BodyLimit:
    """Refuses request bodies above a limit with status 413, also when their length is not declared.

    Args:
        app: what comes behind.
        limit: in bytes.
    """

    def __init__(self, app: App, limit: int = LARGEST_BODY) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.limit:
            await _throw_away(receive)
            await self._refuse(scope, send)
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        length = 0
        refused = False

        async def counting() -> Message:
            nonlocal length, refused
            message = await receive()
            length += len(message.get("body", b""))
            if length <= self.limit:
                return message
            refused = True
            if message.get("more_body"):
                await _throw_away(receive)
            return {"type": "http.disconnect"}

        answered = False

        async def watching(message: Message) -> None:
            nonlocal answered
            if not refused:
                answered = True
                await send(message)

        try:
            await self.app(scope, counting, watching)
        except Exception:
            if not refused:
                raise
        if refused and not answered:
            await self._refuse(scope, send)

    async def _refuse(self, scope: MutableMapping[str, Any], send: Send) -> None:
        await _answer_as_read(send, 413, TOO_LARGE.format(limit=self.limit // MEGABYTE), str(scope["path"]))


class NoGuessing:
    """Tells browsers to take a file for what its content type says, for an uploaded picture is never a page.

    And to tell no other site the address of this page, for it holds what a visitor asked.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Passes a request on, and adds the header to its answer."""

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = (NOSNIFF, NO_REFERRER)
                names = [name for name, _ in ours]
                given = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
                message = {**message, "headers": [*given, *ours]}
            await send(message)

        await self.app(scope, receive, marking)


class HonestStatus:
    """Gives direct calls of the endpoints the status that their sentence deserves, not always 500."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Passes a request on and looks at a failing answer."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not any(f"/gradio_api/{door}/" in path for door in ("run", "api")):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def watching(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and message["status"] == 500:
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await send({**start, "status": _status(body)})
                    await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, watching)


class NoSilence:
    """Answers what escapes from below: 404 when there is no such endpoint, else an error id, which the log explains."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = ended = False

        async def watching(message: Message) -> None:
            nonlocal begun, ended
            begun = True
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await self.app(scope, receive, watching)
        except Exception as error:
            if not begun:
                await self._answer(error, str(scope["path"]), send)
            elif not _is_a_refusal(error):
                name_failure(error)
            if begun and not ended:
                await send({"type": "http.response.body", "body": b""})

    async def _answer(self, error: Exception, path: str, send: Send) -> None:
        if names_no_endpoint(error, path):
            await answer_json(send, 404, NO_ENDPOINT)
        elif names_no_input(error, path):
            await answer_json(send, 422, NO_INPUT)
        else:
            refusal = unwritable(error)
            status = 500 if refusal is None else 503
            await _answer_as_read(send, status, str(refusal or sentence_for(error)), path)


def _is_a_refusal(error: BaseException | None) -> bool:
    """Tells whether gradio refused in the middle of an answer, such as a stream for a session that there is not."""
    return error is not None and (
        isinstance(error, HTTPException) or _is_a_refusal(error.__cause__ or error.__context__)
    )


def names_no_endpoint(error: BaseException, path: str) -> bool:
    """Tells whether a request failed because it named an endpoint that there is not; other failures are ours.

    Args:
        error: what escaped.
        path: of the request.
    """
    if type(error).__name__ == "FnIndexInferError":
        return True
    if not isinstance(error, KeyError):
        return False
    innermost = traceback.extract_tb(error.__traceback__)[-1:]
    by_number = any(frame.name == "get_fn" for frame in innermost)
    by_name = "/call/v2/" in path and error.args == (f"/{path.rstrip('/').rpartition('/')[2]}",)
    return by_number or by_name


def names_no_input(error: BaseException, path: str) -> bool:
    """Tells whether a request failed because it named an input that there is not, or left out one without a default.

    Args:
        error: what escaped.
        path: of the request.
    """
    if not isinstance(error, TypeError) or "/call/v2/" not in path:
        return False
    innermost = traceback.extract_tb(error.__traceback__)[-1:]
    return any(frame.name == "construct_args" for frame in innermost)


def _status(body: bytes) -> int:
    try:
        return STATUS_OF_TITLE.get(json.loads(body).get("title"), 500)
    except (ValueError, AttributeError):
        return 500


async def _throw_away(receive: Receive) -> None:
    length = 0
    while length < READ_ANYWAY:
        message = await receive()
        length += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


async def malformed(request: Request, error: Exception) -> JSONResponse:
    """Answers a request whose body has another form than gradio reads with one sentence."""
    log.info("A body was refused: %s", type(error).__name__)
    return JSONResponse({"error": MALFORMED}, 422)


async def _answer_as_read(send: Send, status: int, sentence: str, path: str) -> None:
    """Answers an upload with the bare sentence, for the page shows what it hears of one as it is; others as JSON."""
    answer = answer_text if path.rstrip("/").endswith("/gradio_api/upload") else answer_json
    await answer(send, status, sentence)


async def answer_json(send: Send, status: int, sentence: str) -> None:
    """Answers a request with one sentence, as programs read it."""
    await _answer(send, status, b"application/json", json.dumps({"error": sentence}).encode())


async def redirect(send: Send, address: str) -> None:
    """Sends a browser to another address of this page."""
    headers = [
        (b"location", address.encode("ascii")),
        (b"content-length", b"0"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def answer_text(send: Send, status: int, text: str) -> None:
    """Answers a request with plain text that no cache keeps."""
    await _answer(send, status, b"text/plain; charset=utf-8", text.encode())


async def _answer(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
