"""What a start leaves out, does once, or does beside the page: nobody waits for work that no visitor needs."""

from __future__ import annotations

import gc
import os
import platform
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio import blocks, component_meta
from gradio.routes import App

from core.errors import ArtifactError
from core.settings import ROOT, Settings
from demo.page import Page
from demo.services import Services
from demo.start import TRUSTING_NOBODY, give_memory_back, uncollected
from tests.demo.fakes import FakeModels

LEFT_OUT = """
import sys, app
from demo.start import import_gradio
import_gradio()
import demo.page
import gradio
with demo.page.Page(analytics_enabled=False) as page:
    print(page._is_running_in_reload_thread)
from gradio import processing_utils, workflow
with gradio.utils.MatplotlibBackendMananger():  # as around each question
    pass
late = ("pandas.core", "huggingface_hub.inference._client", "mcp", "matplotlib")
clients = (processing_utils.sync_client, workflow._HF_CLIENT)
import os
print([name for name in late if name in sys.modules])
print("{{" in gradio.Image.upload.__doc__, "into the Image" in gradio.Image.upload.__doc__)
pools = [client._transport._pool for client in clients if hasattr(client._transport, "_pool")]
print({len(pool._ssl_context.get_ca_certs()) for pool in pools})
print(os.environ.get("SSL_CERT_DIR"))
import pandas
print(pandas.DataFrame({"a": [1]}).shape)
terminal = ("typer", "rich", "tomlkit", "gradio.cli.commands", "httpx._main")
print([name for name in terminal if name in sys.modules])
print(gradio.routes._condense_info({"named_endpoints": {}}), callable(gradio.deploy), "typer" in sys.modules, end=" ")
from gradio.cli.commands import reload
print(callable(reload))
"""


def test_the_import_of_gradio_leaves_out_what_the_page_does_not_need() -> None:
    clean = {name: value for name, value in os.environ.items() if name not in TRUSTING_NOBODY}
    done = subprocess.run(
        [sys.executable, "-c", LEFT_OUT], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60
    )
    reloads, late, documentation, authorities, variable, pandas, terminal, used = done.stdout.splitlines()
    assert late == "[]" and documentation == "False True"
    assert authorities == "{0}" and variable == "None"
    assert pandas == "(1, 1)"  # it comes once somebody uses it
    assert reloads == "False" and terminal == "[]" and used == "{} True True True"


def test_the_folder_of_certificates_holds_none() -> None:
    context = ssl.create_default_context(capath=TRUSTING_NOBODY["SSL_CERT_DIR"])
    assert context.get_ca_certs() == []


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[gr.Blocks]:
    """Those pages for which gradio makes a server from now on."""
    pages: list[gr.Blocks] = []
    create = App.create_app

    def counted(blocks: gr.Blocks, *arguments: Any, **options: Any) -> App:
        pages.append(blocks)
        return create(blocks, *arguments, **options)

    monkeypatch.setattr(App, "create_app", staticmethod(counted))
    return pages


def test_the_server_of_a_page_is_made_when_it_is_launched(servers: list[gr.Blocks]) -> None:
    with Page(analytics_enabled=False) as page:
        gr.HTML("Here.")
        with gr.Blocks(analytics_enabled=False):
            pass
    page.queue(max_size=3)
    others = [each for each in servers if each is not page]
    assert len(servers) == len(others) > 0
    assert App.create_app(page).get_blocks() is page and page._queue.max_size == 3


def test_a_page_is_described_once_and_anew_when_something_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    described: list[int] = []
    describe = gr.HTML.get_config
    monkeypatch.setattr(gr.HTML, "get_config", lambda self: described.append(1) or describe(self))
    with Page(analytics_enabled=False) as page:
        gr.HTML("Here.")
    first = page.get_config_file()
    page.title = "Another"
    assert page.get_config_file()["title"] == "Another" and len(described) == 1
    with page:
        gr.HTML("There.")
    assert len(page.config["components"]) == len(first["components"]) + 1
    assert page.get_config_file()["components"] == page.config["components"]


def test_the_arguments_of_a_component_are_read_once_for_each_class() -> None:
    reads = [blocks.inspect.signature, component_meta.inspect.getfullargspec]
    with Page(analytics_enabled=False) as page:
        gr.HTML("Here.")
    before = [read.cache_info().misses for read in reads]
    with page:
        for number in range(20):
            gr.HTML(f"There, {number}.")
    assert len(page.get_config_file()["components"]) == 21
    assert [read.cache_info().misses for read in reads] == before


def test_the_collector_rests_during_a_start_and_works_afterwards_even_if_that_fails() -> None:
    try:
        with pytest.raises(ArtifactError), uncollected():
            assert not gc.isenabled()
            raise ArtifactError("The gallery is damaged.")
        assert gc.isenabled() and gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


class Watched(FakeModels):
    """Models whose joint encoder is noticed when it is read, and may be damaged."""

    def __init__(self, damaged: bool = False) -> None:
        super().__init__()
        self.damaged, self.reader = damaged, threading.main_thread()
        self.read = threading.Event()

    @property
    def joint(self) -> Any:
        """The encoder of the stand-ins."""
        self.reader = threading.current_thread()
        self.read.set()
        if self.damaged:
            raise ArtifactError("The weights are missing.")
        return self.encoder


@pytest.mark.parametrize("damaged", [False, True])
def test_the_towers_are_read_beside_the_page_and_a_fault_is_left_to_the_tasks(damaged: bool) -> None:
    models = Watched(damaged)
    services = Services(Settings(), models=models)
    services.start_reading()
    assert models.read.wait(10) and models.reader is not threading.main_thread()
    # A daemon would be ended by an interruption in the middle of compiled code, which takes the process down.
    assert not models.reader.daemon
    models.reader.join(10)
    assert set(services.loading().states.values()) == {"waiting"}
    assert services.task("field-road") is not None


@pytest.mark.parametrize("settings", [Settings(profile="paper"), Settings(runtime="torch")])
def test_models_that_are_slow_to_import_wait_for_the_page(settings: Settings) -> None:
    models = Watched()
    Services(settings, models=models).start_reading()
    assert not models.read.wait(0.05)


HELD = """
import sys
from demo.start import give_memory_back
def held():
    status = open("/proc/self/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
pieces = [bytearray(60_000) for _ in range(1500)]
between = bytearray(60_000)
del pieces
before = held()
give_memory_back()
print(before - held())
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or not Path("/proc/self/status").exists(),
    reason="only glibc's allocator keeps what lies between",
)
def test_what_the_reading_of_models_left_between_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert float(done.stdout) > 50, done.stderr


def test_where_there_is_no_such_allocator_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    give_memory_back()
