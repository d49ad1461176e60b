"""A build may be killed, raced or out of space: the gallery before stays whole, and it goes on later."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from core.contracts import GalleryEncoders
from core.errors import CapacityError, DataError
from core.index import batches
from core.index import build as gallery_module
from core.index import writer as writer_module
from core.index.build import build_gallery
from core.types import EncodedPictures, Picture
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder, opened, snapshot

ROOT = Path(__file__).resolve().parents[2]


def command(folder: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "tests.core.gallery_build", str(folder), str(out), *options]


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Builds in a process that a build can kill; all are forks of one, which need not import everything anew."""
    program = [sys.executable, "-m", "tests.core.gallery_build"]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin and server.stdout
        asking, answering = server.stdin, server.stdout

        def build(folder: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
            arguments = [str(folder), str(out), *options]
            asking.write(json.dumps(arguments) + "\n")
            asking.flush()
            return subprocess.CompletedProcess(arguments, *json.loads(answering.readline()))

        yield build
        asking.close()


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SHARD_SIZE", 4)


FORMATS = pytest.mark.parametrize(
    ("count", "options"), [(40, ()), (13, ("--segments", "5"))], ids=["whole", "segments"]
)


@pytest.mark.fault_rows(61)
@pytest.mark.slow
@FORMATS
def test_killed_at_every_write_it_resumes_to_the_same_bytes(
    tmp_path: Path, run: Run, count: int, options: Sequence[str]
) -> None:
    """Row 61 of the fault matrix: kill -9 at each write, rename and removal of a build."""
    folder = draw_folder(tmp_path / "pictures", count)
    (folder / "broken.png").write_text("no picture")
    whole = run(folder, tmp_path / "whole" / "shop", *options)
    assert whole.returncode == 3, whole.stderr
    expected, moments = snapshot(tmp_path / "whole"), int(whole.stdout.split()[0])
    assert moments > count
    chance, taken_over = random.Random(0), 0
    for die_at in sorted({1, 2, 3, moments - 1, moments, *chance.sample(range(1, moments), 15)}):
        out = tmp_path / f"killed_{die_at}"
        killed = run(folder, out / "shop", "--die-at", str(die_at), *options)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        resumed = run(folder, out / "shop", *options)
        assert resumed.returncode == 3, resumed.stderr
        assert snapshot(out) == expected, f"killed at {die_at}"
        taken_over = max(taken_over, int(resumed.stdout.split()[1]))
    assert taken_over == count


@pytest.mark.fault_rows(62)
@pytest.mark.slow
@FORMATS
def test_killed_at_any_time_a_rebuild_shows_the_old_gallery_or_the_new(
    tmp_path: Path, run: Run, count: int, options: Sequence[str]
) -> None:
    """Row 62: a crash between the files of a bundle."""
    folder, out = draw_folder(tmp_path / "pictures", 6), tmp_path / "shop"
    assert run(folder, out, *options).returncode == 0
    old = list(opened(out).items)
    for number in range(6, 12):
        draw(folder / f"picture_{number:03d}.png", seed=number)
    seen = set()
    for die_at in range(1, 200):
        killed = run(folder, out, "--die-at", str(die_at), *options)
        seen.add(len(opened(out)))
        assert list(opened(out).items) == old or len(opened(out)) == 12
        if killed.returncode != -signal.SIGKILL:
            break
    assert seen == {6, 12} and killed.returncode == 0


def test_finished_shards_are_taken_over_only_while_their_pictures_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = draw_folder(tmp_path / "pictures", 8), tmp_path / "shop"

    class Interrupted(FakeEncoders):
        def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
            if self.calls == 2:
                raise KeyboardInterrupt
            return super().encode(pictures)

    draw(folder / "picture_999.png", seed=999)
    for change, expected in ((None, 8), ("bytes", 7), ("models", 0), ("damage", 4)):
        encoders: GalleryEncoders = Interrupted()
        with pytest.raises(KeyboardInterrupt):
            build_gallery(folder, out, encoders=encoders)
        shards = sorted((out / ".work").glob("*.shard"))
        assert len(shards) == 2
        if change == "bytes":
            draw(folder / "picture_000.png", seed=77)
        if change == "damage":
            shards[0].write_bytes(shards[0].read_bytes()[:-1] + b"\x07")
        again = FakeEncoders({"joint": "another"} if change == "models" else None)
        assert build_gallery(folder, out, encoders=again).taken_over == expected
        assert len(again.encoded) == 9 - expected
        assert len(opened(out, again)) == 9
        shutil.rmtree(out)


@pytest.mark.fault_rows(65)
def test_a_second_build_at_once_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    folder, out = draw_folder(tmp_path / "pictures", 40), tmp_path / "shop"
    first = subprocess.Popen(
        command(folder, out, "--pause", "30"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            if (out / ".lock").exists() and (out / ".lock").read_text().strip():
                break
            time.sleep(0.05)
        with pytest.raises(CapacityError, match=rf"locked by process {first.pid}\b"):
            build_gallery(folder, out, encoders=FakeEncoders())
    finally:
        first.kill()
        first.communicate()
    assert (out / ".lock").exists()  # of a dead process: taken over
    assert build_gallery(folder, out, encoders=FakeEncoders()).pictures == 40
    assert not (out / ".lock").exists()


@pytest.mark.fault_rows(63)
def test_a_full_disk_is_one_sentence_and_the_old_gallery_is_whole(tmp_path: Path, run: Run) -> None:
    """Row 63, with the system's own limit on the size of a file standing for the end of the disk."""
    folder, out = draw_folder(tmp_path / "pictures", 6), tmp_path / "shop"
    build_gallery(folder, out, encoders=FakeEncoders())
    before = snapshot(out)
    draw(folder / "new.png", seed=99, size=(900, 700))
    for limit in (100, 1000, 2000):
        failed = run(folder, out, "--largest-file", str(limit))
        assert failed.returncode == 2 and failed.stderr.count("\n") == 1
        assert "CapacityError: The gallery 'shop' cannot be written (File too large)" in failed.stderr
        assert before.items() <= snapshot(out).items()
        kept = [name for name in snapshot(out) if name not in before]
        assert any(name.endswith(".shard") for name in kept) == bool(kept) == ("is kept" in failed.stderr)
    assert len(opened(out)) == 6


@pytest.mark.parametrize("name", ["write_shard", "add_thumbnail"])
def test_no_space_before_anything_is_encoded_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    owner = gallery_module if name == "write_shard" else writer_module.BundleWriter
    monkeypatch.setattr(owner, name, full)
    folder = draw_folder(tmp_path / "pictures", 6)
    with pytest.raises(CapacityError, match="No space left on device"):
        build_gallery(folder, tmp_path / "shop", encoders=FakeEncoders())
    assert not (tmp_path / "shop").exists()


@pytest.mark.fault_rows(63)
@pytest.mark.parametrize("most", [0, 100], ids=["segments", "whole"])
def test_no_space_later_costs_nothing_that_is_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(gallery_module, "MOST_WHOLE", most)
    folder, out, encoders = draw_folder(tmp_path / "pictures", 6), tmp_path / "shop", FakeEncoders()
    with monkeypatch.context() as fault:
        fault.setattr(writer_module, "sync_folder", full)
        with pytest.raises(CapacityError, match="No space left.*What was encoded is kept, so make room"):
            build_gallery(folder, out, encoders=encoders)
    assert not (out / "manifest.json").exists()
    (folder / "picture_000.png").unlink()
    report = build_gallery(folder, out, encoders=encoders)
    assert (report.taken_over, report.encoded, len(encoders.encoded)) == (5, 0, 6)
    assert not (out / ".work").exists() and len(list(out.glob("thumbnails/**/*.webp"))) == 5


@pytest.mark.fault_rows(63)
def test_what_other_models_encoded_is_neither_taken_for_ours_nor_lost_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder, out = draw_folder(tmp_path / "pictures", 6), tmp_path / "shop"
    with monkeypatch.context() as fault:
        fault.setattr(writer_module, "sync_folder", full)
        with pytest.raises(CapacityError, match="What was encoded is kept"):
            build_gallery(folder, out, encoders=FakeEncoders())
    theirs, other = snapshot(out), FakeEncoders({"joint": "another"})
    with monkeypatch.context() as fault:
        fault.setattr(gallery_module, "write_shard", full)
        with pytest.raises(CapacityError, match=r"what it held before is whole\.$"):
            build_gallery(folder, out, encoders=other)
    assert theirs.items() <= snapshot(out).items()
    again = FakeEncoders()
    assert build_gallery(folder, out, encoders=again).taken_over == 6 and not again.encoded
    assert opened(out).models == again.models


@pytest.mark.fault_rows(63)
def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", 2)
    (tmp_path / "file").touch()
    for out in (Path("/proc/blendscope"), tmp_path / "file" / "shop"):
        with pytest.raises(CapacityError, match="cannot be written"):
            build_gallery(folder, out, encoders=FakeEncoders())
    with pytest.raises(DataError, match="is a file"):
        build_gallery(folder, tmp_path / "file", encoders=FakeEncoders())
