"""The documents tell the truth: the README has every endpoint, setting and command, and nothing else."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.__main__ import parser as command_line
from demo.__main__ import parser as hand_outs

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENDPOINTS = (
    "/classify_sketch",
    "/compare_field_road",
    "/find_in_shop",
    "/try_boxes",
    "/compose",
    "/where_it_looks",
)
CODE = [ROOT / "app.py", *(path for room in ("core", "demo") for path in sorted((ROOT / room).rglob("*.py")))]
NEW_FILES = ("core/tasks/x/", *(f"demo/{room}/x.py" for room in ("tabs", "events", "answers", "endpoints")))


def front_matter() -> dict[str, str]:
    """Returns the settings that Hugging Face Spaces reads at the head of the README."""
    head = re.match(r"---\n(.*?)\n---\n", README, re.DOTALL)
    assert head, "the README must begin with the front matter, or Spaces does not see it"
    pairs = (line.partition(":") for line in head[1].splitlines())
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def options_in(text: str) -> set[str]:
    """Returns the long options that a text names."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {"--help"}


def commands() -> dict[str, argparse.ArgumentParser]:
    """Returns the commands of `python -m core` with their parsers."""
    actions = command_line()._actions
    return dict(next(action.choices for action in actions if isinstance(action, argparse._SubParsersAction)))


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Returns the long options that a parser takes."""
    return {name for action in parser._actions for name in action.option_strings if name[:2] == "--"} - {
        "--help"
    }


def test_the_front_matter_is_what_was_tested() -> None:
    matter = front_matter()
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked = dict(line.split("==") for line in lines if ";" not in line)
    assert matter["sdk"] == "gradio"
    assert matter["sdk_version"] == locked["gradio"]
    assert matter["python_version"] in ("3.11", "3.12", "3.13", "3.14")
    assert (ROOT / matter["app_file"]).is_file()
    assert len(matter["short_description"]) <= 60, "Spaces cuts longer ones"


def test_a_picture_and_the_two_commands_come_first() -> None:
    first = ("](docs/screenshot.png)", "\nmake run", "\nmake test")
    picture, run, test = (README.index(text) for text in first)
    assert picture < run < test < README.index("## What it shows")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)\b(?=[` \n])", README))))
def test_the_makefile_has_every_target_that_the_readme_names(target: str) -> None:
    if f"`make {target}`" in README or f"\nmake {target}" in README:
        assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_the_readme_links_to_what_exists(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:core|demo|assets|tests)/[\w/.-]+)`", README))))
def test_the_readme_names_files_that_exist(path: str) -> None:
    assert (ROOT / path).exists() or path in NEW_FILES


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_of_the_design_is_documented(endpoint: str) -> None:
    assert f"| `{endpoint}` |" in README


def test_the_running_page_has_exactly_the_documented_endpoints(page_endpoints: dict[str, list[str]]) -> None:
    documented = dict(re.findall(r"^\| `(/[a-z_]+)` \| (.+?) \|", README, re.MULTILINE))
    assert set(page_endpoints) == set(documented)
    for endpoint, inputs in page_endpoints.items():
        places = [documented[endpoint].find(name) for name in inputs]
        assert -1 not in places, f"{endpoint}: the README leaves out one of {inputs}"
        assert places == sorted(places), f"{endpoint}: the README has another order than {inputs}"


def test_every_setting_is_documented() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    used = set(re.findall(r"BLENDSCOPE_[A-Z_]+", source))
    assert used, "settings are read somewhere"
    assert used == set(re.findall(r"BLENDSCOPE_[A-Z_]+", README))


def test_every_option_of_the_app_is_documented() -> None:
    run = subprocess.run(
        [sys.executable, "app.py", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert options_in(run.stdout) == set(re.findall(r"^\| `(--[a-z-]+)` \|", README, re.MULTILINE))


def test_every_command_and_option_is_documented() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)(?: [A-Z_]+)*` \| (`--.*?|) ?\|", README, re.MULTILINE))
    assert set(rows) == set(commands())
    for name, parser in commands().items():
        assert options_of(parser) - {"--verbose"} == options_in(rows[name]), name
        assert "--verbose" in options_of(parser) and "--verbose" in README


def test_the_hand_out_and_its_options_are_documented() -> None:
    actions = hand_outs()._actions
    (parsers,) = (action.choices for action in actions if isinstance(action, argparse._SubParsersAction))
    section = README.partition("## Talks and hand-outs")[2].partition("\n## ")[0]
    for name, parser in dict(parsers).items():
        assert f"python -m demo {name}" in section
        assert options_of(parser) == options_in(section)


@pytest.mark.parametrize("command", ["train", "evaluate", "reproduce"])
def test_every_task_is_documented(command: str) -> None:
    tasks = next(action.choices for action in commands()[command]._actions if action.dest == "task")
    assert tasks
    for task in tasks:
        assert f"`{task}`" in README


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/decisions/0*.md")), ids=lambda path: path.stem)
def test_a_decision_is_numbered_and_fits_on_a_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:3]}. ")
    assert "**Decision.**" in text
    assert "**Why.**" in text
    assert len(text.splitlines()) <= 60


def test_every_test_that_the_threat_model_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`(tests/[\w/]+\.py)", text))
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}
    named = set(re.findall(r"\b(test_\w+)`", text))
    assert named and not [
        name for name in named if not any(f"def {name}(" in code for code in sources.values())
    ]
