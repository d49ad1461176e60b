"""The Makefile: what each word installs, tried with a Python that only notes what it is commands to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.settings import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
LOCKS = {"page": "requirements-page.lock", "full": "requirements.lock", "tests": "requirements-dev.lock"}
NOTES = '#!/bin/sh\necho "${0##*/} $*" >> notes\n'
CHECKS = ("ruff", "mypy", "lint-imports")
Make = Callable[..., list[str]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Runs make in a folder with an empty environment; returns the locks that were installed and how the app ran."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", *CHECKS):
        (programs / name).write_text(NOTES)
        (programs / name).chmod(0o755)
    for age, lock in enumerate(LOCKS.values(), 1):
        (tmp_path / lock).touch()
        os.utime(tmp_path / lock, (age, age))
    notes = tmp_path / "notes"
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("BLENDSCOPE_", "MAKE"))
    }
    for word in ("ARGS", "PROFILE"):  # of the make that runs the tests
        variables.pop(word, None)

    def run(*words: str, **environment: str) -> list[str]:
        notes.write_text("")
        subprocess.run(
            ["make", "--no-print-directory", *words],
            cwd=tmp_path, env=variables | environment, capture_output=True, timeout=30, check=True,
        )  # fmt: skip
        lines = [line.removeprefix("python ").strip() for line in notes.read_text().splitlines()]
        commands = [line for line in lines if not line.startswith(CHECKS)]
        return [line.rpartition(" ")[2] if "pip install" in line else line for line in commands]

    return run


def renewed(folder: Path, what: str) -> None:
    """Makes a lock newer than what was filled by it."""
    os.utime(folder / ".venv" / f".{what}", (100, 100))
    os.utime(folder / LOCKS[what], (200, 200))


def test_the_page_is_all_that_is_installed_to_run_it_and_only_once(make: Make) -> None:
    assert make("run") == [LOCKS["page"], "app.py"]
    assert make("run", 'ARGS=--gallery "a b"') == ["app.py --gallery a b"]


@pytest.mark.parametrize(
    ("word", "environment", "started"),
    [
        ("PROFILE=paper", {}, "app.py --profile paper"),
        ("", {"PROFILE": "paper"}, "app.py --profile paper"),
        ("", {"BLENDSCOPE_PROFILE": "paper"}, "app.py"),
        ("BLENDSCOPE_PROFILE=paper", {}, "app.py"),
        ("ARGS=--profile paper", {}, "app.py --profile paper"),
        ("ARGS=--profile=paper", {}, "app.py --profile=paper"),
        ("", {"BLENDSCOPE_RUNTIME": "torch"}, "app.py"),
    ],
)
def test_models_in_pytorch_get_all_installed_however_they_are_chosen(
    make: Make, word: str, environment: dict[str, str], started: str
) -> None:
    words = ("run", *filter(None, [word]))
    assert make(*words, **environment) == [LOCKS["full"], started]
    assert make(*words, **environment) == [started]


@pytest.mark.parametrize("words", [("run", "PROFILE=pocket"), ("run", "ARGS=--gallery paper")])
def test_other_choices_need_the_page_alone(make: Make, words: tuple[str, ...]) -> None:
    assert make(*words, BLENDSCOPE_PROFILE="pocket")[0] == LOCKS["page"]


def test_the_named_profile_wins_over_that_of_the_environment(make: Make) -> None:
    assert make("run", "PROFILE=pocket", BLENDSCOPE_PROFILE="paper") == [
        LOCKS["page"],
        "app.py --profile pocket",
    ]


def test_full_installs_all_and_starts_nothing(make: Make) -> None:
    assert make("full") == [LOCKS["full"]]
    assert make("full") == []


@pytest.mark.parametrize("word", ["test", "check", "bench", "screenshots"])
def test_what_is_for_those_who_work_on_it_installs_all(make: Make, word: str) -> None:
    assert make("run")[0] == LOCKS["page"]
    assert make(word)[0] == LOCKS["tests"]
    assert LOCKS["tests"] not in make(word)


def test_an_environment_grows_in_place_and_is_never_thinned(make: Make) -> None:
    installed = [make(word) for word in ("run", "full", "run", "full", "test", "run", "full", "test")]
    locks = [[line for line in lines if line in LOCKS.values()] for lines in installed]
    assert locks == [[LOCKS["page"]], [LOCKS["full"]], [], [], [LOCKS["tests"]], [], [], []]


@pytest.mark.parametrize(("word", "held"), [("run", "page"), ("full", "full"), ("test", "tests")])
def test_a_new_lock_renews_the_whole_of_what_is_there(
    make: Make, tmp_path: Path, word: str, held: str
) -> None:
    make(word)
    renewed(tmp_path, held)
    assert make("run") == [LOCKS[held], "app.py"]
    assert make("run") == ["app.py"]
