"""What gradio's server is asked: only what this page needs; failures have a name; addresses follow the browser."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from gradio.routes import App
from PIL import Image
from starlette.routing import Route
from starlette.testclient import TestClient

from demo import routes
from demo.copy import NO_ADDRESS, NO_ENDPOINT, NO_FETCHING, PUT_AWAY
from demo.middleware import NO_INPUT, NoSilence
from demo.opening import STANDS
from demo.page import Page
from tests.demo.conftest import Served
from tests.demo.fakes import draw_sketch

ASKED: dict[str, list[Any]] = {
    "classify_sketch": ["x", 0.5, 2],
    "compare_field_road": ["a field", "a road", 0.4, 0.6, None],
    "find_in_shop": [None, "", 1, 0, 0, 5],
    "compose": ["in red", 0, 0, 1, "mean", 5],
}
NEEDED = {
    "GET": {
        "/", "/config", "/config/", "/assets/{path}", "/static/{path}", "/svelte/{path}", "/favicon.ico",
        "/manifest.json", "/robots.txt", "/theme.css", "/gradio_api/theme.css", "/gradio_api/info",
        "/gradio_api/info/", "/gradio_api/app_id", "/gradio_api/app_id/", "/gradio_api/startup-events",
        "/gradio_api/upload_progress", "/gradio_api/queue/data", "/gradio_api/heartbeat/{session_hash}",
        "/gradio_api/call/{api_name}/{event_id}", "/gradio_api/call/v2/{api_name}/{event_id}",
        "/gradio_api/file={path_or_url}",
    },
    "HEAD": {"/", "/gradio_api/file={path_or_url}"},
    "POST": {
        "/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset",
        "/gradio_api/reset/",
        *(f"/gradio_api/{way}/{{api_name}}{end}" for way in ("run", "api", "call", "call/v2") for end in ("", "/")),
    },
}  # fmt: skip


def routes_below(router: Any, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yields path and methods of every route, also of routers that others include."""
    for route in router.routes:
        if isinstance(route, Route):
            yield prefix + route.path, route.methods or set()
        else:
            yield from routes_below(route.original_router)


def test_of_all_that_gradio_serves_only_what_is_needed_is_open(served: Served) -> None:
    open_ones: dict[str, set[str]] = {method: set() for method in NEEDED}
    for template, methods in routes_below(App.create_app(Page())):
        path = re.sub(r":\w+}", "}", template)
        for method in methods & NEEDED.keys():
            listed = routes.ASKING if method == "POST" else routes.READING
            if listed.fullmatch(re.sub(r"{\w+}", "x", path)):
                open_ones[method].add(path)
    assert open_ones == NEEDED


CLOSED = (
    "deep_link?session_hash=x", "monitoring", "monitoring/summary", "gradio_api/runs", "gradio_api/proxy=http://a.hf.space",
    "gradio_api/file=http://127.0.0.1:1/", "gradio_api/file=HTTPS://example.org/", "gradio_api/file= http://example.org/",
    "gradio_api/file=file:///etc/passwd", "gradio_api/file/app.py", "gradio_api/dev/reload", "gradio_api/vibe-code",
    "gradio_api/profiling/traces", "gradio_api/run-history/records", "gradio_api/token", "gradio_api/user", "logout",
    "gradio_api/queue/status", "gradio_api/deep_link?session_hash=x", "gradio_api/custom_component/a/client/b/c.js",
    "gradio_api/call/compose/a%00b", "gradio_api/heartbeat/%01",
    "gradio_api/stream/a/b/1/playlist.m3u8", "gradio_api/openapi.json", "openapi.json", "docs", "app.py", ".env",
)  # fmt: skip


@pytest.mark.fault_rows(76, 77)
@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_address_is_as_if_it_were_not_there(served: Served, path: str) -> None:
    reply = served.http.get(f"/{path}", follow_redirects=False)
    assert (reply.status_code, reply.json()["error"]) == (404, NO_ADDRESS)


@pytest.mark.parametrize(
    "path", ["login", "gradio_api/component_server", "gradio_api/vibe-edit", "gradio_api/stream/x"]
)
def test_what_would_change_something_is_closed(served: Served, path: str) -> None:
    assert served.http.post(f"/{path}", json={}).json()["error"] == NO_ADDRESS
    assert served.http.request("DELETE", f"/{path}").status_code == 404


def test_the_sheet_of_an_early_visitor_is_answered_by_the_page_too(served: Served) -> None:
    assert served.http.get("/opening").text == STANDS


@pytest.mark.parametrize(
    "path", ["/gradio_api/run/nothing", "/gradio_api/call/nothing", "/gradio_api/call/v2/nothing"]
)
def test_an_endpoint_that_there_is_not_is_named_as_that(served: Served, path: str) -> None:
    reply = served.http.post(path, json={"data": []})
    assert (reply.status_code, reply.json()["error"]) == (404, NO_ENDPOINT)
    by_number = {"data": [], "fn_index": 9999, "session_hash": "mine"}
    for door in ("run/predict", "queue/join"):
        reply = served.http.post(f"/gradio_api/{door}", json=by_number)
        assert (reply.status_code, reply.json()["error"]) == (404, NO_ENDPOINT)


