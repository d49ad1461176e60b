"""Registries: names resolved when asked for, and every name that ships leads somewhere."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from core.captioners import CAPTIONERS
from core.encoders import ENCODERS
from core.errors import SettingsError
from core.evaluation import EVALUATIONS, EXAMPLES, SAMPLES
from core.evaluation.reproduce import REPRODUCTIONS
from core.heads import HEADS
from core.index import INDEXES
from core.instruments import INSTRUMENTS
from core.registry import Registry
from core.training import RECIPES

REGISTRIES: tuple[Registry, ...] = (
    CAPTIONERS, ENCODERS, EVALUATIONS, EXAMPLES, HEADS, INDEXES, INSTRUMENTS, RECIPES, REPRODUCTIONS, SAMPLES,
)  # fmt: skip
SHIPPED = [(registry, name) for registry in REGISTRIES for name in registry]


def test_a_registry_is_a_table_that_imports_nothing_until_asked() -> None:
    registry = Registry("toy", {"turtle": "turtledemo.clock:main", "path": "os.path:join"})
    assert list(registry) == ["turtle", "path"] and len(registry) == 2
    assert registry["path"] == "os.path:join" and "path" in registry
    assert "turtledemo.clock" not in sys.modules


def test_a_name_is_resolved_to_the_part_itself() -> None:
    from os.path import join

    assert Registry("toy", {"path": "os.path:join"}).load("path") is join


@pytest.mark.parametrize("name", ["", "Pocket", "os:system", "../pocket"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match="choose one of path, other"):
        Registry("toy", {"path": "os.path:join", "other": "os:getcwd"}).load(name)


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.kind)
def test_every_registry_answers_an_unknown_name_with_one_sentence(registry: Registry) -> None:
    with pytest.raises(SettingsError) as refused:
        registry.load("zebra")
    assert str(refused.value) == (
        f"There is no {registry.kind} called 'zebra'; choose one of {', '.join(registry)}."
    )


def test_the_table_cannot_be_changed_from_outside() -> None:
    parts = {"path": "os.path:join"}
    registry = Registry("toy", parts)
    parts["evil"] = "os:system"
    assert "evil" not in registry
    assert not hasattr(registry, "__setitem__")


@pytest.mark.parametrize(
    ("registry", "name"), SHIPPED, ids=[f"{registry.kind} {name}" for registry, name in SHIPPED]
)
def test_every_shipped_name_points_at_a_module_of_ours(registry: Registry, name: str) -> None:
    module, _, attribute = registry[name].partition(":")
    assert module.startswith("core.") and attribute
    assert importlib.util.find_spec(module) is not None, "the file is missing"
