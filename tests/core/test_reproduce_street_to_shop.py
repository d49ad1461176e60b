"""Report 3 again, on a tiny CLIP: zero-shot and after one epoch, a head that loads, figures that a loop finds too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.datasets.deepfashion2 import read_deepfashion2
from core.errors import NotReadyError
from core.evaluation.reproduce import reproduce
from core.evaluation.reproduce.base import ReproductionOptions
from core.evaluation.reproduce.street_to_shop import _figures
from core.heads.garment import GarmentHead
from core.images import open_picture
from core.store import sha256_of
from core.training.garment.embedding import Embedding, GarmentPairs
from tests.core.report_data import deepfashion2
from tests.core.report_models import TinyModels


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> TinyModels:
    return TinyModels(tmp_path_factory.mktemp("tiny"))


def test_garments_become_a_head_beside_the_reports_figures(models: TinyModels, tmp_path: Path) -> None:
    data, out, options = (
        deepfashion2(tmp_path / "data", products=20),
        tmp_path / "garment",
        ReproductionOptions(tmp_path / "cache"),
    )
    report = reproduce("street-to-shop", data, models, out, options)
    text = report.as_text()
    for figure in ("2.7", "3.4", "19.2", "34.5", "43.5", "52.4", "X2-VLM", "frozen tiny-clip"):
        assert figure in text
    assert report.n == {"queries": 20, "shop garments": 40, "training pairs": 20}
    rows = {row["name"]: row["here"] for row in json.loads(report.as_json())["tables"][0]["rows"]}
    assert len(rows) == 7
    assert any("tiny-itm" in note for note in report.notes) and report.models["composing"] == "tiny-itm"
    split = read_deepfashion2(data, "validation")
    street, shop = (
        models.composing.garment_features([open_picture(split.path(garment)) for garment in some])
        for some in (split.queries, split.gallery)
    )
    right = [places.tolist() for places in split.right()]
    plain = _figures(street, shop, right, [query.pair_id for query in split.queries])
    blip = rows["BLIP, zero-shot, whole pictures"]
    assert blip["mAP"]["value"] == pytest.approx(100 * plain[0].value, abs=0.01)
    assert blip["top-20"]["value"] == pytest.approx(100 * plain[4].value, abs=0.01)
    assert 0 < rows["BLIP, after one epoch, whole pictures"]["mAP"]["value"] <= 100
    assert 0 < rows["zero-shot, whole pictures"]["top-20"]["value"] <= 100
    head = GarmentHead(out, {"features": "tiny-clip"})
    features = np.eye(2, 24, dtype=np.float32)
    assert head.street(features).shape == (2, 24)
    assert not np.allclose(head.street(features), features, atol=1e-6), "one epoch has changed the map"
    assert {"mean_average_precision", "recall_at_20", "box_recall_at_1"} <= set(head.manifest.metrics)
    assert head.manifest.details["arcface"] == {"margin_radians": 0.15, "scale": 30.0}
    assert head.manifest.has_seen(sha256_of(data / "train" / "image" / "000001.jpg"))
    assert not head.manifest.has_seen(sha256_of(data / "validation" / "image" / "000001.jpg"))

    before = models.encoded
    assert reproduce("street-to-shop", data, models, out, options).tables == report.tables
    assert models.encoded == before, "the second run encodes nothing"


def test_without_a_training_split_there_is_zero_shot_and_no_head(models: TinyModels, tmp_path: Path) -> None:
    data = deepfashion2(tmp_path / "data", ("validation",))
    report = reproduce(
        "street-to-shop", data, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache", limit=2)
    )
    assert report.n["queries"] == 2 and report.head == ""
    assert not (tmp_path / "out").exists()
    assert any("Nothing was trained" in note for note in report.notes)
    assert "3.4" in report.as_text()


class _WithoutBlip:
    """Models whose BLIP was not fetched."""

    profile = "tiny"

    def __init__(self, models: TinyModels) -> None:
        self.garment = models.garment

    @property
    def composing(self) -> Any:
        raise NotReadyError("The model BLIP is not ready: config.json is missing.")


def test_where_blip_is_missing_the_other_encoder_is_measured_alone(
    models: TinyModels, tmp_path: Path
) -> None:
    data, options = deepfashion2(tmp_path / "data"), ReproductionOptions(tmp_path / "cache")
    report = reproduce("street-to-shop", data, _WithoutBlip(models), tmp_path / "out", options)
    assert any("BLIP was not measured" in note and "config.json is missing" in note for note in report.notes)
    assert not any(line.name.startswith("BLIP") for line in report.tables[0].lines)
    assert report.models == {"garment": "tiny-clip"} and report.head


def test_a_damaged_training_picture_leaves_zero_shot(models: TinyModels, tmp_path: Path) -> None:
    data = deepfashion2(tmp_path / "data")
    for picture in (data / "train" / "image").iterdir():
        picture.write_bytes(b"torn")
    report = reproduce(
        "street-to-shop", data, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache")
    )
    assert report.head == "" and report.n["training pairs"] == 0 and not (tmp_path / "out").exists()
    assert sum("Nothing was trained" in note for note in report.notes) == 1
    assert "BLIP, zero-shot" in report.as_text() and "BLIP, after" not in report.as_text()


def test_figures_are_those_of_a_plain_ranking() -> None:
    random = np.random.default_rng(0)
    street, shop = (
        random.normal(0, 1, (7, 4)).astype(np.float32),
        random.normal(0, 1, (30, 4)).astype(np.float32),
    )
    shop[20:] = shop[:10]  # garments of one picture are all alike; the gallery's order decides
    right = [sorted(random.choice(30, 3, replace=False).tolist()) for _ in range(7)]
    precisions, hits = [], 0
    for query, places in zip(street, right, strict=True):
        order = np.argsort(-(shop @ query), kind="stable").tolist()
        ranks = sorted(order.index(place) + 1 for place in places)
        precisions.append(np.mean([(number + 1) / rank for number, rank in enumerate(ranks)]))
        hits += ranks[0] <= 5
    figures = _figures(street, shop, right, list(range(7)))
    assert figures[0].value == pytest.approx(np.mean(precisions))
    assert figures[2].value == pytest.approx(hits / 7)


def test_before_training_a_square_map_is_the_encoder_itself() -> None:
    rows = np.random.default_rng(0).normal(0, 1, (6, 5)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    model = Embedding(GarmentPairs(rows, rows), square=True).eval()
    np.testing.assert_allclose(model.embedded(rows, "street"), rows, atol=1e-6)
