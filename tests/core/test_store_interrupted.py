"""Saving weights over others: killed anywhere, disturbed by readers, by other writers or by a full disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import ArtifactError
from core.store import load_artifact, read_manifest, save_artifact, sha256_of, write_atomically
from tests.core.artefact_saver import MANIFEST, save

ROOT = Path(__file__).resolve().parents[2]
KEPT = {"README.md", "simplex", "nouns.txt"}


def flat(folder: Path, version: int) -> None:
    """Writes weights as format 1 did."""
    save(folder, version)
    value = json.loads((folder / "manifest.json").read_text())
    (folder / f"weights-{value['tensors_sha256']}.safetensors").rename(folder / "weights.safetensors")
    (folder / f"seen-{value.pop('seen_sha256')}.txt").rename(folder / "seen.txt")
    (folder / "manifest.json").write_text(json.dumps(value | {"format": 1}))


def version_in(folder: Path) -> int:
    """Returns which weights a reader finds, after the check that list, tensors and manifest are of one save."""
    tensors, manifest = load_artifact(folder, kind="toy", models={"towers": "a"})
    version = int(manifest.details["version"])
    assert float(tensors["rows"][0, 0]) == version and manifest.seen == {f"{version:02x}" * 8}
    return version


def names(folder: Path) -> set[str]:
    """Returns the names of all files, digests left out."""
    return {path.name.partition("-")[0] for path in folder.iterdir()}


@pytest.mark.parametrize("before", [flat, save], ids=["over format 1", "over format 2"])
def test_killed_at_any_point_of_a_save_the_old_or_the_new_weights_are_there(
    tmp_path: Path, before: Callable[[Path, int], None]
) -> None:
    """A process forks a child for each point of the save, which kills itself there as `kill -9` would."""
    before(tmp_path / "old", 1)
    for name in KEPT - {"simplex"}:
        (tmp_path / "old" / name).write_text("kept")
    (tmp_path / "old" / "simplex").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.artefact_saver", str(tmp_path)],
        cwd=ROOT, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    killed = sorted(tmp_path.glob("killed-*"), key=lambda path: int(path.name.partition("-")[2]))
    versions = [version_in(folder) for folder in killed]
    assert len(versions) == int(done.stdout) > 8
    assert versions == sorted(versions) and set(versions) == {1, 2}, "old up to one point, new from there on"
    for folder in killed:
        assert all((folder / name).exists() for name in KEPT)
        save(folder, 3)
        assert version_in(folder) == 3
        assert names(folder) == {"manifest.json", "weights", "seen"} | KEPT, (
            "nothing is left of the killed save"
        )


def test_weights_in_format_1_open_and_are_left_as_they_are(tmp_path: Path) -> None:
    flat(tmp_path, 1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"manifest.json", "seen.txt", "weights.safetensors"}
    assert version_in(tmp_path) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "weights.safetensors").unlink()
    with pytest.raises(ArtifactError, match=r"missing their weights\.safetensors"):
        load_artifact(tmp_path, kind="toy", models=None)


def test_readers_and_writers_at_once_never_meet_half_of_anything(tmp_path: Path) -> None:
    save(tmp_path, 0)
    over = threading.Event()

    def read() -> int:
        count = 0
        while not over.is_set() or not count:
            assert 0 <= version_in(tmp_path) < 20
            count += 1
        return count

    def write(version: int) -> None:
        save(tmp_path, version)

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for done in [pool.submit(write, version) for version in range(20)]:
            done.result()
        over.set()
        assert all(reader.result() for reader in readers)
    assert names(tmp_path) == {"manifest.json", "weights", "seen"}


def test_many_threads_may_write_one_path(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    contents = [bytes([65 + number]) * 5000 for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda turn: write_atomically(path, contents[turn % 4]), range(200)))
    assert path.read_bytes() in contents and [entry.name for entry in tmp_path.iterdir()] == ["notes.json"]


@pytest.mark.fault_rows(63)
@pytest.mark.parametrize("fails_at", range(3))
def test_a_disk_that_fills_up_leaves_the_old_weights_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    save(tmp_path, 1)
    before = {path.name: sha256_of(path) for path in tmp_path.iterdir()}
    calls = 0

    def full(source: Path, target: Path) -> None:
        nonlocal calls
        calls += 1
        if calls > fails_at:
            raise OSError(28, "No space left on device")
        source.rename(target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path, 2)
    assert version_in(tmp_path) == 1
    assert {path.name: sha256_of(path) for path in tmp_path.iterdir()} == before


def test_the_same_weights_saved_twice_stay(tmp_path: Path) -> None:
    tensors = {"a": np.ones(3, dtype=np.float32)}
    save_artifact(tmp_path, tensors, MANIFEST)
    once = {path.name for path in tmp_path.iterdir()}
    save_artifact(tmp_path, tensors, replace(MANIFEST, seed=9))
    assert {path.name for path in tmp_path.iterdir()} == once and read_manifest(tmp_path).seed == 9
    assert load_artifact(tmp_path, kind="toy", models=None)[0]["a"].tolist() == [1, 1, 1]
