"""The same faults by the other way in: a call of the endpoint's tool, by the Model Context Protocol."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.faults.asking import NAMES, Ask, Check, Fault
from tests.running import Reply, RunningApp

DOOR = "/gradio_api/mcp"
ACCEPTED = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
PICKED = {28, 29, *range(38, 45)}
"""Rows that are sent again, of what the doors of single arguments refuse, or take."""
ASKED_AGAIN = 2
"""Of each row so many requests: the doors are those of the endpoints, which are asked them all."""
NOT_AGAIN = ("41 no such map", "41 no such item", "41 places that are asked for", "41 a box beyond the edge")
"""Of these, one is about another door, and three are about what a tool takes long for and has no say in."""


def call(method: str, **params: Any) -> bytes:
    """Returns a request of the protocol; NaN and infinities go out as Python writes them."""
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


@dataclass(frozen=True)
class ByTools:
    """The running app, whose endpoints are asked as tools.

    Args:
        app: answers.
    """

    app: RunningApp

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app, name)

    def ask(self, endpoint: str, picture: Any, *inputs: Any) -> Reply:
        """Calls the tool of an endpoint; a picture goes along as its path or its data URL, a text."""
        if isinstance(picture, dict):
            picture = picture.get("url") or picture.get("path")
        arguments = dict(zip(("picture", *NAMES[endpoint]), (picture, *inputs), strict=True))
        reply = self.sent(call("tools/call", name=endpoint[1:], arguments=arguments))
        if reply.status != 200:
            return reply
        result = reply.body["result"]
        body = result["structuredContent"]
        (content,) = result["content"]
        if result["isError"]:
            assert content["text"] == body["error"]
            return replace(reply, status=body["status"], body=body)
        assert json.loads(content["text"]) == body
        return replace(reply, body={"data": [body]})

    def sent(self, content: bytes) -> Reply:
        """Sends the bytes of a request of the protocol."""
        answer = self.app.http.post(DOOR, content=content, headers=ACCEPTED)
        return Reply(answer.status_code, answer.json(), answer.text, answer.elapsed.total_seconds())


def by_tools(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yields those rows that are sent again, to be asked of tools."""
    for fault in faults:
        if int(fault.name.split()[0].rstrip("a")) in PICKED and fault.name not in NOT_AGAIN:
            yield Fault(f"{fault.name}, asked of a tool", fault.asks[:ASKED_AGAIN], _of_tools(fault.check))


def bare(content: bytes) -> Ask:
    """Returns a request to the door of tools with this very body; the protocol's own refusal is its sentence."""

    def ask(app: RunningApp) -> Reply:
        reply = ByTools(app).sent(content)
        error = reply.body.get("error")
        return replace(reply, body={"error": error["message"]}) if isinstance(error, dict) else reply

    return ask


def told(words: str) -> Check:
    """Returns a check for a tool's refusal of its arguments, one sentence with the status of a direct call."""

    def check(app: RunningApp, ask: Ask) -> None:
        result = ask(app).body["result"]
        assert result["isError"] and result["structuredContent"]["status"] == 422
        assert words in result["structuredContent"]["error"]

    return check


def _of_tools(check: Check) -> Check:
    return lambda app, ask: check(ByTools(app), ask)  # type: ignore[arg-type]
