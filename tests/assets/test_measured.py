"""The sample world is understood: the figures of the data cards hold on a part of it, with some room below them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from core.evaluation import EVALUATIONS
from core.evaluation.base import EvaluationOptions
from core.settings import ASSETS
from tests.pocket import pocket

pytestmark = pytest.mark.weights


def part(source: Path, step: int, out: Path) -> Path:
    """Copies every so many rows of a labelled folder, with their pictures, into another."""
    with (source / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::step]
    with (out / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for name in {
        row[column] for row in rows for column in ("file", "worn_photo", "product_photo") if column in row
    }:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, out / name)
    return out


@pytest.mark.parametrize(
    ("task", "folder", "step", "column", "least"),
    [
        ("labels", "galleries/shop", 7, "kind", {"accuracy": 0.60}),
        ("labels", "examples/street", 4, "kind", {"accuracy": 0.50}),
        ("field-road", "examples/field_road", 1, None, {"head_accuracy": 0.90, "zero_shot_accuracy": 0.90}),
        ("sketch", "examples/sketches", 7, None, {"picture_top_5": 0.75}),
        ("street-to-shop", ".", 20, None, {"box_recall_at_1": 0.40}),
    ],
)
def test_the_models_understand_the_world(
    task: str, folder: str, step: int, column: str | None, least: dict[str, float], tmp_path: Path
) -> None:
    data = part(ASSETS / folder, step, tmp_path)
    report = EVALUATIONS.load(task)(data, pocket(), EvaluationOptions(label_column=column))
    for name, figure in least.items():
        assert report.metrics[name].value >= figure, report.as_table()
