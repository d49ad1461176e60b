"""The rooms of the page: a task has the same files in each, and they are built alike."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from importlib import import_module

import pytest

from core.task_table import TASKS
from demo.events.tab import WordedFields
from tests.architecture.source import ROOT, tree

KEYS = [task.key for task in TASKS]
SHARED = {
    "tabs": ("scores",),
    "events": ("atlas", "links", "marks", "retrieval", "rules", "scores", "several", "tab", "trail"),
    "answers": ("instruments", "joining", "live", "places", "report", "retrieval", "scores", "several"),
    "endpoints": ("arguments", "fields", "maps", "places", "questions", "views", "words"),
}
"""What the tasks of a room have in common, and the tab of scores of one's own, which is no task."""


def functions(node: ast.AST) -> list[str]:
    """Returns the functions of a module or a class, in order."""
    return [child.name for child in ast.iter_child_nodes(node) if isinstance(child, ast.FunctionDef)]


def in_order(wanted: Sequence[str], names: Sequence[str]) -> bool:
    """Tells whether all stand there, in this order, whatever stands between."""
    return [name for name in names if name in wanted] == list(wanted)


@pytest.mark.parametrize("room", SHARED)
def test_each_task_has_its_file_in_every_room(room: str) -> None:
    """As the README promises: what a new tab costs is a file of its key in each."""
    files = {path.stem for path in (ROOT / "demo" / room).glob("*.py")} - {"__init__", *SHARED[room]}
    assert {name for name in files if name in KEYS} == set(KEYS)
    strange = [name for name in files if not any(name == key or name.startswith(f"{key}_") for key in KEYS)]
    assert not strange, f"whose are {strange}?"


@pytest.mark.parametrize("file", [*(f"tabs/{key}" for key in KEYS), "panels/own_head"])
def test_tabs_are_laid_out_alike(file: str) -> None:
    names = functions(tree(ROOT / "demo" / f"{file}.py"))
    assert in_order(("build", "_question", "_answer", "_connect"), names)


@pytest.mark.parametrize("key", KEYS)
def test_the_same_happens_in_every_tab_under_the_same_name(key: str) -> None:
    """Where a visitor types words, these are asked with, and weighed against the picture."""
    classes = [
        class_node
        for class_node in tree(ROOT / "demo" / "events" / f"{key}.py").body
        if isinstance(class_node, ast.ClassDef)
    ]
    (events,) = [class_node for class_node in classes if class_node.name.endswith("Events")]
    (own,) = [class_node for class_node in classes if class_node.name.endswith("Fields")]
    worded = issubclass(getattr(import_module(f"demo.events.{key}"), own.name), WordedFields)
    of_words = ("worded", "weighed") if worded else ()
    assert in_order(("opened", "uploaded", *of_words), functions(events))
