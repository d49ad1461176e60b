"""The whole page, all four tabs, on fake models that note who reaches them at once; served without a socket."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.testclient import TestClient

from demo.page import Page, build, launch_options
from demo.services import Services
from tests.demo.fakes import FakeModels, draw_field, draw_sketch, services_with_examples
from tests.demo.retrieval_fakes import FakeServices

RUNNING: ContextVar[Any] = ContextVar("running", default=None)
"""The event of the page that runs."""


class Door(list[str]):
    """Stands where a fake notes its calls: each takes a moment, and those inside at once are counted."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._inside = self.most = 0
        self.events: dict[str, Any] = {}
        self.moment = 0.002

    def append(self, name: str) -> None:
        """Lets one call through."""
        with self._lock:
            super().append(name)
            self._inside += 1
            self.most = max(self.most, self._inside)
            event = RUNNING.get()
            self.events[f"{event.name} {event._id}" if event else "nobody"] = event
        time.sleep(self.moment)
        with self._lock:
            self._inside -= 1


class AllModels(FakeModels):
    """Fakes for all four tasks, behind one door."""

    def __init__(self) -> None:
        super().__init__()
        self.door = Door()
        self.shop = FakeServices()
        self.encoder.calls = self.shop.encoders.calls = self.door

    def street_to_shop(self, gallery: Any) -> Any:
        return self.shop.street_to_shop()

    def compose(self, gallery: Any) -> Any:
        return self.shop.compose()


@dataclass
class Whole:
    """The page and what stands behind it.

    Attributes:
        http: asks it.
        page: itself.
        models: the fakes.
        pictures: uploaded ones, as the page sends them.
        values: of each component, as a browser would send them.
    """

    http: TestClient
    page: Page
    models: AllModels
    pictures: list[dict[str, Any]]
    values: dict[int, Any] = field(default_factory=dict)

    def ask(self, endpoint: str, *data: Any) -> Any:
        """Calls an endpoint directly, past gradio's queue."""
        return self.http.post(f"/gradio_api/run/{endpoint}", json={"data": list(data)})

    def trigger(self, event: Any, session: str) -> list[dict[str, Any]]:
        """Sends an event as a browser does, with what its inputs hold, and keeps what it answers."""
        data = [self.values.get(component._id) for component in event.inputs]
        body = {"data": data, "fn_index": event._id, "session_hash": session, "trigger_id": None}
        if not event.queue:
            answer = self.http.post("/gradio_api/run/predict", json=body)
            messages = [{"output": answer.json(), "success": answer.status_code == 200}]
        else:
            self.http.post("/gradio_api/queue/join", json=body).raise_for_status()
            stream = self.http.get(f"/gradio_api/queue/data?session_hash={session}").text
            stream_messages = [
                json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")
            ]
            messages = [
                message
                for message in stream_messages
                if message["msg"] in ("process_generating", "process_completed")
            ]
        self._keep(event, messages)
        return messages

    def _keep(self, event: Any, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            if message["success"] and message.get("msg") != "process_generating":
                for component, value in zip(event.outputs, message["output"].get("data", ()), strict=False):
                    if isinstance(value, dict) and value.get("__type__") == "update":
                        value = value.get("value", self.values.get(component._id))
                    if not isinstance(component, gr.State):
                        self.values[component._id] = value


@contextmanager
def whole_page(folder: Path) -> Iterator[Whole]:
    """Serves the page over assets made in a folder."""
    services, _ = services_with_examples(folder)
    models = AllModels()
    given: Any = models
    services = Services(services.settings, models=given, assets=folder)
    shown: Any = models.shop.gallery
    services.gallery = shown  # type: ignore[method-assign]
    services._galleries.searched = lambda task: shown()  # type: ignore[method-assign, misc]
    options = {name: value for name, value in launch_options().items() if name != "quiet"}
    page = build(services)
    _name_running(page)
    site = gr.mount_gradio_app(FastAPI(), page, "/", **options)
    with TestClient(site, "http://127.0.0.1:7860", raise_server_exceptions=False) as http:
        whole = Whole(http, page, models, [])
        for number in range(8):
            file = (draw_sketch if number == 0 else draw_field)(
                folder / f"{number}.png", *([(90 + 20 * number, 150, 60)] if number else [])
            )
            path = http.post(
                "/gradio_api/upload", files={"files": (file.name, file.read_bytes(), "image/png")}
            ).json()[0]
            whole.pictures.append(
                {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": file.name}
            )
        _fill(whole)
        yield whole


def _name_running(page: Page) -> None:
    original = page.call_function

    async def named(block_fn: Any, *arguments: Any, **options: Any) -> Any:
        token = RUNNING.set(page.fns[block_fn] if isinstance(block_fn, int) else block_fn)
        try:
            return await original(block_fn, *arguments, **options)
        finally:
            RUNNING.reset(token)

    page.call_function = named  # type: ignore[method-assign]


def _fill(whole: Whole) -> None:
    """Gives each component a value with which its events do all that they can do."""
    lists = 0
    values = {
        component["id"]: component["props"].get("value") for component in whole.page.config["components"]
    }
    for number, block in whole.page.blocks.items():
        value = values.get(number)
        if isinstance(block, gr.Image | gr.UploadButton):
            value = whole.pictures[0]
        elif isinstance(block, gr.File):
            value = whole.pictures[1 + 3 * (lists % 2) : 4 + 3 * (lists % 2)]
            lists += 1
        elif isinstance(block, gr.Checkbox):
            value = True
        elif isinstance(block, gr.Textbox) and not value:
            value = "a red dress"
        whole.values[number] = value
