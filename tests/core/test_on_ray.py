"""Encoding on a Ray cluster: addresses, what is not there, and two workers on this machine, one of which dies."""

from __future__ import annotations

import copy
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import CapacityError, SettingsError
from core.index import on_ray
from core.index.batches import EncodedBatch
from core.index.build import build_gallery
from core.index.on_ray import Maker, checked_address, encoded_on_ray
from core.index.shards import origin_of, read_shard
from tests.core.gallery_fakes import FakeEncoders, draw_folder, snapshot
from tests.core.ray_build import SHARD

ROOT = Path(__file__).resolve().parents[2]
MAKER = Maker("tests.core.gallery_fakes:FakeEncoders")
PICTURES = 48


@pytest.mark.parametrize("address", ["local", "auto", "10.0.0.1:6379", "ray://head.lan:10001", "[::1]:6379"])
def test_addresses_of_clusters(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    "address", ["", "head", "head:", "head:0", "head:70000", "http://head:8265", "a b:1"]
)
def test_what_is_no_address_is_refused_before_anything_starts(address: str) -> None:
    with pytest.raises(SettingsError, match="--ray does not take .*; give HOST:PORT"):
        encoded_on_ray(address, MAKER, FakeEncoders())


def ended(address: str) -> list[EncodedBatch]:
    with encoded_on_ray(address, MAKER, FakeEncoders())(iter(())) as encoded:
        return list(encoded)


def test_without_ray_one_sentence_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match="--ray needs Ray, .* -r requirements-ray.txt` brings it"):
        ended("auto")


def test_a_ray_that_cannot_be_loaded_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ray.py").write_text('raise ImportError("its library\\nis of another machine.")')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ray", raising=False)
    with pytest.raises(
        SettingsError, match=r"cannot load the Ray that is installed \(its library\); [^\n]*`\.$"
    ):
        ended("auto")


@pytest.mark.fault_rows(94)
def test_where_nothing_listens_or_no_ray_answers_a_deadline_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(SettingsError, match=f"There is no Ray cluster at {address}"):
            ended(address)
    monkeypatch.setattr(on_ray, "JOINED_WITHIN", 0.2)
    with pytest.raises(SettingsError, match="is no Ray cluster, or takes more than"):
        on_ray._started(lambda: time.sleep(1), address)


class FarRay:
    """A cluster that is asked through a client, whose connection is gone: Ray raises what Python raises of sockets."""

    exceptions = SimpleNamespace(
        RayTaskError=TypeError,
        RuntimeEnvSetupError=TypeError,
        TaskUnschedulableError=TypeError,
        RayError=TypeError,
    )

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": {"CPU": 64.0}}]

    def remote(self, **options: Any) -> Callable[[Any], FarRay]:
        return self if "num_cpus" in options else self.gone()

    def __call__(self, work: Any) -> SimpleNamespace:
        return SimpleNamespace(remote=self.gone)

    def gone(self, *arguments: Any, **options: Any) -> Any:
        raise ConnectionError("Client is shutting down.")

    wait = gone


def test_a_far_cluster_that_is_gone_is_one_sentence_and_leaves_what_is_encoded() -> None:
    workers = on_ray._RayWorkers(FarRay(), "ray://head.lan:10001", MAKER, "origin")
    for asked in (lambda: workers.begin(0, []), workers.next_end):
        # No OSError: of those a build that goes on takes its own folder for unusable, and empties it.
        with pytest.raises(CapacityError, match="at ray://head.lan:10001 is not there any more"):
            asked()


class OfItsOwn(Exception):
    """One that cannot be made again of what it says, as another process would."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{reason} in {place}\nand more")


def failing(place: str) -> FakeEncoders:
    raise OfItsOwn(place, "no weights")


def test_what_a_worker_raises_comes_back_as_one_sentence() -> None:
    with pytest.raises(CapacityError) as raised:
        on_ray._work(Maker(f"{__name__}:failing", ("worker one",)), "", [])
    assert str(copy.copy(raised.value)) == ("A worker of the Ray cluster failed: no weights in worker one")


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.core.ray_build", *arguments],
        cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    not os.environ.get("BLENDSCOPE_CLUSTER"), reason="BLENDSCOPE_CLUSTER is not set (make cluster)"
)
def test_two_workers_make_the_same_gallery_though_one_dies_and_then_the_driver(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", PICTURES)
    whole, far, victim = tmp_path / "whole" / "shop", tmp_path / "far" / "shop", tmp_path / "victim"
    build_gallery(folder, whole, encoders=FakeEncoders())
    unlucky = (folder / "picture_007.png").read_bytes()
    digest = hashlib.sha256(unlucky).hexdigest()

    victim.write_text(f"always {digest}")
    with started(str(folder), str(far), "--victim", str(victim)) as build:
        _, errors = build.communicate()
    assert build.returncode == 2 and "CapacityError: A worker died 3 times over 4 pictures" in errors, errors
    kept = len(list(far.glob(".work/*.shard")))
    assert 0 < kept < PICTURES // SHARD and not (far / "manifest.json").exists()

    with started(str(folder), str(far), "--victim", str(tmp_path / "nobody"), "--pause", "3") as build:
        while build.poll() is None and len(list(far.glob(".work/*.shard"))) == kept:
            time.sleep(0.01)
        os.killpg(build.pid, signal.SIGKILL)
    shards = [read_shard(path, origin_of(FakeEncoders().models)) for path in far.glob(".work/*.shard")]
    known = {row.digest for shard in shards if shard is not None for row in shard.rows}
    assert len(known) >= (kept + 1) * SHARD

    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.png"))
    victim.write_text(f"once {next(digest for digest in digests if digest not in known)}")
    with started(str(folder), str(far), "--victim", str(victim)) as build:
        answer, errors = build.communicate()
    assert build.returncode == 0 and not victim.exists(), errors
    # Ray itself says on standard output that a worker died.
    assert answer.splitlines()[-1].split() == [str(len(known)), str(PICTURES - len(known))]
    assert "died" in answer and snapshot(far) == snapshot(whole)
