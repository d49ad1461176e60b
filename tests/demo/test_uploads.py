"""Uploads: in a folder of one's own that can be written, under names that nobody guesses, as long as their answers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import gradio as gr
import pytest

from core.errors import SettingsError
from demo import start, uploads
from demo.copy import PUT_AWAY
from demo.page import build
from demo.services import Services
from tests.demo.conftest import Served
from tests.demo.fakes import FakeModels, draw_sketch
from tests.running import ROOT


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_each_user_has_a_folder_of_their_own(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}
    first = uploads.choose_folder(environment)
    assert first.parent.parent == scratch
    assert first.stat().st_mode & 0o077 == 0 and first.parent.stat().st_mode & 0o077 == 0
    assert environment["GRADIO_TEMP_DIR"] == str(first) and uploads.choose_folder(environment) == first
    monkeypatch.setattr(uploads, "_user", lambda: "somebody else")
    assert uploads.choose_folder({}).parent != first.parent


def test_a_folder_that_was_named_is_kept(tmp_path: Path) -> None:
    environment = {"GRADIO_TEMP_DIR": str(tmp_path / "a" / "b")}
    assert uploads.choose_folder(environment).parent == tmp_path / "a" / "b"


MAKES_ONE = (
    "import sys; from demo.uploads import choose_folder; print(choose_folder({{}}), flush=True); {then}"
)


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no locks of folders")
def test_what_a_killed_start_left_goes_and_what_another_one_uses_stays(tmp_path: Path) -> None:
    def start(then: str) -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", MAKES_ONE.format(then=then)], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**os.environ, "GRADIO_TEMP_DIR": "", "TMPDIR": str(tmp_path)},
        )  # fmt: skip
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert folder.is_dir()
        (folder / "face.png").write_text("mine")
        return process, folder

    (killed, left), (running, used) = start("sys.stdin.read()"), start("sys.stdin.read()")
    killed.kill()
    killed.communicate()
    assert (left / "face.png").exists(), "nobody could remove it"
    last, own = start("sys.stdin.read()")
    assert not left.exists() and (used / "face.png").exists()
    for process, folder in ((last, own), (running, used)):
        process.communicate()
        assert not folder.exists(), "a start that ends takes its uploads along"


@pytest.mark.parametrize("named", ["/proc/uploads", str(Path(__file__))])
def test_a_folder_that_cannot_be_written_is_named_with_its_variable(named: str) -> None:
    with pytest.raises(SettingsError, match=f"{named}, cannot be written .* GRADIO_TEMP_DIR"):
        uploads.choose_folder({"GRADIO_TEMP_DIR": named})


def test_a_folder_that_somebody_else_made_is_not_trusted(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scratch / "elsewhere").mkdir()
    (scratch / f"blendscope-{uploads._user()}").symlink_to(scratch / "elsewhere")
    with pytest.raises(SettingsError, match="belongs to another user"):
        uploads.choose_folder({})
    monkeypatch.setattr(uploads, "_user", lambda: "mine")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(SettingsError, match="belongs to another user"):
        uploads.choose_folder({})


def test_what_the_page_starts_with_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SHARE", "True")
    monkeypatch.delenv("no_proxy", raising=False)
    with start.alone():
        assert os.environ["GRADIO_SHARE"] == "False" and os.environ["no_proxy"] == "*"
    assert os.environ["GRADIO_SHARE"] == "True" and "no_proxy" not in os.environ


def test_uploads_are_kept_as_long_as_the_answers_to_them(assets: tuple[Services, FakeModels]) -> None:
    page = build(assets[0])
    states = {block.time_to_live for block in page.blocks.values() if isinstance(block, gr.State)}
    assert states == {page.delete_cache[1]}


def test_a_question_keeps_its_picture(served: Served) -> None:
    file = Path(served.picture["path"])
    os.utime(file, (1, 1))
    assert served.ask("classify_sketch", served.picture, "a cat", 0.5, 1).status_code == 200
    assert file.stat().st_mtime > 1


def test_a_picture_that_was_put_away_is_said_to_be(served: Served, tmp_path: Path) -> None:
    file = draw_sketch(tmp_path / "gone.png").read_bytes()
    path = served.http.post("/gradio_api/upload", files={"files": ("gone.png", file)}).json()[0]
    Path(path).unlink()
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "gone.png"}
    reply = served.ask("classify_sketch", picture, "a cat", 0.5, 1)
    assert (reply.status_code, reply.json()["error"]) == (422, PUT_AWAY)


@pytest.mark.fault_rows(73)
def test_the_place_of_an_upload_says_nothing_of_its_content(served: Served) -> None:
    sent = [
        served.http.post("/gradio_api/upload", files={"files": ("a.png", b"same")}).json()[0] for _ in "ab"
    ]
    assert sent[0] != sent[1] and all(Path(path).read_bytes() == b"same" for path in sent)
