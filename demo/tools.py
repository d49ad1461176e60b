"""The endpoints as tools of the Model Context Protocol, where the package `mcp` is installed (docs/decisions/051).

A tool call runs the same event as a direct call of its endpoint: the same doors, the same lane, the same sentences.
Each request stands by itself: there are no sessions and no streams, so nothing is kept between two of them.
"""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.util import find_spec
from inspect import signature
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.state_holder import SessionState
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from demo.copy import NO_ADDRESS
from demo.endpoints.arguments import description_of, schema_of
from demo.failures import sentence_for
from demo.middleware import (
    LARGEST_BODY,
    STATUS_OF_TITLE,
    App,
    Message,
    Receive,
    Send,
    answer_json,
)
from demo.routes import TOOLS, Scope, route_path
from demo.widgets.picture import PictureInput

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.lowlevel import Server

NAME = "blendscope"
POST_ALONE = "Tools are asked by POST alone; each request stands by itself."
NO_REQUEST = "This has a form that cannot be read; send one request of the Model Context Protocol, as JSON."
NO_SUCH_TOOL = "There is no such tool; tools/list names those that there are."
NO_SUCH_ARGUMENT = "This tool has no argument of such a name; it takes {names}."
MISSING = "This tool needs {name} as well."
READ_ONLY = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
INVALID_PARAMS = -32602
ARGUMENTS = "blendscope.arguments"
"""Where a request keeps the arguments as they were sent: the protocol's library makes null of NaN and Infinity, which
an endpoint may take for a choice."""


