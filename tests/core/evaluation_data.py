"""Tiny folders in the four layouts, and a measurement on them that checks what holds for every report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from core.evaluation import EVALUATIONS
from core.evaluation.base import EvaluationOptions
from core.evaluation.report import EvaluationReport
from core.store import sha256_of
from tests.core.evaluation_fakes import COLOURS, FakeModels, paint

RED, GREEN, BLUE = COLOURS.values()


def measure(task: str, data: Path, models: FakeModels | None = None, **options: object) -> EvaluationReport:
    report = EVALUATIONS.load(task)(data, models or FakeModels(), EvaluationOptions(**options))
    check(report)
    return report


def check(report: EvaluationReport) -> None:
    """What holds for every report: the object of the command line, figures within their intervals."""
    value = json.loads(report.as_json())
    assert list(value)[:6] == ["task", "profile", "models", "n", "metrics", "seconds"]
    assert value["models"] == {"joint": "colours"}
    for figure in value["metrics"].values():
        assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
    assert all(name in report.as_table() for name in value["metrics"])


def value(report: EvaluationReport, name: str) -> float:
    return report.metrics[name].value


def digest(path: Path) -> str:
    return sha256_of(path)[:16]


def labelled(folder: Path, rows: Sequence[tuple[str, Sequence[float]]], group: Sequence[str] = ()) -> Path:
    """Writes a labelled folder, one picture for each (label, colour)."""
    lines = ["file,label,photo_id"]
    for number, (label, colour) in enumerate(rows):
        paint(folder / f"{number}.png", colour, number)
        lines.append(f"{number}.png,{label},{group[number] if group else number}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def coloured_clothes(folder: Path) -> Path:
    """Writes five red and four blue pictures of one kind, and a query for either colour."""
    labelled(folder, [("red", RED)] * 5 + [("blue", BLUE)] * 4)
    (folder / "typed_words.csv").write_text("words,where\na red one,label=red|pink\nblue,Label~lue\n")
    return folder


def captioned(folder: Path, captions: Sequence[tuple[Sequence[float], list[str]]]) -> Path:
    entries = [
        {"file": paint(folder / f"{number}.png", colour, number), "captions": words}
        for number, (colour, words) in enumerate(captions)
    ]
    (folder / "captions.json").write_text(json.dumps(entries))
    return folder


def any_data(task: str, folder: Path) -> Path:
    """Returns a good folder for a task, with some pictures to spare."""
    if task == "joint":
        return captioned(folder, [(RED, ["red"]), (GREEN, ["green"]), (BLUE, ["blue"])])
    if task in ("sketch", "labels"):
        return labelled(folder, [("red", RED), ("green", GREEN), ("blue", BLUE)])
    if task == "typed-words":
        return coloured_clothes(folder)
    if task == "field-road":
        return labelled(folder, [("field", GREEN), ("road", RED), ("road", BLUE)])
    if task == "street-to-shop":
        return paired(folder, [("1", RED, RED), ("2", GREEN, GREEN), ("3", BLUE, BLUE)])
    return compose_data(folder, [RED, GREEN, BLUE, (1, 1, 0)], [(0, "is green", [1]), (1, "is blue", [2])])


def paired(folder: Path, rows: Sequence[tuple[str, Sequence[float], Sequence[float]]]) -> Path:
    lines = ["item_id,worn_photo,product_photo"]
    for number, (item, worn, product) in enumerate(rows):
        paint(folder / "w" / f"{number}.png", worn, number)
        paint(folder / "p" / f"{number}.png", product, 500 + number)
        lines.append(f"{item},w/{number}.png,p/{number}.png")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def compose_data(
    folder: Path, gallery: Sequence[Sequence[float]], triplets: Sequence[tuple[int, str, list[int]]]
) -> Path:
    names = [paint(folder / f"{number}.png", colour, number) for number, colour in enumerate(gallery)]
    entries = [
        {"reference": names[reference], "caption": text, "targets": [names[target] for target in targets]}
        for reference, text, targets in triplets
    ]
    (folder / "triplets.json").write_text(json.dumps({"gallery": names, "triplets": entries}))
    return folder
