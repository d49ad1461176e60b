"""The command with the models as shipped, killed twice at moments of its work: what it makes in the end is the same."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.settings import ASSETS
from tests.core.gallery_fakes import snapshot

ROOT = Path(__file__).resolve().parents[2]
PICTURES, SHARD = 6, 4
PROGRAM = f"""
import runpy
from core.index import batches
batches.SHARD_SIZE = {SHARD}
runpy.run_module("core", run_name="__main__")
"""
"""The command with smaller shards, so that few pictures will do."""
MOMENTS = ("thumbnails/*.webp", ".work/*.shard")
"""The first file of these appears in the midst of the first shard, and after it."""


def start(folder: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, "index", str(folder), "--out", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_at(pattern: str, folder: Path, out: Path) -> int:
    """Returns the status of a build that is killed once a file of this name stands there."""
    with start(folder, out) as build:
        while build.poll() is None and not any(out.glob(pattern)):
            time.sleep(0.001)
        build.kill()
        return build.wait()


@pytest.mark.weights
@pytest.mark.fault_rows(61)
@pytest.mark.slow
def test_killed_twice_it_makes_the_gallery_of_a_run_that_nobody_disturbed(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for picture in sorted((ASSETS / "galleries" / "shop").glob("*.webp"))[:PICTURES]:
        shutil.copyfile(picture, folder / picture.name)
    whole, killed = tmp_path / "whole" / "shop", tmp_path / "killed" / "shop"
    with start(folder, whole) as undisturbed:
        assert [killed_at(pattern, folder, killed) for pattern in MOMENTS] == [-signal.SIGKILL] * 2
        assert not (killed / "manifest.json").exists() and list(killed.glob(".work/*.shard"))
        with start(folder, killed) as resumed:
            answer, errors = resumed.communicate()
        assert resumed.returncode == 0 and f"{SHARD} were encoded before, {PICTURES - SHARD} now" in answer, (
            errors
        )
        assert undisturbed.wait() == 0
    assert snapshot(killed) == snapshot(whole) and len(snapshot(whole)) == PICTURES + 5
