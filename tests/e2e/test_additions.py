"""The README's table "to add" is true: with just what it names a copy of the tree has one of each, and uses it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.architecture.source import ROOT, committed_files
from tests.e2e.conftest import go_to
from tests.faults.asking import COMPOSE, at
from tests.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(600)]
ADDITIONS = Path(__file__).with_name("additions")
LINES = {
    "core/task_table.py": (
        '\n)  # fmt: skip\n"""The tasks',
        '\n    Task(key="brightness", title="Brightness", endpoint="/how_bright"),',
    ),
    "README.md": (
        "\n| `/compare_field_road` |",
        "\n| `/how_bright` | picture | lightness in [0, 1], bright |",
    ),
    "demo/copy.py": (
        '\n}\n"""Key of a task',
        '\n    "brightness": TabCopy((("picture", "picture"),), "How light is it?", "Nobody asked.", "", (), ""),',
    ),
    "core/profiles/pocket.py": (
        "\n    def sketch(self)",
        "\n    def brightness(self) -> Any:\n"
        '        """Returns the brightness task."""\n'
        "        from core.tasks.brightness import BrightnessTask\n\n"
        '        return BrightnessTask(ENCODERS.load("lightness")())\n',
    ),
    "core/encoders/__init__.py": (
        '\n        "bert"',
        '\n        "lightness": "core.encoders.lightness:Lightness",',
    ),
    "tests/contracts/test_encoders.py": (
        '\n    "dinov2": lambda',
        '\n    "lightness": ENCODERS.load("lightness"),',
    ),
    "core/index/__init__.py": ("}\n)", ', "logged": "core.index.logged:LoggedIndex"'),
    "core/instruments/__init__.py": (
        '\n        "recall_map"',
        '\n        "lead": "core.instruments.lead:read",',
    ),
}
"""File -> (what stands behind the addition, the addition)."""


def png(level: int) -> bytes:
    """Returns a picture of two greys, of this level and one beside it."""
    stream, picture = io.BytesIO(), Image.new("L", (64, 64), level)
    picture.paste(abs(level - 20), (0, 0, 64, 32))
    picture.save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with a task, an encoder, an index and an instrument more."""
    root = tmp_path_factory.mktemp("copy") / "tree"
    for source in committed_files():
        target = root / source.relative_to(ROOT)
        if ADDITIONS not in source.parents:
            target.parent.mkdir(parents=True, exist_ok=True)
            _linked(source, target)
    shutil.copytree(ADDITIONS, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for file, (behind, addition) in LINES.items():
        before = (ROOT / file).read_text(encoding="utf-8")
        assert before.count(behind) == 1, f"{file} has another form now"
        (root / file).unlink()
        (root / file).write_text(before.replace(behind, addition + behind), encoding="utf-8")
    subprocess.run(
        ["git", "init", "-q"], cwd=root, check=True, timeout=60
    )  # its rules ask which files are its own
    return root


def _linked(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@pytest.fixture(scope="module")
def grown_app(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app of the copy, searching with the index that was added."""
    folder = tmp_path_factory.mktemp("grown")
    with RunningApp(folder, environment={"BLENDSCOPE_INDEX": "logged"}, root=copy) as app:
        yield app


def test_the_files_are_those_that_the_readme_names() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| to add |")[2]
    named = set(re.findall(r"`([\w/]+(?:\.py|\.md|/))`", table.partition("\n\n")[0]))
    for path in ADDITIONS.rglob("*.py"):
        file = path.relative_to(ADDITIONS)
        generic = str(file).replace("brightness", "x")
        assert generic in named or f"{Path(generic).parent}/" in named or file.parts[0] == "tests" or (
            str(file.parent) in ("core/encoders", "core/index")
        ), file  # fmt: skip
    changed = set(LINES) - {"core/profiles/pocket.py"}
    assert {file for file in changed if not file.endswith("__init__.py")} <= named
    assert all("1 line" in line or "one line" in line for line in table.splitlines() if "registry" in line)


OF_ADDITIONS = (
    "tests/core/test_brightness.py",
    "tests/contracts/test_indexes.py",
    "tests/core/test_registry.py",
)


@pytest.mark.parametrize(
    "rules",
    [
        (*OF_ADDITIONS, "-k", "bright or logged or lead or lightness or way_to_be_made"),
        ("tests/architecture",),
        ("tests/test_docs.py",),
    ],
    ids=["additions", "architecture", "documents"],
)
def test_the_copy_keeps_its_own_rules(copy: Path, rules: tuple[str, ...]) -> None:
    run = command(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *rules)
    assert run.returncode == 0, run.stdout[-3000:]


def test_the_copy_imports_downwards_only(copy: Path) -> None:
    linter = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = command(copy, "-c", linter, "--no-cache")
    assert run.returncode == 0, run.stdout[-3000:]
    assert "0 broken" in run.stdout


def test_a_talk_with_the_tab_says_that_it_has_no_stage_yet(copy: Path, tmp_path: Path) -> None:
    views = ("tab=brightness", "tab=compose&example=1")
    slides = [{"view": view, "title": "", "notes": "", "picture": None} for view in views]
    talk = {"format": 1, "kind": "blendscope talk", "title": "Two", "slides": slides}
    file = tmp_path / "talk.json"
    file.write_text(json.dumps(talk), encoding="utf-8")
    run = command(copy, "-m", "demo", "handout", str(file), "--out", str(tmp_path / "out"))
    first, last = run.stdout.splitlines()
    assert first == (
        "Slide 1 says why it is not answered: The tab \u201cBrightness\u201d cannot stand in a talk yet; leave its "
        "slides out."
    )
    assert last.startswith("The hand-out is in ") and "2 slides" in last


def command(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in the copy, which is nobody's worker."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    return subprocess.run(
        [sys.executable, *words], cwd=copy, env=clean, capture_output=True, text=True, timeout=400
    )


def test_the_task_answers_on_its_tab_and_its_endpoint(
    browser: Browser, grown_app: RunningApp, tmp_path: Path
) -> None:
    white = grown_app.ask("/how_bright", grown_app.upload(png(255))).answer
    lightness = pytest.approx((255 + 235) / 2 / 255)
    assert white == {"models": {"picture": "lightness"}, "lightness": lightness, "bright": True}
    dark = tmp_path / "dark.png"
    dark.write_bytes(png(0))
    page = browser.new_page()
    page.goto(grown_app.url)
    panel = go_to(page, "Brightness")
    panel.locator("input[type=file]").first.set_input_files(dark)
    expect(panel.locator(".verdict")).to_have_text("This picture is dark (0.04).")
    page.close()


def test_the_instrument_is_read_by_programs_and_on_the_page(browser: Browser, grown_app: RunningApp) -> None:
    answer: dict[str, Any] = at(COMPOSE)(grown_app).answer
    lead = answer["hits"][0]["score"] - answer["hits"][1]["score"]
    assert answer["instruments"]["lead"]["lead"] == pytest.approx(lead)
    page = browser.new_page()
    page.goto(grown_app.url)
    expect(
        go_to(page, "Compose").locator(".reading", has_text="The first leads the second by")
    ).to_be_visible()
    page.close()


def test_an_index_that_is_chosen_scores(grown_app: RunningApp) -> None:
    assert at(COMPOSE)(grown_app).status == 200
    assert "One of 259 rows is scored." in grown_app.output()
