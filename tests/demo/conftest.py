"""The real page on fake models, served in this process without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from demo.page import build, launch_options
from demo.services import Services
from tests.demo.fakes import FakeModels, draw_sketch, services_with_examples
from tests.demo.retrieval_fakes import FakeServices


@dataclass(frozen=True)
class Served:
    """A page that answers.

    Attributes:
        http: asks it.
        services: what stands behind it.
        models: the fakes behind that.
        picture: an uploaded sketch, as the endpoints take it.
    """

    http: TestClient
    services: Services
    models: FakeModels
    picture: dict[str, Any]

    def ask(self, endpoint: str, *data: Any) -> Any:
        """Calls an endpoint directly."""
        return self.http.post(f"/gradio_api/run/{endpoint}", json={"data": list(data)})


@pytest.fixture(scope="session", autouse=True)
def loops_are_closed() -> Iterator[None]:
    """Closes the event loops that gradio makes for every page built outside of one, and leaves open."""
    loops: list[asyncio.AbstractEventLoop] = []
    original = asyncio.new_event_loop

    def recorded() -> asyncio.AbstractEventLoop:
        loops.append(original())
        return loops[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "new_event_loop", recorded)
        yield
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page, shared by the tests that only ask it questions."""
    folder = tmp_path_factory.mktemp("assets")
    services, models = services_with_examples(folder)
    options = {name: value for name, value in launch_options().items() if name != "quiet"}
    site = gr.mount_gradio_app(FastAPI(openapi_url=None), build(services), "/", **options)
    with TestClient(site, "http://127.0.0.1:7860", raise_server_exceptions=False) as http:
        file = draw_sketch(folder / "asked.png").read_bytes()
        path = http.post("/gradio_api/upload", files={"files": ("asked.png", file)}).json()[0]
        picture = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "asked.png"}
        yield Served(http, services, models, picture)


@pytest.fixture
def assets(tmp_path: Path) -> tuple[Services, FakeModels]:
    """Services on fake models, for one test alone."""
    return services_with_examples(tmp_path)


@pytest.fixture
def services() -> FakeServices:
    """What a retrieval tab needs, over a small shop; for one test alone."""
    return FakeServices()
