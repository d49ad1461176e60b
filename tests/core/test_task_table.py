"""The one table: each row's names lead somewhere in every registry, commands know no others, and say so."""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core import __main__ as cli
from core.command_line import UNUSABLE
from core.datasets.sample_figures import read_figures
from core.errors import SettingsError
from core.evaluation import EVALUATIONS, EXAMPLES, SAMPLES
from core.evaluation.reproduce import REPRODUCTIONS, reproduce
from core.evaluation.reproduce.base import ABILITIES, ReproductionOptions, role_of
from core.heads import HEADS
from core.hub import PINS, pins_of
from core.hub.choice import ROLES
from core.hub.jobs import BackgroundFetch
from core.profiles.paper import PaperModels
from core.profiles.pocket import PocketModels
from core.registry import Registry
from core.settings import ASSETS, PROFILES
from core.store import read_manifest
from core.task_table import PARTS, TASKS, Subject, Task, find_subject, find_task
from core.training import RECIPES
from core.training.command import EVERYTHING
from demo import copy

ROWS = (*PARTS, *TASKS)
COLUMNS = {
    "recipe": RECIPES,
    "evaluation": EVALUATIONS,
    "reproduction": REPRODUCTIONS,
    "example": EXAMPLES,
    "samples": SAMPLES,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_name_of_a_row_leads_somewhere(row: Subject) -> None:
    for column, registry in COLUMNS.items():
        if getattr(row, column, ""):
            assert registry[row.name] == getattr(row, column)
            assert registry.load(row.name) and all(
                registry.short_name(alias) == row.name for alias in (row.key, *row.aliases)
            )
        else:
            assert row.name not in registry
    if row.head:
        manifest = read_manifest(ASSETS / "models" / "pocket" / row.head)
        assert manifest.kind == row.head
    for name in (row.key, row.name, *row.aliases):
        assert find_subject(name) is row


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_each_task_has_its_parts(task: Task) -> None:
    assert task.head in HEADS and set(task.roles) <= set(ROLES) and set(task.optional) <= set(PINS)
    assert pins_of(task.name), "the paper profile has models for it"
    for models in (PocketModels, PaperModels):
        assert callable(getattr(models, task.key))
    assert callable(importlib.import_module(f"demo.tabs.{task.key}").build)
    examples = json.loads((ASSETS / "examples" / f"{task.key}.json").read_bytes())["examples"]
    assert examples and task.key in copy.TABS and task.key in read_figures("pocket")


def test_the_rows_have_names_of_their_own() -> None:
    for names in ([name for row in ROWS for name in {row.key, row.name, *row.aliases}], *(
        [getattr(task, column) for task in TASKS] for column in ("title", "endpoint", "head")
    )):  # fmt: skip
        assert len(set(names)) == len(names)
    assert list(copy.TABS) == [task.key for task in TASKS]


def choices(command: str, dest: str = "task") -> argparse.Action:
    (commands,) = (
        candidate for candidate in cli.parser()._actions if isinstance(candidate, argparse._SubParsersAction)
    )
    return next(action for action in commands.choices[command]._actions if action.dest == dest)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("train", [*(row.name for row in ROWS if row.recipe), EVERYTHING]),
        ("evaluate", [row.name for row in ROWS if row.evaluation]),
        ("reproduce", [row.name for row in TASKS if row.reproduction]),
        ("models", [row.name for row in TASKS]),
    ],
)
def test_a_command_takes_the_names_of_the_table_and_hides_the_aliases(command: str, names: list[str]) -> None:
    action = choices(command)
    assert list(action.choices or ()) == names
    assert "composed" not in str(action.help)
    for spelled, name in (
        ("composed", "compose"),
        ("field_road", "field-road"),
        ("field-road", "field-road"),
    ):
        words = [command, "--task", spelled] if command == "models" else [command, spelled, "--data", "."]
        assert cli.parser().parse_args(words).task == name


UNKNOWN: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "the table": (find_task, [task.name for task in TASKS]),
    "what is trained": (find_subject, [row.name for row in ROWS]),
    "a recipe": (RECIPES.load, list(RECIPES)),
    "an evaluation": (EVALUATIONS.load, list(EVALUATIONS)),
    "a reproduction": (
        lambda name: reproduce(name, Path(), None, Path(), ReproductionOptions(Path())),  # type: ignore[arg-type]
        list(REPRODUCTIONS),
    ),
    "models of a task": (pins_of, [task.name for task in TASKS]),
    "the models of a gallery": (
        PocketModels(PROFILES["pocket"]).gallery_models,
        [task.name for task in TASKS],
    ),
    "a role": (lambda name: role_of(None, name), list(ABILITIES)),  # type: ignore[arg-type]
    "a download": (BackgroundFetch().start, [task.name for task in TASKS]),
}


@pytest.mark.parametrize("name", ["juggling", "", "Sketch", "core.training.sketch:run"])
@pytest.mark.parametrize("lookup", UNKNOWN)
def test_an_unknown_name_is_one_sentence_with_the_known_ones(lookup: str, name: str) -> None:
    call, accepted = UNKNOWN[lookup]
    with pytest.raises(SettingsError) as refused:
        call(name)
    sentence = str(refused.value)
    assert sentence.startswith("There is no ") and f"called {name!r}; choose one of " in sentence
    assert sentence.endswith(f"{', '.join(accepted)}.")


@pytest.mark.parametrize(
    ("words", "registry"),
    [
        (["train", "juggling", "--data", "."], RECIPES),
        (["evaluate", "juggling", "--data", "."], EVALUATIONS),
        (["reproduce", "juggling", "--data", "."], REPRODUCTIONS),
        (["models", "--task", "juggling"], [task.name for task in TASKS]),
    ],
)
def test_an_unknown_task_of_a_command_is_one_sentence(
    words: list[str], registry: Registry | list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == UNUSABLE
    out, err = capfd.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith("python -m core: There is no ")
    assert err.endswith(f"called 'juggling'; choose one of {', '.join(registry)}.\n")
