"""How faithful maps are: measured by a command, kept beside what ships, shown for the models that were measured."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.datasets import map_figures
from core.datasets.map_figures import MapFigures, keep_figures, map_figures_of
from core.errors import ArtifactError, DataError
from core.evaluation import places, results
from core.evaluation.base import EvaluationOptions
from core.metrics import Estimate
from core.settings import ASSETS
from demo.answers.places import worth
from tests.core.evaluation_fakes import FakeModels as FakeProfile
from tests.pocket import pocket

NAMES = ("deletion", "insertion", "random_order", "deletion_less_random", "insertion_less_random")


def figures(less: float = -0.5, more: float = 0.5) -> dict[str, Estimate]:
    values = (1.0, 2.0, 1.5, less, more)
    return {
        name: Estimate(value, value - 0.2, value + 0.2, 50) for name, value in zip(NAMES, values, strict=True)
    }


def test_figures_are_kept_by_task_and_come_back(tmp_path: Path) -> None:
    assert map_figures_of("pocket", tmp_path) == {}
    keep_figures("sketch", "pocket", {"head": "h"}, "sketches", {"picture": figures()}, tmp_path)
    keep_figures("compose", "pocket", {"joint": "j"}, "photos", {"q": figures()}, tmp_path)
    kept = map_figures_of("pocket", tmp_path)
    assert set(kept) == {"sketch", "compose"} and map_figures_of("paper", tmp_path) == {}
    assert kept["sketch"] == MapFigures({"head": "h"}, "sketches", {"picture": figures()})
    (tmp_path / "models" / "pocket").mkdir(parents=True)
    text = results.text(tmp_path / "models" / "pocket")
    assert "| Sketch | picture | sketches | 50 | 1.000 (0.800 to 1.200) |" in text
    (tmp_path / map_figures.FILE).write_text(json.dumps({"pocket": {"sketch": []}}))
    with pytest.raises(ArtifactError, match="cannot be read"):
        map_figures_of("pocket", tmp_path)


@pytest.mark.parametrize(
    ("less", "more", "said"),
    [
        (-0.5, 0.5, ("lowers the score faster than in random order", "raises it faster")),
        (0.1, -0.1, ("lowers the score about as fast as", "raises it about as fast")),
        (0.5, -0.5, ("lowers the score more slowly than", "raises it more slowly")),
    ],
)
def test_the_sentence_says_what_the_intervals_allow(less: float, more: float, said: tuple[str, str]) -> None:
    sentence = worth(MapFigures({}, "sketches", {"picture": figures(less, more)}))["picture"]
    assert all(words in sentence for words in said) and "50 held-out pictures (sketches)" in sentence


def test_maps_of_drawings_beat_random_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PICTURES", 8)
    monkeypatch.setattr(places, "STEPS", 4)
    shutil.copytree(ASSETS / "examples" / "sketches", tmp_path / "drawings")
    report = places.evaluate(tmp_path / "drawings", pocket(), EvaluationOptions())
    kinds = ("picture", "gap_thing")
    assert report.task == "places"
    assert set(report.metrics) == {f"{kind}_{name}" for kind in kinds for name in NAMES}
    assert report.metrics["picture_deletion_less_random"].high < 0
    assert report.metrics["picture_insertion_less_random"].low > 0


def test_a_garments_map_is_judged_by_the_shop_picture_of_its_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PICTURES", 3)
    monkeypatch.setattr(places, "STEPS", 3)
    report = places.evaluate(ASSETS, pocket(), EvaluationOptions())
    assert {f"{kind}_{name}" for kind in ("picture", "gap_garment") for name in NAMES} <= set(report.metrics)
    values = {name: report.metrics[f"picture_{name}"].value for name in NAMES}
    assert values["deletion"] < values["insertion"], (
        "what the map names first does more than what it names last"
    )
    assert values["deletion_less_random"] == pytest.approx(values["deletion"] - values["random_order"])


def test_models_without_maps_are_refused_in_a_sentence(tmp_path: Path) -> None:
    shutil.copytree(ASSETS / "examples" / "field_road", tmp_path / "roads")
    with pytest.raises(DataError, match="no sums over places"):
        places.evaluate(tmp_path / "roads", FakeProfile(), EvaluationOptions())  # type: ignore[arg-type]