class Tools:
    """Answers for the tools, and says that there are none where the package is missing."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._offered = find_spec("mcp") is not None
        self._box: ToolBox | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] != "http" or route_path(scope).rstrip("/") != TOOLS:
            await self.app(scope, receive, send)
        elif not self._offered:
            await answer_json(send, 404, NO_ADDRESS)
        elif scope["method"] != "POST":
            await answer_json(send, 405, POST_ALONE)
        else:
            page = scope["app"].get_blocks()
            if self._box is None or self._box.page is not page:
                self._box = ToolBox(page)
            await self._box.answer(scope, receive, _plainly(send))


def _plainly(send: Send) -> Send:
    """Returns a `send` after which a request of another form than the protocol's is one sentence."""
    start: Message | None = None

    async def sending(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and message["status"] >= 400:
            start = message
        elif start is None:
            await send(message)
        elif not message.get("more_body"):
            await answer_json(send, start["status"], NO_REQUEST)

    return sending


async def _keeping_arguments(scope: Scope, receive: Receive) -> tuple[Scope, Receive] | None:
    """Returns a request again that was read, with the arguments of its call; the library judges its form.

    None stands for one whose parts lie deeper in each other than can be read.
    """
    messages = [await receive()]
    while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
        messages.append(await receive())
    try:
        params = json.loads(b"".join(message.get("body", b"") for message in messages))["params"]
        arguments = params.get("arguments")
    except RecursionError:
        return None
    except (ValueError, LookupError, TypeError, AttributeError):
        arguments = None

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return {**scope, ARGUMENTS: arguments if isinstance(arguments, dict) else {}}, again


class ToolBox:
    """The public events of a page as tools.

    Args:
        page: whose events they are.
    """

    def __init__(self, page: Any) -> None:
        self.page = page

    @cached_property
    def events(self) -> Mapping[str, Any]:
        """Name of a tool, which is that of its endpoint and of its function -> the event of gradio's."""
        events = [event for event in self.page.fns.values() if event.api_visibility == "public"]
        return {event.fn.__name__: event for event in events}

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request of the protocol."""
        kept = await _keeping_arguments(scope, receive)
        if kept is None:
            await answer_json(send, 400, NO_REQUEST)
            return
        scope, receive = kept
        server, manager = await run_in_threadpool(self._server)
        once = manager(server, json_response=True, stateless=True, max_request_body_size=LARGEST_BODY)
        async with once.run():
            await once.handle_request(scope, receive, send)

    def _server(self) -> tuple[Server[Any, Any], Callable[..., Any]]:
        """Returns the server, made at the first request: to import it takes half as long as a start may."""
        return self._made

    @cached_property
    def _made(self) -> tuple[Server[Any, Any], Callable[..., Any]]:
        from mcp import types
        from mcp.server.lowlevel import Server
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        logging.getLogger("mcp").setLevel(logging.ERROR)
        server: Server[Any, Any] = Server(NAME, instructions=self.page.title)
        listed = types.ServerResult(types.ListToolsResult(tools=list(self.listed())))

        async def list_tools(_: types.ListToolsRequest) -> types.ServerResult:
            return listed

        async def call_tool(request: types.CallToolRequest) -> types.ServerResult:
            sent = server.request_context.request
            assert sent is not None, "each call comes with a request of its own"
            return types.ServerResult(await self.called(request.params.name, sent))

        # Not by its decorators: these would check arguments by the schema, with sentences of their own.
        server.request_handlers[types.ListToolsRequest] = list_tools
        server.request_handlers[types.CallToolRequest] = call_tool
        return server, StreamableHTTPSessionManager

    def listed(self) -> list[types.Tool]:
        """Returns the tools, as the protocol describes them."""
        from mcp import types

        return [
            types.Tool(
                name=name,
                description=description_of(event.fn),
                inputSchema=schema_of(event.fn),
                annotations=types.ToolAnnotations.model_validate(READ_ONLY),
            )
            for name, event in self.events.items()
        ]

    async def called(self, name: str, request: Request) -> types.CallToolResult:
        """Returns what a tool answers, or the sentence with which its endpoint would refuse.

        Args:
            name: of the tool.
            request: that brought the call, with the arguments.

        Raises:
            McpError: there is no such tool.
        """
        from mcp import McpError, types

        event = self.events.get(name)
        if event is None:
            raise McpError(types.ErrorData(code=INVALID_PARAMS, message=NO_SUCH_TOOL))
        try:
            inputs = in_order(event, request.scope[ARGUMENTS])
            answer = await self.page.process_api(
                event, inputs, state=SessionState(self.page), request=gr.Request(request)
            )
            return _result(answer["data"][0].model_dump())
        except gr.Error as error:
            return _result(refusal(error), failed=True)
        except Exception as error:  # the protocol's library would tell what it says
            sentence = sentence_for(error)
            return _result({"error": sentence, "status": 500}, failed=True)


def in_order(event: Any, arguments: Mapping[str, Any]) -> list[Any]:
    """Returns the inputs of an event as a direct call has them.

    Args:
        event: of gradio's.
        arguments: name -> value, from anybody.

    Raises:
        gr.Error: one is missing, or has no such name.
    """
    parameters = signature(event.fn).parameters
    if not arguments.keys() <= parameters.keys():
        raise gr.Error(NO_SUCH_ARGUMENT.format(names=", ".join(parameters)), title="Please check")
    inputs = []
    for (name, parameter), field in zip(parameters.items(), event.inputs, strict=True):
        value = arguments.get(name, parameter.default)
        if value is parameter.empty:
            raise gr.Error(MISSING.format(name=name), title="Please check")
        inputs.append(as_upload(value) if isinstance(field, PictureInput) else value)
    return inputs


def as_upload(picture: Any) -> Any:
    """Returns a picture as gradio's uploads are named; what is no text stays, for the doors to refuse.

    Args:
        picture: a data URL, or the path that an upload answered; any other path is refused where uploads are.
    """
    if not isinstance(picture, str) or not picture:
        return picture
    here = {"url": picture, "path": None} if picture.startswith("data:") else {"path": picture}
    return here | {"meta": {"_type": "gradio.FileData"}}


def refusal(error: gr.Error) -> dict[str, Any]:
    """Returns what a program reads of a refusal: the sentence, and the status that a direct call would have."""
    return {"error": html.unescape(str(error.message)), "status": STATUS_OF_TITLE.get(error.title, 500)}


def _result(body: dict[str, Any], *, failed: bool = False) -> types.CallToolResult:
    from mcp import types

    text = body["error"] if failed else json.dumps(body, ensure_ascii=False, allow_nan=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structuredContent=body, isError=failed
    )
