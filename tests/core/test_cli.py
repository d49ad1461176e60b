"""The command line: one JSON object or one sentence, and help that does not wait for models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import __main__ as cli
from core.errors import DataError
from core.evaluation import EVALUATIONS
from core.training import RECIPES
from tests.core.evaluation_fakes import COLOURS, FakeModels, paint

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "transformers", "timm", "open_clip", "faiss", "gradio", "PIL", "tqdm")


@pytest.fixture
def sketches(tmp_path: Path) -> Path:
    lines = ["file,label"]
    for number, (label, colour) in enumerate(COLOURS.items()):
        lines.append(f"{paint(tmp_path / f'{number}.png', colour, number)},{label}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    return tmp_path


@pytest.fixture
def fake_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_models", lambda options: FakeModels())


def evaluate(task: str, data: Path, *options: str) -> int:
    return cli.main(["evaluate", task, "--data", str(data), *options])


@pytest.mark.usefixtures("fake_models")
def test_json_is_one_object_and_nothing_else(
    sketches: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def chatty(self: FakeModels) -> Any:
        print("a library says hello")
        os.write(1, b"and so does its C code\n")
        return original(self)

    original = FakeModels.sketch
    monkeypatch.setattr(FakeModels, "sketch", chatty)
    assert evaluate("sketch", sketches, "--json") == 0
    out, err = capfd.readouterr()
    report = json.loads(out)
    assert out.count("\n") == 1
    assert (report["task"], report["profile"], report["n"]) == ("sketch", "colours", 3)
    assert set(report["metrics"]["top_1"]) == {"value", "low", "high"}
    assert report["seconds"] > 0
    assert "hello" in err
    assert "C code" in err
    assert "sketches" in err, "the progress bar"


@pytest.mark.usefixtures("fake_models")
def test_without_json_people_get_a_table(sketches: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate("sketch", sketches) == 0
    out = capfd.readouterr().out
    assert "top_1" in out
    assert "95 % interval" in out


@pytest.mark.usefixtures("fake_models")
@pytest.mark.parametrize("json_option", [["--json"], []])
def test_unusable_data_is_status_2_and_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], json_option: list[str]
) -> None:
    assert evaluate("sketch", tmp_path / "nowhere", *json_option) == 2
    out, err = capfd.readouterr()
    assert out == ""
    lines = err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("python -m core: The data folder")
    assert lines[0].endswith(".")


@pytest.mark.usefixtures("fake_models")
def test_options_reach_the_measurement(sketches: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate("sketch", sketches, "--label-column", "wnid") == 2
    assert "no column 'wnid'" in capfd.readouterr().err
    assert evaluate("sketch", sketches, "--group-column", "photo_id") == 2
    assert "no column 'photo_id'" in capfd.readouterr().err


@pytest.mark.usefixtures("fake_models")
def test_a_stopped_command_says_so(
    sketches: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(self: FakeModels) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeModels, "sketch", stop)
    assert evaluate("sketch", sketches) == 130
    assert capfd.readouterr().err.strip().endswith("stopped.")


@pytest.mark.parametrize("program", ["core", "demo"])
def test_a_command_that_is_stopped_while_it_is_read_says_so(program: str, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise KeyboardInterrupt\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", program, "--help"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (130, f"python -m {program}: stopped.\n")


def test_an_unknown_profile_is_refused(sketches: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate("sketch", sketches, "--profile", "marble") == 2
    assert "no profile called 'marble'" in capfd.readouterr().err


def test_train_runs_the_recipe_and_says_where_the_weights_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[Path, Path, int]] = []
    monkeypatch.setattr(type(RECIPES), "load", lambda self, name: lambda *given: ran.append(given))
    data, out = str(tmp_path), str(tmp_path / "weights")
    assert cli.main(["train", "composed", "--data", data, "--out", out, "--seed", "7"]) == 0
    assert ran == [(tmp_path, tmp_path / "weights", 7)]
    assert capfd.readouterr().out.strip().endswith("weights.")
    for task, head in (("field-road", "field_road"), ("street-to-shop", "garment"), ("sketch", "sketch")):
        cli.main(["train", task, "--data", data])
        assert ran[-1][1].parts[-4:] == ("assets", "models", "pocket", head)


def test_a_recipe_that_cannot_use_its_data_is_status_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(data: Path, out: Path, seed: int) -> None:
        raise DataError("The data folder has no pack flickr8k.")

    monkeypatch.setattr(type(RECIPES), "load", lambda self, name: refuse)
    assert cli.main(["train", "joint", "--data", str(tmp_path)]) == 2
    assert capfd.readouterr().err == "python -m core: The data folder has no pack flickr8k.\n"


@pytest.mark.usefixtures("fake_models")
def test_index_makes_a_gallery_and_lists_what_it_left_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number, colour in enumerate(COLOURS.values()):
        paint(tmp_path / "pictures" / f"{number}.png", colour, number)
    (tmp_path / "pictures" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    status = cli.main(["index", str(tmp_path / "pictures"), "--out", str(tmp_path / "shop")])
    out, err = capfd.readouterr()
    assert status == 3, "more than 1 % left out"
    assert "3 pictures in" in out
    assert "broken.png" in out
    assert "picture" in err, "the progress bar"
    assert (tmp_path / "shop" / "manifest.json").is_file()


@pytest.mark.usefixtures("fake_models")
def test_index_refuses_a_folder_without_pictures(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert cli.main(["index", str(tmp_path / "empty"), "--out", str(tmp_path / "shop")]) == 2
    assert capfd.readouterr().err.strip().splitlines()[-1].startswith("python -m core: ")


def test_what_the_system_refuses_is_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["index", str(tmp_path / ("x" * 300)), "--out", str(tmp_path / "shop")]) == 2
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path))
    for raised, sentence in (
        (PermissionError(13, "Permission denied", str(tmp_path / "a")), "BLENDSCOPE_CACHE"),
        (PermissionError(13, "Permission denied", "/elsewhere"), "'/elsewhere' cannot be read or written"),
        (FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"), "set TMPDIR"),
    ):

        def refuse(options: Any, error: OSError = raised) -> Any:
            raise error

        monkeypatch.setattr(cli, "_models", refuse)
        assert cli.main(["index", str(tmp_path), "--out", str(tmp_path / "shop")]) == 2
        assert sentence in capfd.readouterr().err.strip().splitlines()[-1]


@pytest.mark.usefixtures("fake_models")
def test_rejected_files_are_named_and_all_of_them_when_asked_for(
    sketches: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    table = sketches / "labels.csv"
    label = table.read_text().splitlines()[1].split(",")[1]
    table.write_text(table.read_text() + "".join(f"\nbad_{number}.png,{label}" for number in range(8)))
    for number in range(8):
        (sketches / f"bad_{number}.png").write_bytes(b"no picture" + bytes([number]))
    assert evaluate("sketch", sketches) == 0
    out = capfd.readouterr().out
    assert "bad_0.png" in out and "bad_7.png" not in out and "and 3 more, listed with --verbose" in out
    for words in (["-v", "evaluate", "sketch"], ["evaluate", "sketch", "-v"]):
        assert cli.parser().parse_args([*words, "--data", "."]).verbose
    assert not cli.parser().parse_args(["evaluate", "sketch", "--data", "."]).verbose


@pytest.mark.parametrize(
    "words",
    [["--help"], ["evaluate", "--help"], ["train", "--help"], ["reproduce", "--help"], ["index", "--help"]],
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\nfrom core.__main__ import main\ntry:\n    main(sys.argv[1:])\n"
        f"finally:\n    print('LOADED', *{set(HEAVY)!r} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "usage: python -m core" in run.stdout
    assert run.stdout.rstrip().endswith("LOADED")
    for task in {"evaluate": EVALUATIONS, "train": RECIPES}.get(words[0], ()):
        assert task in run.stdout


@pytest.mark.parametrize("words", [[], ["evaluate"], ["evaluate", "juggling", "--data", "."], ["fly"]])
def test_wrong_words_are_status_2(words: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "core", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_every_task_has_its_modules() -> None:
    """A name in a registry leads to a function; recipes need torch, which tests have."""
    for task in EVALUATIONS:
        assert callable(EVALUATIONS.load(task))
