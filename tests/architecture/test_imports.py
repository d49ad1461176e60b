"""Who may import whom: the floors of the house, and which library lives in which room."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from core.task_table import TASKS
from tests.architecture.source import ROOT, Import, imports, is_in, modules

LAYERS: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"][0]["layers"]
"""The floors as import-linter holds them."""
FLOORS = (("app",), *(tuple(re.split(" [|:] ", layer)) for layer in LAYERS))
APART = [rooms for rooms, layer in zip(FLOORS[1:], LAYERS, strict=True) if "|" in layer]

# What a vector of an encoder must be is known to the heads that take it and make others.
# How a model is loaded, placed and read to is the same for those that caption.
COMMON_GROUND = (
    "core.encoders.base",
    "core.encoders.checkpoint",
    "core.encoders.device",
    "core.encoders.reading",
)

MODELS = ("core.encoders", "core.captioners", "core.training")

# library -> the only rooms that may import it
KEPT_IN = {
    "gradio": ("app", "demo"),
    "torch": (*MODELS, "core.augmentation"),
    "torchvision": (*MODELS, "core.augmentation"),
    "timm": MODELS,
    "transformers": MODELS,
    "open_clip": MODELS,
    "onnx": ("core.encoders.compiled",),
    "onnxruntime": ("core.encoders.compiled",),
    "tokenizers": ("core.encoders",),
    "ftfy": ("core.encoders",),
    "faiss": ("core.index",),
    "pyarrow": ("core.datasets",),
    "PIL.Image": ("core.images",),
    "huggingface_hub": ("core.hub",),
    "spaces": ("core.profiles",),
}

NEVER = ("pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "cloudpickle")


def places(arrows: list[Import]) -> str:
    return "\n".join(f"{arrow.place}: {arrow.importer} imports {arrow.imported}" for arrow in arrows)


def floor(module: str) -> int | None:
    """Returns the number of the floor, counted from the roof, that a module of ours stands on."""
    return next((number for number, rooms in enumerate(FLOORS) if is_in(module, *rooms)), None)


def test_every_module_stands_on_a_floor() -> None:
    homeless = [name for name in modules() if floor(name) is None and name != "core"]
    assert not homeless, f"give these a floor in pyproject.toml: {homeless}"


def test_imports_go_down_only() -> None:
    wrong = []
    for arrow in imports():
        above, below = floor(arrow.importer), floor(arrow.imported)
        if above is not None and below is not None and below < above:
            wrong.append(arrow)
    assert not wrong, places(wrong)


def test_rooms_on_one_floor_do_not_know_each_other() -> None:
    wrong = []
    for rooms in APART:
        for arrow in imports():
            home = next((room for room in rooms if is_in(arrow.importer, room)), None)
            away = next((room for room in rooms if is_in(arrow.imported, room)), None)
            if home and away and home != away and not is_in(arrow.imported, *COMMON_GROUND):
                wrong.append(arrow)
    assert not wrong, places(wrong)


@pytest.mark.parametrize("library", KEPT_IN)
def test_a_library_is_imported_in_its_rooms_only(library: str) -> None:
    wrong = [
        arrow
        for arrow in imports()
        if is_in(arrow.imported, library) and not is_in(arrow.importer, *KEPT_IN[library])
    ]
    assert not wrong, places(wrong)


def test_nothing_imports_a_format_that_runs_code() -> None:
    wrong = [arrow for arrow in imports() if is_in(arrow.imported, *NEVER)]
    assert not wrong, places(wrong)


def test_tabs_do_not_know_each_other() -> None:
    tabs = [name for name in modules() if name.startswith("demo.tabs.")]
    wrong = [
        arrow
        for arrow in imports()
        if arrow.importer in tabs
        and is_in(arrow.imported, *tabs)
        and not is_in(arrow.imported, arrow.importer)
    ]
    assert not wrong, places(wrong)


def test_tasks_do_not_know_each_other() -> None:
    """As the contract in pyproject.toml has it, but also of a task that is added to the table."""
    rooms = [f"core.tasks.{task.key}" for task in TASKS]
    wrong = [
        arrow
        for arrow in imports()
        for room in rooms
        if is_in(arrow.importer, "core.tasks")
        and is_in(arrow.imported, room)
        and not is_in(arrow.importer, room)
    ]
    assert not wrong, places(wrong)


def test_only_three_modules_turn_names_into_models() -> None:
    wrong = [
        arrow
        for arrow in imports()
        if is_in(arrow.imported, "core.profiles")
        and not is_in(arrow.importer, "demo.services", "core.__main__", "core.workbench", "core.profiles")
    ]
    assert not wrong, places(wrong)


def test_the_towers_of_the_page_need_no_torch() -> None:
    """torch fills 5 GB of a disk and loads for seconds; whoever only looks at the page has none."""
    rooms = ("pocket", "sketch_tower", "compiled.runtime", "compiled.image_graph", "compiled.text_graph")
    names = ", ".join(f"core.encoders.{room}" for room in rooms)
    code = f"import sys, {names}; print(*{{'torch', 'transformers', 'timm', 'open_clip'}} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr


@pytest.mark.skipif("demo.page" not in modules(), reason="the page is not written yet")
@pytest.mark.parametrize("module", ["demo", "demo.page", "demo.services"])
def test_the_page_paints_without_heavy_libraries(module: str) -> None:
    """Loading torch takes seconds; the page must not wait for it."""
    heavy = {"torch", "transformers", "timm", "open_clip", "faiss", "onnx", "onnxruntime", "tokenizers"}
    code = f"import sys, {module}; print(*{heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "", f"import {module} loads {run.stdout}"
