"""What stands in the files: sizes, headlines, calls that are never made, words that never stand there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, committed_files, modules, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LARGEST_FILE = 10 * 1024 * 1024
PYTHON = [path for path in committed_files() if path.suffix == ".py"]
TEXT = {".py", ".md", ".txt", ".lock", ".toml", ".css", ".js", ".json", ".jsonl", ".csv", ".yml", ".html", ""}
# Machine paths and unfinished business. Spelled in two halves, so that this file passes its own test.
NEVER_WRITTEN = re.compile(
    "|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", r"\bTO" + "DO", r"\bFIX" + r"ME\b"])
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yields the written name of each call in a file, such as "torch.load"."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def option(call: ast.Call, keyword: str) -> object:
    """Returns the value written for a keyword, None when it is absent or no constant."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value.value if isinstance(given.value, ast.Constant) else None
    return None


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_python_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    if text.strip():
        headline = ast.get_docstring(ast.parse(text))
        assert headline, "the first line of a module says what it is"


@pytest.mark.parametrize("path", modules().values(), ids=name)
def test_functions_are_short(path: Path) -> None:
    long = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = (
                node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else node.body[0].lineno
            )
            length = (node.end_lineno or start) - start + 1
            if length > LONGEST_FUNCTION:
                long[node.name] = length
    assert not long, f"more than {LONGEST_FUNCTION} lines below the docstring: {long}"


@pytest.mark.parametrize("path", modules().values(), ids=name)
def test_weights_are_read_as_data(path: Path) -> None:
    for called, call in calls(path):
        if called == "torch.load":
            assert option(call, "weights_only") is True, f"{name(path)}:{call.lineno}"
        if called in ("np.load", "numpy.load"):
            assert not option(call, "allow_pickle"), f"{name(path)}:{call.lineno}"
        assert called not in ("eval", "exec", "torch.save", "gr.load", "gr.api"), (
            f"{name(path)}:{call.lineno}"
        )
        trust = [given for given in call.keywords if given.arg == "trust_remote_code"]
        assert not trust or option(call, "trust_remote_code") is False, f"{name(path)}:{call.lineno}"


def test_a_class_has_a_name_of_its_own() -> None:
    """So that whoever searches for a name finds the one class that is meant, in what draws and measures, too."""
    homes: dict[str, list[str]] = {}
    for path in (path for path in PYTHON if not name(path).startswith("tests")):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(name(path))
    assert not {called: where for called, where in homes.items() if len(where) > 1}


def test_pictures_come_in_through_one_door() -> None:
    """`Image.open` anywhere else would skip the limits, the formats, the orientation and the background."""
    wrong = [
        f"{name(path)}:{call.lineno}"
        for path in modules().values()
        for called, call in calls(path)
        if called.endswith("Image.open") and path != ROOT / "core" / "images" / "decoding.py"
    ]
    assert not wrong, wrong


def test_no_file_is_large() -> None:
    large = {
        name(path): path.stat().st_size for path in committed_files() if path.stat().st_size > LARGEST_FILE
    }
    assert not large


def test_no_file_runs_code_when_it_is_read() -> None:
    wrong = [
        name(path)
        for path in committed_files()
        if path.suffix in (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".npy", ".npz", ".bin")
    ]
    assert not wrong


def test_no_file_names_a_machine_or_leaves_work_undone() -> None:
    wrong = []
    for path in committed_files():
        if path.suffix not in TEXT or path.name == "LICENSE":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
            if NEVER_WRITTEN.search(line):
                wrong.append(f"{name(path)}:{number}: {line.strip()[:80]}")
    assert not wrong, "\n".join(wrong)
