"""Uploads: in a folder of one's own that can be written, under names that nobody guesses, as long as their answers."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import gradio as gr
import pytest
from starlette.datastructures import UploadFile

from core.errors import CapacityError, SettingsError
from demo import start, uploads
from demo.copy import PUT_AWAY
from demo.failures import UNWRITABLE, unwritable
from demo.page import build
from demo.services import Services
from tests.demo.conftest import Served
from tests.demo.fakes import FakeModels, draw_sketch
from tests.faults.disks import mounted
from tests.running import ROOT


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_each_user_has_a_folder_of_their_own(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}
    first = uploads.choose_folder(environment)
    assert first.parents[2] == scratch
    assert first.stat().st_mode & 0o077 == 0 and first.parent.stat().st_mode & 0o077 == 0
    assert environment["GRADIO_TEMP_DIR"] == str(first) and uploads.choose_folder(environment) == first
    monkeypatch.setattr(uploads, "_user", lambda: "somebody else")
    assert uploads.choose_folder({}).parents[1] != first.parents[1]


def test_a_folder_that_was_named_is_kept(tmp_path: Path) -> None:
    environment = {"GRADIO_TEMP_DIR": str(tmp_path / "a" / "b")}
    assert uploads.choose_folder(environment).parents[1] == tmp_path / "a" / "b"


def test_uploads_of_earlier_versions_go_with_the_next_start(scratch: Path) -> None:
    own = uploads.choose_folder({}).parents[1]
    names = {"old": "a" * 64, "lately asked": "b" * 64, "longer": "c" * 65, "other": "d" * 63 + "x"}
    for what, name in names.items():
        (own / name).mkdir()
        file = own / name / "face.png"
        file.write_text("mine")
        for path in (file, own / name):
            os.utime(path, (1, 1))
        if what == "lately asked":
            os.utime(file)
    elsewhere = scratch / "elsewhere"
    elsewhere.mkdir()
    os.utime(elsewhere, (1, 1))
    (own / ("e" * 64)).symlink_to(elsewhere)
    named = scratch / "named" / names["old"]
    named.mkdir(parents=True)
    os.utime(named, (1, 1))
    uploads.choose_folder({"GRADIO_TEMP_DIR": str(named.parent)})
    uploads.choose_folder({})
    left = {what for what, name in names.items() if (own / name / "face.png").exists()}
    assert left == {"lately asked", "longer", "other"}
    assert elsewhere.is_dir() and named.is_dir(), "a folder that a person named is theirs"


MAKES_ONE = (
    "import os, sys; from demo.uploads import beside_uploads, choose_folder; "
    "choose_folder(); print(beside_uploads('heads'), flush=True); sys.stdin.read()"
)


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no locks of folders")
def test_what_a_killed_start_left_goes_and_what_another_one_uses_stays(tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", MAKES_ONE], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**os.environ, "GRADIO_TEMP_DIR": "", "TMPDIR": str(tmp_path)},
        )  # fmt: skip
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert folder.is_dir()
        (folder / "face.png").write_text("mine")
        return process, folder

    (killed, left), (running, used) = start(), start()
    killed.kill()
    killed.communicate()
    assert (left / "face.png").exists(), "nobody could remove it"
    last, own = start()
    assert not left.parent.exists() and (used / "face.png").exists()
    for process, folder in ((last, own), (running, used)):
        process.communicate()
        assert not folder.parent.exists(), "a start that ends takes its uploads along"


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


def send(served: Served, content: bytes) -> tuple[int, str]:
    """Uploads a file; returns the status and the sentence, or where it lies."""
    reply = served.http.post("/gradio_api/upload?upload_id=one", files={"files": ("a.png", content)})
    return reply.status_code, reply.json()[0] if reply.status_code == 200 else reply.text


def room_of(served: Served) -> Path:
    return Path(served.picture["path"]).parent.parent


@pytest.mark.fault_rows(63)
def test_an_upload_onto_a_full_disk_is_one_sentence_and_leaves_nothing(served: Served) -> None:
    said = UNWRITABLE.format(reason=os.strerror(errno.ENOSPC))
    with mounted(room_of(served), ["mount", "-t", "tmpfs", "-o", "size=64k", "none"]) as disk:
        for size in (60_000, 64 * 1024 + 1, 200_000, 3_000_000):
            assert send(served, b"." * size) == (503, said) or size == 60_000
            if size == 60_000:
                assert [path.name for path in disk.rglob("*.png")] == ["a.png"]
                next(disk.rglob("*.png")).unlink()
            assert not [path for path in disk.rglob("*") if path.is_file()], "what was written is gone"
        assert send(served, b"small")[0] == 200, "the next request works"


@pytest.mark.fault_rows(63)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("moment", ["begun", "written", "moved"])
def test_an_upload_that_cannot_be_written_is_one_sentence(
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    moment: str,
) -> None:
    room = room_of(served)
    before = sorted(room.rglob("*"))

    def fails(*arguments: object, **options: object) -> None:
        raise OSError(number, os.strerror(number), str(room / "tmp1"))

    with monkeypatch.context() as patch:
        if moment == "written":
            patch.setattr(UploadFile, "write", fails)
        else:
            what = "gradio.route_utils.NamedTemporaryFile" if moment == "begun" else "os.rename"
            patch.setattr(what, fails)
            patch.setattr("shutil.move", fails)
        assert send(served, b"face") == (503, UNWRITABLE.format(reason=os.strerror(number)))
    assert sorted(room.rglob("*")) == before and "Traceback" not in caplog.text
    assert send(served, b"face")[0] == 200


def test_an_event_that_cannot_write_is_one_sentence(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with monkeypatch.context() as patch:
        patch.setattr("demo.doors.keep_longer", fails)
        reply = served.ask("classify_sketch", served.picture, "a cat", 0.5, 1)
    said = UNWRITABLE.format(reason=os.strerror(errno.EDQUOT))
    assert (reply.status_code, reply.json()["error"]) == (503, said)
    assert served.ask("classify_sketch", served.picture, "a cat", 0.5, 1).status_code == 200


def test_only_the_folder_for_uploads_is_said_to_be_closed() -> None:
    ours = PermissionError(errno.EACCES, "Permission denied", str(Path(os.environ["GRADIO_TEMP_DIR"]) / "a"))
    assert isinstance(unwritable(ours), CapacityError)
    for other in (
        PermissionError(errno.EACCES, "Permission denied", "/etc/shadow"),
        OSError("odd"),
        KeyError(1),
    ):
        assert unwritable(other) is None
