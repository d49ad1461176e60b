"""What counts as cached: whole files at the pinned commit, found by the Hub's own rules and without a network."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import NotReadyError
from core.hub import (
    PINS,
    Pin,
    cache,
    command_for,
    digests,
    hub_cache,
    is_cached,
    local_folder,
    pins_of,
    report,
)
from core.hub.choice import ROLES
from core.hub.fetch import fetch
from core.task_table import TASKS
from tests.hub_server import Fault, HubServer

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = b"weights" * 10_000
KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, ".")
from tests.guard import close_network
close_network()
from core.hub import Pin
from core.hub.fetch import fetch
fetch(Pin("tiny", "owner/tiny", sys.argv[1], ("config.json", "model.safetensors"), 1, "mit"))
"""


@pytest.fixture
def cached_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pin:
    """A model in a cache that some other program filled."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "own"))
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    pin = Pin("kept", "a/kept", "ab" * 20, ("config.json", "model.safetensors"), 1, "mit")
    snapshot = cache.repository_folder(pin) / "snapshots" / ("ab" * 20)
    blobs = cache.repository_folder(pin) / "blobs"
    for folder in (snapshot, blobs):
        folder.mkdir(parents=True)
    (blobs / digest).write_bytes(WEIGHTS)
    (snapshot / "config.json").write_text("{}")
    (snapshot / "model.safetensors").symlink_to(f"../../blobs/{digest}")
    return pin


def test_a_whole_model_is_found(cached_pin: Pin) -> None:
    assert is_cached(cached_pin)
    assert (local_folder(cached_pin) / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named_with_the_command_that_gets_it(cached_pin: Pin, file: str) -> None:
    (local_folder(cached_pin) / file).unlink()
    pin = replace(cached_pin, name="blip-itm-large")
    with pytest.raises(NotReadyError) as caught:
        local_folder(pin)
    assert str(caught.value) == (
        f"The model a/kept is not ready: {file} is missing; get it with "
        "`python -m core models --fetch paper --task compose`."
    )


def test_a_link_to_nowhere_is_a_missing_file(cached_pin: Pin) -> None:
    (local_folder(cached_pin) / "model.safetensors").resolve().unlink()
    assert cache.missing(cached_pin) == "model.safetensors is missing"


@pytest.mark.fault_rows(48)
def test_bytes_that_are_not_those_of_the_name_are_damaged(cached_pin: Pin) -> None:
    (local_folder(cached_pin) / "model.safetensors").resolve().write_bytes(WEIGHTS[:-1] + b"!")
    assert cache.missing(cached_pin, thorough=True) == "model.safetensors is damaged"
    # Who asked for the whole truth once has told the others.
    assert cache.missing(cached_pin) == "model.safetensors is damaged"


@pytest.mark.parametrize("listed", ["files", "also"])
def test_a_small_file_that_was_cut_off_is_damaged(cached_pin: Pin, listed: str) -> None:
    data = b'{"hidden_size": 4}'
    digest = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    blob = cache.repository_folder(cached_pin) / "blobs" / digest
    blob.write_bytes(data)
    (local_folder(cached_pin) / "vocab.json").symlink_to(f"../../blobs/{digest}")
    pin = replace(cached_pin, **{listed: (*getattr(cached_pin, listed), "vocab.json")})
    assert is_cached(pin, thorough=True)
    blob.write_bytes(data[:5])
    assert cache.missing(pin) == "vocab.json is damaged"
    assert cache.missing(pin, thorough=True) == "vocab.json is damaged"
    blob.unlink()
    assert cache.missing(pin) == ("vocab.json is missing" if listed == "files" else "")


def test_the_digest_of_the_pin_counts_where_the_cache_has_no_links(cached_pin: Pin) -> None:
    weights = local_folder(cached_pin) / "model.safetensors"
    weights.unlink()
    weights.write_bytes(WEIGHTS)
    assert is_cached(replace(cached_pin, sha256={"model.safetensors": hashlib.sha256(WEIGHTS).hexdigest()}))
    other = replace(cached_pin, sha256={"model.safetensors": "0" * 64})
    assert cache.missing(other, thorough=True) == "model.safetensors is damaged"


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were hashed."""
    digested: list[Path] = []
    original = digests.sha256_of
    monkeypatch.setattr(digests, "sha256_of", lambda path: digested.append(path) or original(path))
    return digested


def test_a_digest_is_computed_once_until_the_file_changes(cached_pin: Pin, computed: list[Path]) -> None:
    assert all(is_cached(cached_pin, thorough=True) for _ in range(3))
    assert len(computed) == 1
    os.utime(local_folder(cached_pin) / "model.safetensors", (1, 1))
    assert is_cached(cached_pin, thorough=True)
    assert len(computed) == 2


