"""What every reader promises, tried on each one that there is: nothing but DataError, in one sentence."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import core.datasets
from core.datasets.sources import Source
from core.errors import DataError

# reader -> what an empty folder lacks first
WANTED = {
    "folder": "labels.csv",
    "pairs": "labels.csv",
    "triplets": "triplets.json",
    "captions": "captions.json",
    "imagenet_sketch": "sketch/n01440764/",
    "sketch_embeddings": "data/train-00000-of-00001.parquet",
    "deepfashion2": "validation/annos/000001.json",
    "cirr": "captions/cap.rc2.val.json",
    "fashion_iq": "captions/cap.dress.val.json",
}
OWN_LAYOUTS = {"folder", "pairs", "triplets", "captions"}

pytestmark = pytest.mark.parametrize("name", list(WANTED))


def module_of(name: str) -> ModuleType:
    return importlib.import_module(f"core.datasets.{name}")


def read(name: str) -> Callable[[Path], Any]:
    function: Callable[[Path], Any] = getattr(module_of(name), f"read_{name}")
    return function


def source_of(name: str) -> Source | None:
    return getattr(module_of(name), "SOURCE", None)


def refusal(name: str, folder: Path) -> str:
    """Returns the sentence with which a reader refuses a folder."""
    with pytest.raises(DataError) as error:
        read(name)(folder)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".") and not text.endswith("..")
    return text


def test_every_reader_is_tried_here(name: str) -> None:
    there = [module.name for module in pkgutil.iter_modules(core.datasets.__path__)]
    assert set(WANTED) == {module for module in there if hasattr(module_of(module), f"read_{module}")}
    assert (source_of(name) is None) == (name in OWN_LAYOUTS)


@pytest.mark.parametrize("there", [True, False], ids=["empty folder", "no folder"])
def test_what_is_missing_is_named_with_where_it_comes_from(name: str, tmp_path: Path, there: bool) -> None:
    folder = tmp_path if there else tmp_path / "nowhere"
    text = refusal(name, folder)
    assert WANTED[name] in text and str(folder) in text
    assert ("does not exist" in text) == (not there)
    source = source_of(name)
    if source is not None:
        assert source.name in text and source.page in text and source.terms in text


def test_files_of_something_else_are_refused(name: str, tmp_path: Path) -> None:
    for file in ("labels.csv", "triplets.json", "captions.json"):
        (tmp_path / file).write_text('{"unrelated": 1}')
    (tmp_path / "train").mkdir()
    (tmp_path / "validation" / "annos").mkdir(parents=True)
    refusal(name, tmp_path)


def test_a_source_is_a_page_of_the_authors(name: str) -> None:
    source = source_of(name)
    if source is not None:
        assert source.page.startswith(("github.com/", "huggingface.co/datasets/"))
