"""The tools as programs use them, by the protocol's own client: it gets a link, and a browser shows the same there."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import Browser, Page, expect

from core.settings import ASSETS
from core.state import from_query
from tests.e2e.conftest import PROJECTOR, watched_page
from tests.faults import pictures
from tests.faults.tools import DOOR
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]
Asking = Callable[[ClientSession], Awaitable[Any]]


def in_a_session(app: RunningApp, ask: Asking) -> Any:
    """Returns what comes of a session of the protocol's own client; a thread has no loop of the browser's."""

    async def session() -> Any:
        async with (
            streamable_http_client(app.url + DOOR) as (incoming, outgoing, _),
            ClientSession(incoming, outgoing) as client,
        ):
            await client.initialize()
            return await ask(client)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, session()).result(120)


def in_request(data: bytes, kind: str = "png") -> str:
    """Returns a picture as a text."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def shown(browser: Browser, link: str, sentence: str) -> Page:
    """Opens a link in a window without memory and waits for its answer."""
    page, watched = watched_page(browser, PROJECTOR)
    page.goto(link)
    expect(page.locator("[role=tabpanel]:visible .verdict").first).to_contain_text(sentence)
    assert not watched.troubles, "\n".join(watched.troubles)
    return page


def test_a_program_asks_and_a_browser_shows_the_same(warm_app: RunningApp, browser: Browser) -> None:
    toy = next(iter(sorted((ASSETS / "examples" / "toys").glob("*.webp")))).read_bytes()
    sketch = pictures.saved(pictures.sketch())

    async def ask(client: ClientSession) -> Any:
        names = {tool.name for tool in (await client.list_tools()).tools}
        composed = await client.call_tool(
            "compose",
            {"picture": in_request(toy, "webp"), "text": "in red", "w0": 0.2, "w1": 0.3, "w2": 0.5, "k": 3},
        )
        classified = await client.call_tool(
            "classify_sketch", {"picture": in_request(sketch), "alpha": 0.7, "top_k": 1}
        )
        again = await client.call_tool("answer_view", {"view": composed.structuredContent["link"], "k": 3})
        example = await client.call_tool("answer_view", {"view": "tab=street-to-shop&example=2&band=0.1,0.2"})
        return names, *(result.structuredContent for result in (composed, classified, again, example))

    names, composed, classified, again, example = in_a_session(warm_app, ask)
    assert {"classify_sketch", "compare_field_road", "find_in_shop", "compose", "answer_view"} <= names
    assert not names & {"opened", "uploaded", "weighed", "linked", "noted", "lengthened"}
    assert [hit["item"] for hit in again["hits"]] == [hit["item"] for hit in composed["hits"]]
    assert composed["link"].startswith(f"{warm_app.url}/?tab=compose&upload=")
    assert any("also has band" in note for note in example["notes"]) and "band" not in example["view"]

    page = shown(browser, composed["link"], composed["sentence"])
    first = page.locator("[role=tabpanel]:visible .answer .tile").first
    expect(first).to_be_visible()
    view = from_query(urlsplit(page.url).query)
    page.context.close()
    # How many results a program is given is nothing that the page shows, so its address loses it.
    assert replace(view, theme="", k=3) == from_query(composed["view"])
    page = shown(browser, classified["link"], classified["classes"][0]["label"])
    page.context.close()
    page = shown(browser, example["link"], example["sentence"])
    page.context.close()


@pytest.mark.fault_rows(73)
def test_a_picture_in_a_request_is_nobody_s_file(warm_app: RunningApp) -> None:
    before = set(warm_app.uploads.rglob("*"))
    picture = in_request(pictures.saved(pictures.sketch()))

    async def ask(client: ClientSession) -> Any:
        mine = await client.call_tool("classify_sketch", {"picture": picture, "caption": "a zebra of mine"})
        theirs = await client.call_tool("classify_sketch", {"picture": picture})
        return mine.structuredContent, theirs, await client.list_tools()

    mine, *others = in_a_session(warm_app, ask)
    assert mine["caption"] == "a zebra of mine" and "zebra" not in str(others)
    assert set(warm_app.uploads.rglob("*")) == before
