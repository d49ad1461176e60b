"""Page and endpoints on the paper profile: tiny models from a Hub on this machine, and what is said without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.hub import pins_of
from core.hub.fetch import fetch_all
from core.images import encode_png
from core.settings import Settings
from demo.page import build, launch_options
from demo.services import Services
from tests.hub_server import HubServer
from tests.paper import serve_tiny
from tests.pocket import painted

CALLS: dict[str, list[Any]] = {
    "classify_sketch": ["a dog", 0.5, 3],
    "compare_field_road": ["this is a photo of a field", "this is a photo of a road.", 0.4, 0.6, 0.9],
    "find_in_shop": [[4, 4, 90, 60], "a red dress", 0.5, 0.2, 0.3, 3],
    "compose": ["in red", 0.1, 0.2, 0.7, "max", 3],
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture
def page(
    hub_server: HubServer, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    serve_tiny(hub_server, tiny, monkeypatch)
    options = {name: value for name, value in launch_options().items() if name != "quiet"}
    services = Services(Settings("paper", cache=tmp_path / "own"))
    site = gr.mount_gradio_app(FastAPI(), build(services), "/", **options)
    with TestClient(site, "http://127.0.0.1:7860", raise_server_exceptions=False) as http:
        yield http


def asked(http: TestClient, endpoint: str) -> Any:
    file = encode_png(painted(3).pixels)
    path = http.post("/gradio_api/upload", files={"files": ("asked.png", file)}).json()[0]
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "asked.png"}
    return http.post(f"/gradio_api/run/{endpoint}", json={"data": [picture, *CALLS[endpoint]]})


def test_without_files_each_endpoint_says_which_command_gets_them_and_then_answers(
    page: TestClient, hub_server: HubServer
) -> None:
    for endpoint in CALLS:
        reply = asked(page, endpoint)
        assert reply.status_code != 200 and "Traceback" not in reply.text
        assert "python -m core models --fetch paper --task" in reply.json()["error"]
    assert not hub_server.requests
    fetch_all(pins_of())
    answers = {endpoint: asked(page, endpoint).json()["data"][0] for endpoint in CALLS}
    assert all(answer["profile"] == "paper" for answer in answers.values())
    assert answers["classify_sketch"]["models"]["head"].startswith("zero-shot")
    for one in answers["classify_sketch"]["classes"]:
        assert one["picture_part"] + one["words_part"] == pytest.approx(one["logit"], rel=1e-9)
    road = answers["compare_field_road"]
    assert road["head"] is None and road["agree"] is None and road["conformal_set"] is None
    assert road["verdict"] in ("field", "road", "unsure")
    for endpoint in ("find_in_shop", "compose"):
        hits = answers[endpoint]["hits"]
        assert len(hits) == 3 and sum(hits[0]["parts"].values()) == pytest.approx(hits[0]["score"], rel=1e-9)
        assert hits[0]["score"] >= hits[1]["score"] >= hits[2]["score"]
    assert asked(page, "compose").json()["data"][0] == answers["compose"], "the gallery is made once"
