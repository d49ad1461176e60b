"""Starting: nothing heavy at import, one line and a status when it cannot start, models behind the page."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
import uvicorn
from gradio import http_server
from starlette.middleware import Middleware

import app
from core.errors import ArtifactError, NotReadyError
from core.settings import ROOT
from demo import lazy_value
from demo.lazy_value import LazyValue
from demo.page import Page, _loading
from demo.services import Services
from demo.start import be_patient
from tests.demo.fakes import FakeModels
from tests.running import free_port


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs app.py to its end."""
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_page_imports_neither_torch_nor_faiss() -> None:
    heavy = ("torch", "faiss", "open_clip", "timm", "transformers", "sklearn", "matplotlib")
    code = f"import sys, demo.page, app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.fault_rows(79)
def test_the_page_is_built_where_neither_is_installed() -> None:
    code = (
        "import sys; sys.modules.update({'torch': None, 'faiss': None})\n"
        "from core.settings import Settings; from demo.page import build; from demo.services import Services\n"
        "print(type(build(Services(Settings()))).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "Page", done.stderr


def test_widgets_leave_no_stub_files() -> None:
    assert not list((ROOT / "demo").rglob("*.pyi"))


@pytest.mark.parametrize(
    ("arguments", "environment", "reason"),
    [
        (["--gallery", "/no/such/folder"], {}, "gallery"),
        (["--profile", "nonsense"], {}, "profile"),
        ([], {"BLENDSCOPE_PROFILE": "nonsense"}, "profile"),
        ([], {"BLENDSCOPE_INDEX": "annoy"}, "no index called 'annoy'; choose one of exact, faiss"),
        ([], {"BLENDSCOPE_MODEL_BYTES": "much"}, "BLENDSCOPE_MODEL_BYTES"),
        ([], {"BLENDSCOPE_RUNTIME": "abacus"}, "runtime"),
        (
            ["--profile", "paper"],
            {"BLENDSCOPE_MODELS": "zzz"},
            "BLENDSCOPE_MODELS: There is no role called 'zzz'",
        ),
        (["--scores", "/no/such/file"], {}, "scores"),
        (["--talk", "/no/such/talk"], {}, "/no/such/talk"),
        ([], {"GRADIO_SERVER_PORT": "abc"}, "GRADIO_SERVER_PORT"),
        ([], {"GRADIO_SERVER_PORT": "99999"}, "port"),
        ([], {"GRADIO_SERVER_NAME": "203.0.113.7"}, "GRADIO_SERVER_NAME"),
        ([], {"GRADIO_TEMP_DIR": "/proc/uploads"}, "GRADIO_TEMP_DIR"),
        (["--gallery", "demo"], {"BLENDSCOPE_CACHE": "/proc/cache"}, "BLENDSCOPE_CACHE"),
    ],
)
@pytest.mark.fault_rows(78)
def test_a_bad_start_is_one_line_and_a_status(
    arguments: list[str], environment: dict[str, str], reason: str
) -> None:
    begin = time.monotonic()
    done = run(arguments, **environment)
    assert done.returncode == 2 and time.monotonic() - begin < 2 * float(os.environ.get("SLOWNESS", "2"))
    assert len(done.stderr.strip().splitlines()) == 1 and reason in done.stderr
    assert done.stdout == "", "no address is told of a page that will not be there"


@pytest.mark.parametrize(
    "error", [ValueError("A proxy, it seems.\nAnd more."), ImportError("No socksio."), OSError()]
)
def test_whatever_fails_at_the_start_is_one_line_and_a_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def run(*_: object) -> None:
        raise error

    monkeypatch.setattr(app, "run", run)
    assert app.main([]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and str(error).partition("\n")[0] in line


@pytest.mark.fault_rows(78)
def test_a_used_port_is_one_line_and_a_status() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run([], GRADIO_SERVER_PORT=port)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and port in done.stderr


class SlowToAnswer:
    """Lets gradio's look at its own address wait for as long as a busy machine might."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/robots.txt":
            await asyncio.sleep(3.3)
        await self.app(scope, receive, send)


class LeapingClock:
    """A clock that moves on by a minute at every look."""

    sleep = staticmethod(time.sleep)

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        self.now += 60
        return self.now


def test_a_busy_machine_may_take_its_time_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "time", LeapingClock())
    with Page(analytics_enabled=False) as page:
        gr.HTML("Here.")
    slow = {"middleware": [Middleware(SlowToAnswer)]}
    try:
        _, url, _ = page.launch(
            prevent_thread_lock=True, server_port=free_port(), quiet=True, app_kwargs=slow, inbrowser=False
        )
        assert httpx.get(url, trust_env=False).status_code == 200
    finally:
        page.close()


def test_a_server_that_ended_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient()
    monkeypatch.setattr(http_server, "time", LeapingClock())
    server = http_server.Server(uvicorn.Config(None))  # type: ignore[arg-type]
    monkeypatch.setattr(server, "run", lambda: None)
    with pytest.raises(http_server.ServerFailedToStartError):
        server.run_in_thread()


def test_a_damaged_gallery_is_one_line_and_a_status(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    done = run(["--gallery", str(tmp_path)])
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_demo_is_there_for_those_who_import_the_app() -> None:
    assert type(app.demo).__name__ == "Page"
    with pytest.raises(AttributeError):
        _ = app.nothing_of_the_kind


def test_who_asks_while_a_part_is_made_waits_for_it() -> None:
    going, values = threading.Event(), []

    def make() -> str:
        going.wait(5)
        values.append(1)
        return "made"

    part: LazyValue[str] = LazyValue(make)
    got: list[str] = []
    askers = [threading.Thread(target=lambda: got.append(part.get())) for _ in range(4)]
    for asker in askers:
        asker.start()
    going.set()
    for asker in askers:
        asker.join(5)
    assert got == ["made"] * 4 and values == [1] and part.state == "ready"


def test_who_waits_too_long_hears_that_models_are_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy_value, "LONGEST_WAIT", 0.05)
    going = threading.Event()
    part: LazyValue[bool] = LazyValue(lambda: going.wait(5))
    first = threading.Thread(target=part.get)
    first.start()
    while part.state != "loading":
        time.sleep(0.001)
    with pytest.raises(NotReadyError, match="still loading"):
        part.get()
    going.set()
    first.join(5)


def test_a_failure_is_told_and_tried_again() -> None:
    results: list[Any] = [ArtifactError("The weights are missing."), "made"]

    def make() -> str:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return str(result)

    part: LazyValue[str] = LazyValue(make)
    with pytest.raises(ArtifactError):
        part.get()
    assert (part.state, part.reason) == ("failed", "The weights are missing.")
    assert part.get() == "made" and part.state == "ready"


def test_the_heading_tells_how_far_the_models_are(assets: tuple[Services, FakeModels]) -> None:
    services, _ = assets
    assert "Models are loading" in _loading(services)
    services.start_warming().join(10)
    now = services.loading()
    assert now.over and now.states["sketch"] == now.states["field_road"] == "ready"
    shown = _loading(services)
    assert "Some models could not be loaded" in shown and "compose" in shown
    assert re.search(r"sketch:", shown) is None


def test_damaged_examples_are_left_out(tmp_path: Path, assets: tuple[Services, FakeModels]) -> None:
    services, _ = assets
    (tmp_path / "examples" / "sketch.json").write_text('{"examples": [{"title": 1}]}')
    assert services.examples("sketch") == () and services.examples("nothing") == ()


ARENAS = """
import ctypes, sys, threading
from demo.start import bound_arenas
if sys.argv[2] == "bounded":
    bound_arenas()
library = ctypes.CDLL(None)
for name in ("malloc", "fopen"):
    getattr(library, name).restype = ctypes.c_void_p
together = threading.Barrier(6)
def hold():
    together.wait()
    library.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(6)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
file = ctypes.c_void_p(library.fopen(sys.argv[1].encode(), b"w"))
library.malloc_info(0, file), library.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's allocator has arenas to bound")
def test_the_threads_of_many_visitors_share_two_arenas_of_the_allocator(tmp_path: Path) -> None:
    def arenas(way: str) -> int:
        report = tmp_path / way
        environment = {key: value for key, value in os.environ.items() if "MALLOC" not in key}
        command = [sys.executable, "-c", ARENAS, str(report), way]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
        return report.read_text().count("<heap nr=")

    assert arenas("bounded") <= 2 < arenas("as it comes")


def test_an_interruption_of_the_start_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run", interrupted)
    assert app.main([]) == 130 and capsys.readouterr().err == ""