def test_who_only_shows_what_is_here_computes_nothing(cached_pin: Pin, computed: list[Path]) -> None:
    assert is_cached(cached_pin) and not cache.missing(cached_pin)
    weights = local_folder(cached_pin) / "model.safetensors"
    computed.clear()
    os.utime(weights, (1, 1))
    assert is_cached(cached_pin)
    weights.write_bytes(WEIGHTS[:100])
    assert cache.missing(cached_pin) == "model.safetensors is damaged"
    weights.write_bytes(b"")
    assert cache.missing(cached_pin) == "model.safetensors is damaged"
    assert not computed


def test_two_that_want_one_file_read_it_once_and_nobody_else_waits(
    cached_pin: Pin, computed: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()
    original = digests.sha256_of

    def slow(path: Path) -> str:
        reading.set()
        assert go_on.wait(30)
        return original(path)

    monkeypatch.setattr(digests, "sha256_of", slow)
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(is_cached, cached_pin, thorough=True) for _ in range(2)]
        assert reading.wait(30)
        assert is_cached(cached_pin)  # the page, which would hang here if reading kept it waiting
        go_on.set()
        assert all(each.result() for each in both)
    assert len(computed) == 1


def test_a_cache_of_ours_that_cannot_be_written_does_no_harm(
    cached_pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computed: list[Path]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "file"))
    assert all(is_cached(cached_pin, thorough=True) for _ in range(2))
    assert len(computed) == 1


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"HF_HOME": "/a/home"},
        {"HF_HOME": "/a/home", "HF_HUB_CACHE": "$HF_HOME/models"},
        {"HUGGINGFACE_HUB_CACHE": "/an/old/one"},
        {"XDG_CACHE_HOME": "/a/cache"},
    ],
)
def test_the_cache_is_where_huggingface_hub_has_it(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code = "from huggingface_hub.constants import HF_HUB_CACHE; print(HF_HUB_CACHE)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert str(hub_cache()) == run.stdout.strip()


@pytest.mark.fault_rows(47)
def test_a_cold_cache_is_told_without_loading_huggingface_hub(tmp_path: Path) -> None:
    code = (
        "import sys; from core.hub import PINS, is_cached\n"
        "assert not any(is_cached(pin) for pin in PINS.values())\n"
        "print('huggingface_hub' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"HF_HUB_CACHE": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.split() == ["False"]


def test_a_killed_fetch_leaves_nothing_that_counts_and_is_gone_on_with(
    hub_server: HubServer, tmp_path: Path
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "config.json").write_text("{}")
    (tmp_path / "tiny" / "model.safetensors").write_bytes(WEIGHTS)
    commit = hub_server.add("owner/tiny", tmp_path / "tiny")
    pin = Pin("tiny", "owner/tiny", commit, ("config.json", "model.safetensors"), 1, "mit")
    hub_server.faults = [Fault("model.safetensors", pause=0.1)]
    process = subprocess.Popen([sys.executable, "-c", KILLED, commit], cwd=ROOT)
    try:
        end = time.monotonic() + 60
        while not any(part.stat().st_size for part in hub_server.cache.rglob("*.incomplete")):
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    assert cache.missing(pin) == "model.safetensors is missing"
    fetch(pin)
    last = [request for request in hub_server.downloads("model.safetensors") if request.sent][-1]
    assert last.start > 0
    assert (local_folder(pin) / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.fault_rows(51)
@pytest.mark.parametrize("pin", PINS.values(), ids=PINS.keys())
def test_a_pin_is_complete(pin: Pin) -> None:
    assert pin.revision is None or re.fullmatch("[0-9a-f]{40}", pin.revision)
    fetched = {*pin.files, *(file for files in pin.either for file in files)}
    assert set(pin.sha256) <= fetched
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pin.sha256.values())
    assert not any(file.endswith((".h5", ".onnx", ".msgpack", ".py")) for file in fetched | set(pin.also))
    assert any(file.endswith((".safetensors", ".bin")) for file in fetched)
    assert pin.licence and pin.bytes > 10**8


@pytest.mark.parametrize("pin", PINS.values(), ids=PINS.keys())
def test_the_command_named_for_a_pin_fetches_it(pin: Pin) -> None:
    parser = argparse.ArgumentParser()
    report.add_options(parser)
    options = parser.parse_args(command_for(pin).split()[4:])
    assert options.fetch == "paper"
    assert pin in pins_of(options.task, optional=options.optional)


def test_no_two_pins_share_a_commit_and_no_task_names_a_stranger() -> None:
    assert len({pin.revision for pin in PINS.values()}) == len(PINS)
    reached = {pin.name for task in TASKS for pin in pins_of(task.name, optional=True)}
    assert reached == {name for role in ROLES.values() for name in role.pins} == set(PINS)
