"""The real app in a process of its own, for the tests of the page, of the endpoints and of the faults."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 60.0
MODELS_WITHIN = 180.0


def free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@dataclass(frozen=True)
class Reply:
    """What an endpoint answered.

    Attributes:
        status: of HTTP.
        body: the JSON object sent back, {} when it was none.
        text: the whole body as it came.
        seconds: from the request to the last byte.
    """

    status: int
    body: dict[str, Any]
    text: str
    seconds: float

    @property
    def answer(self) -> dict[str, Any]:
        """The one object that a public endpoint returns."""
        assert self.status == 200, self.text[:500]
        value = self.body["data"][0]
        assert isinstance(value, dict)
        return value

    @property
    def sentence(self) -> str:
        """The sentence with which it was refused, or ""; gradio's own refusals may be a list instead."""
        reason = self.body.get("error") or self.body.get("detail")
        return reason if isinstance(reason, str) else ""


@dataclass
class RunningApp:
    """`python app.py` behind the closed network, in an empty home of its own.

    Args:
        folder: where its home, caches and log go.
        options: of app.py.
        host: the interface that it listens on.
        environment: variables that it is started with besides.
        root: the tree that it is started from.
        python: the command that runs Python, and so chooses its packages.
    """

    folder: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    environment: dict[str, str] = field(default_factory=dict)
    root: Path = ROOT
    python: tuple[str, ...] = (sys.executable,)

    def __enter__(self) -> Self:
        for name in ("home", "cache", "uploads"):
            (self.folder / name).mkdir(parents=True)
        own = {
            "HOME": str(self.folder / "home"),
            "BLENDSCOPE_CACHE": str(self.folder / "cache"),
            "GRADIO_TEMP_DIR": str(self.uploads),
            "GRADIO_SERVER_NAME": self.host,
            "GRADIO_SERVER_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        ours = {name: value for name, value in os.environ.items() if not name.startswith("BLENDSCOPE_")}
        variables = ours | own | self.environment
        self.log = self.folder / "log.txt"
        self.began = time.monotonic()
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                [*self.python, "tests/guard.py", "app.py", *self.options],
                cwd=self.root, env=variables, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.http = httpx.Client(base_url=self.url, timeout=MODELS_WITHIN + 20, trust_env=False)
        try:
            self._wait_for_page()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def uploads(self) -> Path:
        """Where gradio keeps what was sent."""
        return self.folder / "uploads"

    def output(self) -> str:
        """Returns everything that the app printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def upload(self, content: bytes, name: str = "picture.png") -> dict[str, Any]:
        """Sends a file as the page does, and returns how to name it in a request.

        Raises:
            httpx.HTTPStatusError: it was refused.
        """
        answer = self.http.post("/gradio_api/upload", files={"files": (name, content)}).raise_for_status()
        return {"path": answer.json()[0], "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def ask(self, endpoint: str, *inputs: Any) -> Reply:
        """Calls a public endpoint over plain HTTP; NaN and infinities go out as Python writes them."""
        return self.post(f"/gradio_api/run{endpoint}", json.dumps({"data": inputs}).encode())

    def post(self, path: str, content: bytes) -> Reply:
        """Sends raw bytes as a JSON body."""
        began = time.monotonic()
        answer = self.http.post(path, content=content, headers={"content-type": "application/json"})
        try:
            body = answer.json()
        except ValueError:
            body = {}
        fields = body if isinstance(body, dict) else {}
        return Reply(answer.status_code, fields, answer.text, time.monotonic() - began)

    def memory(self, *, reset: bool = False) -> int:
        """Returns the most bytes that the app held since it was last reset."""
        folder = Path("/proc") / str(self.process.pid)
        if reset:
            (folder / "clear_refs").write_text("5")
        lines = (folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def _wait_for_page(self) -> None:
        while time.monotonic() < self.began + START_WITHIN:
            if self.process.poll() is not None:
                raise RuntimeError(f"the app ended with status {self.process.returncode}:\n{self.output()}")
            try:
                if self.http.get("/", timeout=5).status_code == 200:
                    self.painted = time.monotonic() - self.began
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError(f"no page within {START_WITHIN:.0f} s:\n{self.output()}")