@pytest.mark.fault_rows(45)
@pytest.mark.parametrize("inputs", [{}, {"picture": None, "colour": "red"}])
def test_inputs_by_other_names_are_refused_in_a_sentence(served: Served, inputs: dict[str, Any]) -> None:
    reply = served.http.post("/gradio_api/call/v2/classify_sketch", json=inputs)
    assert (reply.status_code, reply.json()["error"]) == (422, NO_INPUT)


@pytest.mark.parametrize("error", [KeyError("/classify_sketch"), KeyError("a name"), OSError("/srv/secret")])
def test_any_other_failure_has_an_id_that_the_log_explains(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: Any) -> None:
        raise error

    with caplog.at_level(logging.ERROR):
        reply = TestClient(NoSilence(fail)).post("/gradio_api/run/classify_sketch", json={})
    code = re.search(r"error id (\w+)", reply.json()["error"])
    assert reply.status_code == 500 and code and "secret" not in reply.text
    record = next(entry for entry in caplog.records if code[1] in entry.getMessage())
    assert record.exc_info and record.exc_info[1] is error


def test_the_page_takes_its_root_from_the_browser(served: Served) -> None:
    page = served.http.get("/").text
    assert 'window.gradio_config.root = ".";' in page and 'const root = ".";' in page
    assert not re.search(r'(href|src)="/', page)


@pytest.mark.fault_rows(73)
def test_nobody_writes_into_what_others_read(served: Served) -> None:
    for path in ("/gradio_api/info", "/gradio_api/info/", "/gradio_api/info?all_endpoints=1", "/", "/config"):
        served.http.get(path, headers={"X-Forwarded-Host": "evil.example"})
    served.http.post("/gradio_api/call/v2/nothing", json={}, headers={"X-Forwarded-Host": "evil.example"})
    for path in ("/gradio_api/info", "/", "/config"):
        assert "evil.example" not in served.http.get(path).text


@pytest.mark.fault_rows(77)
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/a.png", " HTTPS://example.org/a.png"])
def test_nothing_is_fetched_whatever_input_names_an_address(served: Served, address: str) -> None:
    file = {"path": address, "url": address, "meta": {"_type": "gradio.FileData"}}
    for box in (file, [file], {"deep": [file]}):
        reply = served.ask("find_in_shop", served.picture, box, "", 1, 0, 0, 5)
        assert (reply.status_code, reply.json()["error"]) == (422, NO_FETCHING)


@pytest.mark.fault_rows(77)
@pytest.mark.parametrize(
    "more", [{}, {"meta": None}, {"meta": {"_type": "file"}}, {"orig_name": "a.png", "url": "a.png"}]
)
def test_no_file_of_this_machine_is_read_whatever_an_object_says_of_it(
    served: Served, tmp_path: Path, more: dict[str, Any]
) -> None:
    private = draw_sketch(tmp_path / "private.png")
    for path in (
        private,
        served.picture["path"] + "/../../../" + str(private),
        tmp_path / "missing.png",
        Path(served.picture["path"]).parent,  # gradio would stop at it when it removes what is old
        "/etc/passwd",
    ):
        file = {"path": str(path), **more}
        for endpoint, rest in ASKED.items():
            reply = served.ask(endpoint, file, *rest)
            assert (reply.status_code, reply.json()["error"]) == (422, PUT_AWAY), (endpoint, reply.text[:300])
        reply = served.ask("find_in_shop", served.picture, {"deep": [file]}, "", 1, 0, 0, 5)
        assert (reply.status_code, reply.json()["error"]) == (422, PUT_AWAY)
    fine = served.ask("classify_sketch", {"path": served.picture["path"], **more}, *ASKED["classify_sketch"])
    assert fine.status_code == (422 if more == {"meta": None} else 200)


def test_files_are_named_beside_the_page(tmp_path: Path) -> None:
    (tmp_path / "head.txt").write_text("weights")
    drawn = tmp_path / "drawn.png"
    Image.new("RGB", (8, 8), "red").save(drawn)
    with Page() as page:
        gr.Image(str(drawn))
        gr.Button().click(lambda: str(tmp_path / "head.txt"), None, gr.File(), api_name="give")
    site = gr.mount_gradio_app(FastAPI(), page, "/", allowed_paths=[str(tmp_path)])
    with TestClient(routes.Anywhere(site)) as http:
        given = http.post("/gradio_api/run/give", json={"data": []}).json()["data"][0]
        assert given["url"].startswith("./gradio_api/file=")
        assert http.get(given["url"][1:]).text == "weights"
        for headers in ({}, {"X-Forwarded-Host": "inside:7860"}):
            shown = re.findall(r'"url":"([^"]*/file=[^"]*)"', http.get("/", headers=headers).text)
            assert len(shown) == 1 and shown[0].startswith("./gradio_api/file="), shown
