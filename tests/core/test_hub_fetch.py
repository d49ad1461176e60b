"""Fetching a model: whole, resumed, checked, once; and one sentence for each way in which it fails."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import ArtifactError, BlendscopeError, CapacityError, NotReadyError, SettingsError
from core.hub import Pin, is_cached, local_folder, transfer
from core.hub import fetch as fetching
from core.hub.cache import commit_of, repository_folder
from core.hub.fetch import fetch, fetch_all
from tests.hub_server import Fault, HubServer

WEIGHTS = os.urandom(40_000)
FILES = {"config.json": b'{"hidden_size": 4}', "model.safetensors": WEIGHTS, "onnx/model.onnx": b"not wanted"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "PAUSE", 0.0)


@pytest.fixture
def pin(hub_server: HubServer, tmp_path: Path) -> Pin:
    return serve(hub_server, tmp_path / "tiny", FILES)


def serve(hub: HubServer, folder: Path, files: dict[str, bytes], **changes: Any) -> Pin:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    commit = hub.add("owner/tiny", folder)
    digest = {"model.safetensors": hashlib.sha256(files["model.safetensors"]).hexdigest()}
    fields = {"revision": commit, "sha256": digest} | changes
    return Pin(
        "tiny", "owner/tiny", files=("config.json", "model.safetensors"), bytes=1, licence="mit", **fields
    )


def parts_sent(hub: HubServer) -> list[tuple[int, int]]:
    """Returns first byte and length of what was sent of the weights, in order."""
    return [(request.start, request.sent) for request in hub.downloads("model.safetensors") if request.sent]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_files_of_the_pin_are_fetched_and_no_others(hub_server: HubServer, pin: Pin) -> None:
    reports: list[tuple[int, int, str]] = []
    folder = fetch(pin, lambda *state: reports.append(state))
    assert folder == local_folder(pin) == repository_folder(pin) / "snapshots" / str(pin.revision)
    assert contents(folder) == {"config.json": FILES["config.json"], "model.safetensors": WEIGHTS}
    total = len(WEIGHTS) + len(FILES["config.json"])
    assert reports[0][:2] == (0, total)
    assert reports[-1][:2] == (total, total)
    assert [done for done, _, _ in reports] == sorted(done for done, _, _ in reports)


def test_what_is_here_is_not_asked_for_again(hub_server: HubServer, pin: Pin) -> None:
    fetch(pin)
    hub_server.requests.clear()
    assert fetch(pin) == local_folder(pin)
    assert hub_server.requests == []


def test_a_cut_connection_goes_on_where_it_stopped(hub_server: HubServer, pin: Pin) -> None:
    hub_server.faults = [Fault("model.safetensors", cut_after=length) for length in (10_000, 9_000)]
    fetch(pin)
    assert parts_sent(hub_server) == [(0, 10_000), (10_000, 9_000), (19_000, 21_000)]


def test_a_later_fetch_asks_only_for_the_rest(hub_server: HubServer, pin: Pin) -> None:
    hub_server.faults = [
        Fault("model.safetensors", cut_after=30_000),
        Fault("safetensors", cut_after=0, times=99),
    ]
    with pytest.raises(NotReadyError, match="goes on where it stopped"):
        fetch(pin)
    assert not is_cached(pin)
    hub_server.faults, before = [], len(parts_sent(hub_server))
    fetch(pin)
    assert parts_sent(hub_server)[before:] == [(30_000, 10_000)]


def test_a_server_that_ignores_the_range_is_no_harm(hub_server: HubServer, pin: Pin) -> None:
    hub_server.faults = [Fault("model.safetensors", cut_after=5_000), Fault("model.safetensors", whole=True)]
    assert contents(fetch(pin))["model.safetensors"] == WEIGHTS


@pytest.mark.parametrize("file", sorted(FILES.keys() - {"onnx/model.onnx"}))
def test_wrong_bytes_are_refused_and_mended_by_the_next_fetch(
    hub_server: HubServer, pin: Pin, file: str
) -> None:
    hub_server.faults = [Fault(file, wrong=True)]
    with pytest.raises(ArtifactError, match=f"{file} of owner/tiny came damaged"):
        fetch(pin)
    assert not is_cached(pin)
    assert contents(fetch(pin))[file] == FILES[file]


def test_other_weights_than_the_pinned_ones_are_not_even_fetched(
    hub_server: HubServer, tmp_path: Path
) -> None:
    pin = serve(hub_server, tmp_path / "tiny", FILES, sha256={"model.safetensors": "0" * 64})
    with pytest.raises(ArtifactError, match="another model.safetensors"):
        fetch(pin)
    assert not any("resolve" in request.path for request in hub_server.requests)


@pytest.mark.parametrize("data", [b"", b"other bytes"])
def test_a_file_that_was_damaged_later_is_fetched_anew(hub_server: HubServer, pin: Pin, data: bytes) -> None:
    (fetch(pin) / "model.safetensors").resolve().write_bytes(data)
    with pytest.raises(
        NotReadyError, match="model.safetensors is damaged; get it with `python -m core models"
    ):
        local_folder(pin)
    assert contents(fetch(pin))["model.safetensors"] == WEIGHTS


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("data", [b'{"hidden', b'{"hidden_size": 5}'])
def test_a_small_file_that_was_damaged_later_is_fetched_anew(
    hub_server: HubServer, pin: Pin, data: bytes, linked: bool
) -> None:
    config = fetch(pin) / "config.json"
    config.resolve().write_bytes(data)
    assert not is_cached(pin, thorough=True)
    if not linked:
        config.unlink()  # the name is gone, the damaged bytes are still in the cache
    hub_server.requests.clear()
    assert contents(fetch(pin))["config.json"] == FILES["config.json"]
    assert not hub_server.downloads("model.safetensors")


@pytest.mark.fault_rows(51)
def test_without_a_revision_main_is_resolved_once_and_kept(hub_server: HubServer, tmp_path: Path) -> None:
    pin = serve(hub_server, tmp_path / "old", FILES, revision=None)
    first = hub_server.main["owner/tiny"]
    hub_server.faults = [Fault("model.safetensors", cut_after=0, times=transfer.TRIES)]
    with pytest.raises(NotReadyError):
        fetch(pin)
    newer = {"config.json": b"{}", "model.safetensors": b"trained for longer"}
    serve(hub_server, tmp_path / "new", newer)
    assert hub_server.main["owner/tiny"] != first
    assert contents(fetch(pin))["model.safetensors"] == WEIGHTS
    assert commit_of(pin) == local_folder(pin).name == first


def test_of_two_ways_to_have_the_weights_the_better_one_that_exists_is_fetched(
    hub_server: HubServer, tmp_path: Path
) -> None:
    files = {"config.json": b"{}", "pytorch_model.bin": b"weights", "vocab.txt": b"[PAD]"}
    pin = serve(
        hub_server, tmp_path / "bin", files | {"model.safetensors": b""},
        either=(("a.safetensors",), ("pytorch_model.bin",)), also=("vocab.txt", "merges.txt"), sha256={},
    )  # fmt: skip
    pin = dataclasses.replace(pin, files=("config.json",))
    assert contents(fetch(pin)) == files
    (local_folder(pin) / "pytorch_model.bin").unlink()
    with pytest.raises(NotReadyError, match="a.safetensors is missing"):
        local_folder(pin)


def test_a_commit_without_a_file_that_is_needed_says_so(hub_server: HubServer, pin: Pin) -> None:
    with pytest.raises(NotReadyError, match="has no vocab.txt at the commit"):
        fetch(dataclasses.replace(pin, files=(*pin.files, "vocab.txt")))


def test_cancelling_keeps_what_has_come(hub_server: HubServer, pin: Pin) -> None:
    hub_server.faults = [Fault("model.safetensors", pause=0.002)]
    seen: list[int] = []
    with pytest.raises(NotReadyError, match="was stopped; what has come is kept"):
        fetch(
            pin,
            lambda done, total, file: seen.append(done),
            cancelled=lambda: bool(seen and seen[-1] > 5_000),
        )
    assert not is_cached(pin)
    fetch(pin)
    assert parts_sent(hub_server)[-1][0] > 4_000


def test_two_fetches_at_once_download_once(hub_server: HubServer, pin: Pin) -> None:
    hub_server.faults = [Fault("model.safetensors", pause=0.002)]
    gate = threading.Barrier(3)

    def together(number: int) -> Path:
        gate.wait()
        return fetch(pin)

    with ThreadPoolExecutor(3) as pool:
        folders = set(pool.map(together, range(3)))
    assert folders == {local_folder(pin)}
    assert len(parts_sent(hub_server)) == 1


def test_several_models_count_as_one_download(hub_server: HubServer, tmp_path: Path) -> None:
    pin = serve(hub_server, tmp_path / "tiny", FILES)
    commit = hub_server.add("owner/other", tmp_path / "tiny")
    other = dataclasses.replace(pin, name="other", repository="owner/other", revision=commit)
    reports: list[tuple[int, int, str]] = []
    folders = fetch_all([pin, other], lambda *state: reports.append(state))
    assert folders == [local_folder(pin), local_folder(other)]
    total = 2 * (len(WEIGHTS) + len(FILES["config.json"]))
    assert reports[-1][:2] == (total, total)
    assert all(done <= whole for done, whole, _ in reports)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault("", status=401), "does not give owner/tiny to you .HTTP 401.; log in with `hf auth login`"),
        (Fault("", status=500), "answered with HTTP 500 for owner/tiny; wait a little"),
        (Fault("model.safetensors", status=403), "does not give model.safetensors of owner/tiny to you"),
        (Fault("model.safetensors", status=404), "has no model.safetensors of owner/tiny"),
        (Fault("model.safetensors", status=503), "HTTP 503 for model.safetensors of owner/tiny; wait a little"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_hub_becomes_a_sentence(
    hub_server: HubServer, pin: Pin, fault: Fault, sentence: str
) -> None:
    hub_server.faults = [fault]
    with pytest.raises(NotReadyError, match=sentence) as caught:
        fetch(pin)
    assert "\n" not in str(caught.value)
    assert fetch(pin), "the next fetch works"


def test_an_unknown_repository_or_commit_becomes_a_sentence(hub_server: HubServer, pin: Pin) -> None:
    with pytest.raises(NotReadyError, match="has no nobody/nothing .HTTP 404.; check HF_ENDPOINT"):
        fetch(dataclasses.replace(pin, repository="nobody/nothing"))
    with pytest.raises(NotReadyError, match="has no owner/tiny at commit 12121212"):
        fetch(dataclasses.replace(pin, revision="12" * 20))


def test_a_full_disk_is_told_before_the_download(
    hub_server: HubServer, pin: Pin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda path: SimpleNamespace(free=30_000))
    with pytest.raises(CapacityError, match="no room for owner/tiny: 0.0 GB are needed"):
        fetch(pin)
    assert not hub_server.downloads("model.safetensors")


@pytest.mark.fault_rows(47)
@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_answers_at_once(
    hub_server: HubServer, pin: Pin, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    start = time.perf_counter()
    with pytest.raises(NotReadyError, match="could not be reached for owner/tiny; check the connection"):
        fetch(pin)
    with pytest.raises(NotReadyError, match="config.json is missing; get it with"):
        local_folder(pin)
    assert time.perf_counter() - start < 1
    assert hub_server.requests == []


def test_a_hub_that_nobody_runs_becomes_a_sentence(hub_server: HubServer, pin: Pin) -> None:
    with pytest.raises(NotReadyError, match="could not be reached"):
        fetch(pin, endpoint="http://127.0.0.1:9")
    with pytest.raises(SettingsError, match="HF_ENDPOINT is 'hub.local', which is no address"):
        fetch(pin, endpoint="hub.local")


@pytest.mark.parametrize("page", [b"<html>please log in</html>", b"{}", b"[]", b""])
def test_a_page_in_place_of_the_hub_becomes_a_sentence(hub_server: HubServer, pin: Pin, page: bytes) -> None:
    hub_server.faults = [Fault("", page=page)]
    with pytest.raises(NotReadyError, match="is not a Hugging Face Hub; check HF_ENDPOINT") as caught:
        fetch(pin)
    assert "\n" not in str(caught.value)
    assert fetch(pin), "the next fetch works"


def test_a_name_that_no_repository_can_have_becomes_a_sentence(hub_server: HubServer, pin: Pin) -> None:
    with pytest.raises(SettingsError, match="can have no repository called 'a/b/c.bin'"):
        fetch(dataclasses.replace(pin, repository="a/b/c.bin"))


def test_a_cache_that_cannot_be_written_becomes_a_sentence(
    hub_server: HubServer, pin: Pin, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BlendscopeError) as caught:
        fetch(pin, cache=tmp_path / "file")
    assert str(tmp_path) not in str(caught.value)
