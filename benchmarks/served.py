"""The app in a process of its own on loopback, asked over HTTP, and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.pictures import sketch
from demo.copy import BUSY

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 300.0


class App:
    """A running app, asked over HTTP.

    Args:
        port: on loopback.
        process: its number, for its memory.
        began: when it was started, by `time.monotonic`.
    """

    def __init__(self, port: int, process: int, began: float) -> None:
        self.process, self.url, self.began = process, f"http://127.0.0.1:{port}", began
        self.http = httpx.Client(
            base_url=f"{self.url}/gradio_api",
            timeout=START_WITHIN,
            trust_env=False,
            limits=httpx.Limits(max_connections=200),
        )

    def wait(self) -> None:
        """Comes back once the page answers programs."""
        while time.monotonic() < self.began + START_WITHIN:
            try:
                self.http.get("/info", timeout=5).raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.02)

    def memory(self) -> float:
        """Returns the megabytes that it holds now."""
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def processor_seconds(self) -> float:
        """Returns for how long its threads have computed, which tells more than a clock where others compute, too."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def upload(self, seed: int) -> dict[str, Any]:
        """Sends a picture of chance and returns how to name it."""
        content = sketch(seed, 320, coloured=True)
        sent = self.http.post("/upload", files={"files": ("picture.png", content)}).raise_for_status()
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
def started_app(home: Path | None = None) -> Iterator[App]:
    """Starts the app with the pocket models, and waits until it answers.

    Args:
        home: where its cache and uploads go; None for an empty folder of its own.
    """
    with starting_app(home) as app:
        app.wait()
        yield app


@contextmanager
def starting_app(home: Path | None = None, command: Sequence[str] = ("app.py",)) -> Iterator[App]:
    """Starts the app, and does not wait; see `started_app`.

    Args:
        home: as there.
        command: for Python, another page at the same address.
    """
    from tests.running import free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="blendscope-load-") as own_home:
        folder = home or Path(own_home)
        own = {
            "BLENDSCOPE_CACHE": str(folder),
            "GRADIO_TEMP_DIR": str(folder / "uploads"),
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(port),
        }
        # A second start finds the compiled modules that the first one left, as it does at home.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with (folder / "log.txt").open("wb") as log:
            began = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=inherited | own, stdout=log, stderr=log
            )
        try:
            yield App(port, process.pid, began)
        finally:
            process.terminate()
            process.wait(30)
