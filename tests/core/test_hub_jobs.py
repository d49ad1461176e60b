"""The download in the background, and the command `models`: what they tell, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import __main__ as cli
from core.errors import CapacityError, SettingsError
from core.hub import PINS, is_cached, local_folder, transfer
from core.hub.jobs import BackgroundFetch, FetchState
from core.settings import ROOT
from tests.hub_server import Fault, HubServer

LARGE = PINS["blip-itm-large"]
WITHIN = 60.0


@pytest.fixture(autouse=True)
def served(hub_server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HubServer:
    """The one model that Compose needs, with a few bytes in place of its weights."""
    monkeypatch.setattr(transfer, "PAUSE", 0.0)
    folder = tmp_path / "itm"
    folder.mkdir()
    for file in LARGE.files:
        (folder / file).write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(os.urandom(30_000))
    (folder / "tf_model.h5").write_bytes(b"not wanted")
    hub_server.add(LARGE.repository, folder, LARGE.revision)
    return hub_server


def test_the_background_fetch_tells_how_far_it_is_and_ends() -> None:
    job = BackgroundFetch()
    assert job.state == FetchState()
    started = job.start("compose")
    assert (started.task, started.running, started.total) == ("compose", True, LARGE.bytes)
    state = job.wait(WITHIN)
    total = 30_000 + 2 * len(LARGE.files)
    assert state == FetchState("compose", done=total, total=total, file="pytorch_model.bin", finished=True)
    assert state.share == 1.0
    assert is_cached(LARGE)
    assert job.start("compose").task == "compose"
    assert job.wait(WITHIN).finished, "with all files here it ends at once"


def test_cancelling_ends_it_without_a_failure(served: HubServer) -> None:
    served.faults = [Fault("pytorch_model.bin", pause=0.05)]
    job = BackgroundFetch()
    job.start("compose")
    job.cancel()
    state = job.wait(WITHIN)
    assert (state.running, state.cancelled, state.failed, state.finished) == (False, True, "", False)
    assert not is_cached(LARGE)
    served.faults = []
    job.start("compose")
    assert job.wait(WITHIN).finished


def test_a_failure_is_a_sentence(served: HubServer) -> None:
    served.faults = [Fault("", status=500)]
    job = BackgroundFetch()
    job.start("compose")
    state = job.wait(WITHIN)
    assert "answered with HTTP 500" in state.failed
    assert (state.running, state.finished, state.cancelled) == (False, False, False)


def test_one_task_at_a_time() -> None:
    go_on = threading.Event()

    def waits(pins: Any, progress: Callable[[int, int, str], None], cancelled: Callable[[], bool]) -> None:
        progress(1, 4, "config.json")
        assert go_on.wait(WITHIN)

    job = BackgroundFetch(waits)
    job.start("sketch")
    try:
        assert job.start("sketch").running, "asking twice is no second download"
        with pytest.raises(CapacityError, match="The models of sketch are being fetched"):
            job.start("compose")
        with pytest.raises(SettingsError, match="no task called 'cooking'"):
            job.start("cooking")
    finally:
        go_on.set()
    assert job.wait(WITHIN).finished


def test_an_unforeseen_error_ends_it_too(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(*given: Any, **more: Any) -> None:
        raise RuntimeError("a secret")

    job = BackgroundFetch(breaks)
    job.start("compose")
    state = job.wait(WITHIN)
    assert not state.running
    assert "The download failed" in state.failed
    assert "secret" not in state.failed
    assert "a secret" in caplog.text


def test_the_table_lists_every_model_and_loads_nothing(
    served: HubServer, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models"]) == 0
    out, _ = capfd.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == [
        "profile",
        "task",
        "model",
        "repository",
        "revision",
        "size",
        "licence",
        "state",
    ]
    assert sum(line.startswith("pocket") and line.endswith("cached") for line in lines) == 2
    for pin in PINS.values():
        assert any(pin.repository in line and str(pin.revision)[:8] in line for line in lines), pin.name
    assert served.requests == []


def test_json_is_one_object_with_what_is_missing(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "--json", "--task", "compose"]) == 0
    out, _ = capfd.readouterr()
    rows = [row for row in json.loads(out)["models"] if row["profile"] == "paper"]
    assert out.count("\n") == 1
    assert [(row["model"], row["optional"], row["cached"]) for row in rows] == [
        ("blip-itm-large", False, False),
        ("blip-itm-base", True, False),
    ]
    assert rows[0]["revision"] == LARGE.revision
    assert rows[0]["missing"] == "config.json is missing"


def test_fetching_says_the_size_first_and_answers_with_one_sentence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    command = ["models", "--fetch", "paper", "--task", "compose"]
    assert cli.main(command) == 0
    out, err = capfd.readouterr()
    assert out == "1 model is here: blip-itm-large.\n"
    assert err.startswith("Fetching blip-itm-large: 1.80 GB in all.\n")
    assert cli.main(command) == 0
    assert capfd.readouterr().out == "Nothing to fetch: 1 model is here already.\n"
    assert cli.main(["models", "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)["models"]
    assert [row["model"] for row in rows if row["cached"] and row["profile"] == "paper"] == ["blip-itm-large"]


def test_fetching_mends_a_small_file_that_was_cut_off(capfd: pytest.CaptureFixture[str]) -> None:
    command = ["models", "--fetch", "paper", "--task", "compose"]
    assert cli.main(command) == 0
    (local_folder(LARGE) / "config.json").resolve().write_bytes(b"{")
    assert cli.main(["models", "--task", "compose"]) == 0
    assert "config.json is damaged" in capfd.readouterr().out
    assert cli.main(command) == 0
    assert (local_folder(LARGE) / "config.json").read_bytes() == b"{}"


def test_a_failed_fetch_ends_with_status_2_and_one_sentence(
    served: HubServer, capfd: pytest.CaptureFixture[str]
) -> None:
    served.faults = [Fault("", status=401)]
    assert cli.main(["models", "--fetch", "paper", "--task", "compose"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith(
        "python -m core: The Hub does not give Salesforce/blip-itm-large-coco"
    )


@pytest.mark.parametrize("address", ["http://[bad", "http://localhost:port", "localhost:80", "http://"])
def test_an_address_of_the_hub_that_is_none_is_told_before_anything_reads_it(address: str) -> None:
    """A process of its own, since huggingface_hub reads the address when it is imported."""
    command = [sys.executable, "-m", "core", "models", "--fetch", "paper", "--task", "compose"]
    run = subprocess.run(
        command, env=os.environ | {"HF_ENDPOINT": address}, cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.count("\n") == 1 and "which is no address" in run.stderr
