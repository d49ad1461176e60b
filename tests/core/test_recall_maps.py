"""Recall over the simplex: report 4's published points, and a map that belongs to its combiner alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.datasets.recall_maps import PUBLISHED, read_measured, read_published, save_measured
from core.encoders.pooling import POOLINGS
from core.errors import ArtifactError
from core.instruments.recall_map import RecallMap
from core.settings import ASSETS
from core.store import Manifest, read_manifest

COMBINER = ASSETS / "models" / "pocket" / "combiner"


def test_the_published_points_are_the_reports() -> None:
    published = read_published()
    assert tuple(published.hits) == POOLINGS
    assert published.at("mean", 1).shape == (55,)
    assert published.at("mean", 1)[0] == pytest.approx(0.27027)
    weights, value = published.best("mean", 1)
    assert weights == pytest.approx((0, 1 / 3, 2 / 3)) and value == pytest.approx(0.283186)
    weights, value = published.best("mean", 5)
    assert weights == pytest.approx((1 / 9, 2 / 9, 6 / 9)) and value == pytest.approx(0.681416)
    assert published.at("mean", 10)[0] == pytest.approx(3 * 0.581759 - 0.27027 - 0.674241)


@pytest.mark.parametrize("damage", ["point", "row", "json", "missing"])
def test_damaged_points_are_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "published.json"
    value = json.loads(PUBLISHED.read_text())
    if damage == "point":
        value["pooling"]["max"][7][1] = 0.5
    elif damage == "row":
        value["pooling"]["max"].pop()
    if damage != "missing":
        path.write_text("[" if damage == "json" else json.dumps(value))
    with pytest.raises(ArtifactError, match="published recall"):
        read_published(path)


def _map() -> RecallMap:
    hits = np.random.default_rng(0).integers(0, 70, (2, 55))
    return RecallMap(9, (1, 5), {"mean": hits, "max": hits[::-1]}, 70)


def _manifest(digest: str) -> Manifest:
    return Manifest("combiner", {}, ["pack"], "", 0, {}, {}, 1.0, {}, digest)


def test_a_measured_map_survives_and_belongs_to_its_weights(tmp_path: Path) -> None:
    save_measured(tmp_path, _manifest("a" * 64), _map())
    read_back = read_measured(tmp_path, "a" * 64)
    assert (read_back.steps, read_back.places, read_back.queries) == (9, (1, 5), 70)
    assert np.array_equal(read_back.at("mean", 5), _map().at("mean", 5))
    with pytest.raises(ArtifactError):
        read_measured(tmp_path, "b" * 64)
    with pytest.raises(ArtifactError):
        read_measured(tmp_path / "elsewhere")


def test_the_best_of_many_equal_points_is_in_their_middle() -> None:
    grid = np.zeros((1, 55), dtype=np.int64)
    grid[0, [0, 1, 2, 3, 4]] = 9
    (w0, w1, w2), value = RecallMap(9, (1,), {"mean": grid}, 10).best("mean", 1)
    assert (w0, w1, w2) == pytest.approx((0, 2 / 9, 7 / 9)) and value == 0.9


def test_the_shipped_map_is_of_the_shipped_weights() -> None:
    manifest = read_manifest(COMBINER)
    shipped = read_measured(COMBINER, manifest.tensors_sha256)
    assert shipped.steps == 45 and set(shipped.hits) == set(POOLINGS)
    corner = shipped.at("mean", 10)
    for point, name in ((-1, "picture"), (45, "words"), (0, "composed")):
        assert corner[point] == pytest.approx(manifest.metrics[f"{name}_recall_at_10"]["value"], abs=1e-4)
