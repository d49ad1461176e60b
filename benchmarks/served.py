"""The app in a process of its own on loopback, asked over HTTP, and its memory."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image, ImageDraw

from demo.copy import BUSY

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 300.0


class App:
    """A running app, asked over HTTP.

    Args:
        port: on loopback.
        process: its number, for its memory.
    """

    def __init__(self, port: int, process: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"
        self.http = httpx.Client(
            base_url=f"{self.url}/gradio_api",
            timeout=START_WITHIN,
            trust_env=False,
            limits=httpx.Limits(max_connections=200),
        )

    def memory(self) -> float:
        """Returns the megabytes that it holds now."""
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def upload(self, seed: int) -> dict[str, Any]:
        """Sends a picture of chance and returns how to name it."""
        stream = io.BytesIO()
        image = Image.new("RGB", (320, 320), "white")
        pen, chance = ImageDraw.Draw(image), np.random.default_rng(seed)
        for _ in range(8):
            x, y, width, height = chance.integers(10, 150, 4).tolist()
            colour = tuple(chance.integers(0, 200, 3).tolist())
            pen.ellipse((x, y, x + width, y + height), outline=colour, width=6)
        image.save(stream, "PNG")
        sent = self.http.post(
            "/upload", files={"files": ("picture.png", stream.getvalue())}
        ).raise_for_status()
        return {"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}

    def ask(self, endpoint: str, data: list[Any]) -> tuple[Any, str]:
        """Calls an endpoint directly, and returns the answer, or None and why there is none."""
        reply = self.http.post(f"/run/{endpoint}", json={"data": data})
        return _answer_of(reply, "error", "data")

    def ask_in_queue(self, endpoint: str, data: list[Any]) -> tuple[Any, str]:
        """Joins gradio's queue and listens, as programs do; returns what `ask` returns."""
        event, refusal = _answer_of(
            self.http.post(f"/call/{endpoint}", json={"data": data}), "detail", "event_id"
        )
        if refusal:
            return None, refusal
        heard = self.http.get(f"/call/{endpoint}/{event}").text
        if "event: complete" not in heard:
            return None, heard[-200:]
        return json.loads(heard.rpartition("data: ")[2]), ""


def _answer_of(reply: httpx.Response, sentence: str, wanted: str) -> tuple[Any, str]:
    body = reply.json()
    if reply.status_code == 200:
        return body[wanted], ""
    reason = str(body.get(sentence))
    return None, reason if (reply.status_code, reason) == (
        503,
        BUSY,
    ) else f"{reply.status_code} {reason[:200]}"


@contextmanager
def started_app() -> Iterator[App]:
    """Starts the app with the pocket models in an empty home of its own."""
    from tests.running import free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="blendscope-load-") as folder:
        own = {
            "BLENDSCOPE_CACHE": folder,
            "GRADIO_TEMP_DIR": f"{folder}/uploads",
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(port),
        }
        with Path(folder, "log.txt").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=os.environ | own, stdout=log, stderr=log
            )
        try:
            app = App(port, process.pid)
            end = time.monotonic() + START_WITHIN
            while time.monotonic() < end:
                try:
                    app.http.get("/info", timeout=5).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.2)
            yield app
        finally:
            process.terminate()
            process.wait(30)
