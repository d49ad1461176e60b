"""`core index` onto disks that are full or read-only, and into folders of others: real ones, mounted for the test."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import __main__ as cli
from core.index.bundle import open_bundle
from core.index.place import KEPT
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder, snapshot
from tests.faults.disks import mounted

pytestmark = pytest.mark.fault_rows(63)
ROOT = Path(__file__).resolve().parents[2]
SIZE = 256 * 1024
PAGE = 4096
"""A tmpfs gives its memory away in pages."""
SOMEBODY = 65534


@pytest.fixture(autouse=True)
def fake_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_models", lambda options: SimpleNamespace(gallery_encoders=FakeEncoders))


def refused(folder: Path, out: Path, capfd: pytest.CaptureFixture[str]) -> str:
    """Returns the sentence with which the command refuses."""
    capfd.readouterr()
    assert cli.main(["index", str(folder), "--out", str(out)]) == 2
    answer, errors = capfd.readouterr()
    assert answer == "" and "Traceback" not in errors
    return errors.strip().splitlines()[-1]


def test_a_disk_that_fills_up_anywhere_leaves_the_old_gallery_and_what_was_encoded(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = draw_folder(tmp_path / "pictures", 6)
    with mounted(tmp_path / "disk", ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none"]) as disk:
        out = disk / "shop"
        assert cli.main(["index", str(folder), "--out", str(out)]) == 0
        before = snapshot(out)
        for seed in range(3):
            draw(folder / f"new_{seed}.png", seed=90 + seed)
        full, status = 0, 2
        moments = {False: 0, True: 0}  # before a shard was written, and after that
        while status == 2:
            room = os.statvfs(disk)
            (disk / "others").write_bytes(b"." * (room.f_bavail * room.f_frsize - full * PAGE))
            capfd.readouterr()
            status = cli.main(["index", str(folder), "--out", str(out)])
            last_line = capfd.readouterr().err.strip().splitlines()[-1]
            if status == 2:
                refusal = (
                    "python -m core: The gallery 'shop' cannot be written (No space left on device); "
                    "what it held before is whole."
                )
                kept = last_line == f"{refusal} {KEPT}"
                assert kept or last_line == refusal
                left = snapshot(out)
                assert before.items() <= left.items() and (kept or left == before), (
                    f"with room for {full} pages"
                )
                moments[kept] += 1
                assert "No space left" in refused(folder, disk / "another", capfd) or full > 1
                (disk / "others").unlink()
                full += 1
        assert status == 0 and full > 5 and all(moments.values()), (
            "the disk was full at many moments of the build"
        )
        assert len(open_bundle(out)) == 9


def test_a_read_only_disk_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, place = draw_folder(tmp_path / "pictures", 3), tmp_path / "disk"
    assert cli.main(["index", str(folder), "--out", str(place / "shop")]) == 0
    before = snapshot(place)
    draw(folder / "new.png", seed=9)
    with mounted(place, ["mount", "--bind", str(place)], ["mount", "-o", "remount,ro,bind"]):
        for name in ("shop", "another"):
            assert refused(folder, place / name, capfd) == (
                f"python -m core: The gallery {name!r} cannot be written (Read-only file system); "
                "what it held before is whole."
            )
        assert snapshot(place) == before and len(open_bundle(place / "shop")) == 3
    with mounted(folder, ["mount", "--bind", str(folder)], ["mount", "-o", "remount,ro,bind"]):
        assert cli.main(["index", str(folder), "--out", str(place / "shop")]) == 0, "pictures are only read"
    assert len(open_bundle(place / "shop")) == 4


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become another user")
def test_a_folder_of_another_user_is_one_sentence() -> None:
    # Not tmp_path: others may not enter it.
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        place.chmod(0o755)
        folder = draw_folder(place / "pictures", 3)
        assert cli.main(["index", str(folder), "--out", str(place / "shop")]) == 0
        before = snapshot(place)
        (place / "theirs").mkdir()
        os.chown(place / "theirs", SOMEBODY, SOMEBODY)
        for out in (place / "shop", place / "another"):
            done = as_somebody(folder, out)
            assert done.returncode == 2 and "Traceback" not in done.stderr
            assert done.stderr.strip().splitlines()[-1] == (
                f"python -m core: The gallery {out.name!r} cannot be written (Permission denied); "
                "what it held before is whole."
            )
        assert snapshot(place) == before and not (place / "another").exists()
        private = draw(folder / "private" / "a.png", seed=7).parent
        private.chmod(0o700)
        draw(folder / "secret.png", seed=8).chmod(0o600)
        done = as_somebody(folder, place / "theirs" / "shop")
        assert done.returncode == 3 and len(open_bundle(place / "theirs" / "shop")) == 3
        assert "  private: This folder cannot be read (Permission denied)." in done.stdout
        assert "  secret.png: " in done.stdout and "2 left out" in done.stdout


def as_somebody(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user who owns nothing."""
    command = [sys.executable, "-m", "tests.faults.indexing", str(SOMEBODY), str(folder), str(out)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
