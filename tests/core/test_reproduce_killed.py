"""The command `reproduce`: what it prints, what it refuses, and that killing it at any moment costs one batch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core import __main__ as cli
from core.features.cache import cached_rows
from core.features.store import BATCH
from core.heads.fusion import FusionHead
from core.types import Picture
from tests.core.report_data import sketches

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 6
CLASSES, PICTURES = 6, 36


class Noted:
    """Stands in for all of report 1's models; notes each picture or text on disk before it answers."""

    profile = "noted"
    id = "noted"
    width = WIDTH

    def __init__(self, log: Path, seconds: float = 0.0) -> None:
        self._log, self._seconds = log, seconds
        self.sketch_picture = self.sketch_words = self.captioner = self

    def pooled(self, pictures: Sequence[Picture]) -> np.ndarray:
        self._note("pooled", [picture.digest for picture in pictures])
        return np.stack([picture.pixels.reshape(-1)[:WIDTH] / np.float32(255) for picture in pictures])

    def captions(self, pictures: Sequence[Picture]) -> list[str]:
        self._note("captions", [picture.digest for picture in pictures])
        return [f"a sketch of {picture.digest[:6]}" for picture in pictures]

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        self._note("sentences", texts)
        return np.stack([np.frombuffer(text.encode()[-WIDTH:], np.uint8) / np.float32(255) for text in texts])

    def _note(self, what: str, given: Sequence[str]) -> None:
        with self._log.open("a") as log:
            log.writelines(f"{what} {item}\n" for item in given)
        time.sleep(self._seconds)


def words(data: Path, out: Path) -> list[str]:
    return ["reproduce", "sketch", "--data", str(data), "--out", str(out), "--profile", "pocket", "--json"]


def slowly() -> None:
    """Runs the command with slow models, for the process that is killed."""
    log, *rest = sys.argv[1:]
    cli._models = lambda options: Noted(Path(log), 0.25)  # type: ignore[assignment, return-value]
    sys.exit(cli.main(rest))


def wait_for(log: Path, what: str, process: subprocess.Popen[bytes]) -> None:
    """Waits until the process is at work on the second batch of something."""
    for _ in range(1200):
        lines = log.read_text().splitlines() if log.exists() else []
        if sum(line.startswith(what) for line in lines) > BATCH:
            return
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    raise AssertionError("it never came so far")


def test_a_killed_run_goes_on_and_encodes_at_most_one_batch_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, log, out = sketches(tmp_path / "data", CLASSES), tmp_path / "log", tmp_path / "sketch"
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))
    start = "from tests.core.test_reproduce_killed import slowly; slowly()"
    with subprocess.Popen(
        [sys.executable, "-c", start, str(log), *words(data, out)], cwd=ROOT, stderr=subprocess.DEVNULL
    ) as process:
        wait_for(log, "captions", process)
        os.kill(process.pid, signal.SIGKILL)
    assert not out.exists()
    assert list((tmp_path / "cache").rglob("*.npz")), "the batches before are kept"

    monkeypatch.setattr(cli, "_models", lambda options: Noted(log))
    assert cli.main(words(data, out)) == 0
    printed, _ = capfd.readouterr()
    assert printed.count("\n") == 1
    report = json.loads(printed)
    assert report["n"] == {"classes": CLASSES, "train": 4 * CLASSES, "val": 2 * CLASSES}
    assert FusionHead(out, {"picture": "noted", "words": "noted"}).manifest.seed == 0
    lines = log.read_text().splitlines()
    for what in ("pooled", "captions", "sentences"):
        encoded = [line for line in lines if line.startswith(what)]
        assert len(set(encoded)) == PICTURES
        assert len(encoded) <= PICTURES + (BATCH if what == "captions" else 0)

    assert cli.main(words(data, out)) == 0
    assert log.read_text().splitlines() == lines, "the third run encodes nothing"


def test_a_limited_run_does_not_take_the_place_of_a_full_head(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, cache = sketches(tmp_path / "data"), tmp_path / "cache"
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(cache))
    monkeypatch.setattr(cli, "_models", lambda options: Noted(tmp_path / "log"))
    run = ["reproduce", "sketch", "--data", str(data), "--profile", "paper", "--json"]
    assert cli.main(run) == 0
    whole = cache / "models" / "paper" / "sketch"
    before = (whole / "manifest.json").read_bytes()
    assert cli.main([*run, "--limit", "6"]) == 0
    full, limited = map(json.loads, capfd.readouterr().out.splitlines())
    assert full["head"] == str(whole) and not any("does not use" in note for note in full["notes"])
    assert (whole / "manifest.json").read_bytes() == before
    assert limited["head"] == f"{whole}-limited-6" and (whole.parent / "sketch-limited-6").is_dir()
    assert any("At most 6 rows" in note and "does not use" in note for note in limited["notes"])
    assert cli.main([*run, "--limit", "6", "--out", str(tmp_path / "own")]) == 0
    own = json.loads(capfd.readouterr().out)
    assert own["head"] == str(tmp_path / "own") and not any("does not use" in note for note in own["notes"])


def test_a_damaged_batch_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    encoded: list[str] = []

    def make(places: Sequence[int]) -> np.ndarray:
        encoded.extend("abcde"[place] for place in places)
        return np.array([["abcde"[place]] for place in places])

    def all_of_them() -> list[str]:
        return [str(row[0]) for row in cached_rows(tmp_path, "abcdea", make, batch=2, name="letters")]

    assert all_of_them() == list("abcdea")
    assert encoded == list("abcde")
    sorted(tmp_path.glob("*.npz"))[0].write_bytes(b"PK\x03\x04 cut off")
    assert all_of_them() == list("abcdea")
    assert 1 <= len(encoded) - 5 <= 2
    assert "damaged" in caplog.text
    (tmp_path / ".0.npz.1.partial").write_bytes(b"what a killed run leaves behind")
    assert all_of_them() == list("abcdea")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ([], "does not exist"),
        (["--limit", "0"], "whole number from 1"),
        (["--profile", "marble"], "no profile called 'marble'"),
    ],
)
def test_what_cannot_be_used_is_status_2_and_one_sentence(
    more: list[str], sentence: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words(tmp_path / "nowhere", tmp_path / "out"), *more]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    (line,) = err.strip().splitlines()
    assert line.startswith("python -m core: ") and line.endswith(".") and sentence in line


def test_people_get_the_table(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cli, "_models", lambda options: Noted(tmp_path / "log"))
    data = sketches(tmp_path / "data", 2)
    assert cli.main([*words(data, tmp_path / "out")[:-1], "--limit", "5"]) == 0
    out = capfd.readouterr().out
    assert "report train" in out and "here val" in out and "98.19 / 97.79" in out
    assert out.strip().endswith("out.")
    assert "5 train, 4 val" in out
