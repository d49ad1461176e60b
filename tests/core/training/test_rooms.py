"""Every recipe has a room, and its brothers have the same files: who knows one finds the way in the others."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from core.training import RECIPES

FILES = ("data", "fit", "measure", "recipe")


@pytest.mark.parametrize("task", RECIPES)
@pytest.mark.parametrize("file", FILES)
def test_a_room_has_the_files_of_its_brothers(task: str, file: str) -> None:
    module = RECIPES.load(task).__module__
    room, _, last = module.rpartition(".")
    assert last == "recipe" and room.rpartition(".")[0] == "core.training"
    assert find_spec(f"{room}.{file}") is not None
