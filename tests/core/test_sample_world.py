"""The figures of the pictures that ship: complete, of these models, true to what is measured now, and a story told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.datasets.recall_maps import read_measured
from core.datasets.sample_figures import FILE, PICTURES, read_figures
from core.errors import ArtifactError
from core.evaluation import EVALUATIONS
from core.evaluation.base import EvaluationOptions
from core.evaluation.sample_world import samples
from core.settings import ASSETS
from core.store import read_manifest
from core.task_table import TASKS
from tests.pocket import pocket


def test_every_tab_has_its_figures_with_intervals_and_counts() -> None:
    tables = read_figures("pocket")
    assert list(tables) == [task.key for task in TASKS]
    for tab, table in tables.items():
        words = [words for task, sample in samples() if task.key == tab for words in sample.figures.values()]
        assert [row[0] for row in table["rows"]] == words
        for _, figure, n in table["rows"]:
            assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1 and n >= 20


@pytest.mark.parametrize(
    ("tab", "words", "low", "high"),
    [
        ("street_to_shop", "kind of garment, zero-shot, shop pictures", 0.70, 1.0),
        ("street_to_shop", "kind of garment, zero-shot, street pictures", 0.55, 1.0),
        ("street_to_shop", "right product first, by the garment\u2019s box", 0.40, 0.90),
        ("field_road", "head, clear scenes", 0.90, 1.0),
        ("field_road", "zero-shot, clear scenes", 0.90, 1.0),
        ("sketch", "picture alone, top-5", 0.75, 1.0),
    ],
)
def test_models_trained_on_photographs_read_the_pictures(
    tab: str, words: str, low: float, high: float
) -> None:
    rows = {row[0]: row[1]["value"] for row in read_figures("pocket")[tab]["rows"]}
    assert low <= rows[words] <= high, "what is drawn is neither unlike the world nor trivial"


def test_figures_of_other_models_are_not_shown() -> None:
    assert read_figures("paper") == {}


@pytest.mark.parametrize("content", [None, "", "[]", '{"tables": 3, "profile": "pocket"}'])
def test_a_damaged_file_is_one_sentence(content: str | None, tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir()
    if content is not None:
        (tmp_path / FILE).write_text(content)
    with pytest.raises(ArtifactError, match="The figures of the pictures that ship cannot be read"):
        read_figures("pocket", tmp_path)


@pytest.mark.weights
def test_the_figures_were_measured_with_the_weights_that_ship() -> None:
    measured_models = json.loads((ASSETS / FILE).read_bytes())["models"]
    for role, model in pocket().gallery_models("compose").items():
        assert measured_models[role] == model
    report = EVALUATIONS.load("field-road")(ASSETS / "examples" / "field_road", pocket(), EvaluationOptions())
    rows = {row[0]: row[1] for row in read_figures("pocket")["field_road"]["rows"]}
    sample = next(sample for task, sample in samples() if task.key == "field_road")
    for name, words in sample.figures.items():
        assert rows[words]["value"] == pytest.approx(report.metrics[name].value, abs=0.04)


def test_the_best_weights_for_the_first_place_are_not_those_for_the_first_five() -> None:
    combiner = read_manifest(ASSETS / "models" / "pocket" / "combiner")
    recall_map = read_measured(ASSETS / PICTURES, combiner.tensors_sha256)
    assert recall_map.queries >= 250 and recall_map.places == (1, 5, 10)
    first, best_at_one = recall_map.best("mean", 1)
    five, share = recall_map.best("mean", 5)
    assert first != five and 0 < best_at_one < share
    grid = recall_map.at("mean", 5)
    assert grid.max() > grid[[0, -1]].max(), "a mix is better than any part alone"
