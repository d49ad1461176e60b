"""Report 4 again, on a tiny BLIP: simplex, learned weights, protocol; and both readings of its loss."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from core import blend
from core.datasets.cirr import read_cirr
from core.datasets.recall_maps import read_measured
from core.errors import DataError, SettingsError
from core.evaluation.reproduce import reproduce
from core.evaluation.reproduce.base import ReproductionOptions
from core.evaluation.reproduce.compose import chosen
from core.images import open_picture
from core.instruments.recall_map import RecallMap
from core.store import load_artifact
from core.training.compose import losses
from core.training.compose.fit import learned_in_batches
from tests.core.report_data import cirr
from tests.core.report_models import TinyModels


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> TinyModels:
    return TinyModels(tmp_path_factory.mktemp("tiny"))


def test_queries_become_weights_beside_the_reports_figures(models: TinyModels, tmp_path: Path) -> None:
    data, out = cirr(tmp_path / "data", {"val": 10, "train": 33}), tmp_path / "combiner"
    report = reproduce("compose", data, models, out, ReproductionOptions(tmp_path / "cache"))
    text = report.as_text()
    for figure in ("49.16", "27.03", "67.42", "80.08", "95.07", "21.84", "28.32", "68.14", "28.53", "27.34"):
        assert figure in text
    for figure in ("(0.000, 0.333, 0.667)", "0.0639", "R_subset@1", "not fine-tuned", "padding is left out"):
        assert figure in text
    tables = json.loads(report.as_json())["tables"]
    assert [len(table["rows"]) for table in tables[-3:]] == [55, 55, 55]
    assert tables[-3]["rows"][0]["name"] == "(0.000, 0.000, 1.000)"
    assert tables[-3]["rows"][0]["report"] == {"R@1": 27.03, "R@5": 67.42, "average": 58.18}
    assert report.n == {"queries": 10, "pictures": 8, "training queries": 33}
    tensors, manifest = load_artifact(out, kind="mixture", models={"joint": "tiny-itm"})
    weights = manifest.details["weights"]
    np.testing.assert_allclose(tensors["weights"], weights, atol=1e-6)
    assert sum(weights) == pytest.approx(1)
    assert set(manifest.details["learned_weights"]) == {"as coded", "as published"}
    measured = read_measured(out, manifest.tensors_sha256)
    assert measured.queries == 10 and measured.steps == 9

    before = models.encoded
    again = reproduce("compose", data, models, out, ReproductionOptions(tmp_path / "cache"))
    assert models.encoded == before, "the second run encodes nothing"
    assert again.tables == report.tables


def test_f_alone_is_ranked_as_a_loop_would(models: TinyModels, tmp_path: Path) -> None:
    data = cirr(tmp_path / "data", {"val": 12})
    report = reproduce("compose", data, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache"))
    split, blip, hits = read_cirr(data, "val"), models.composing, 0
    targets = sorted({str(query.target) for query in split.queries})
    rows = blip.encode_pictures([open_picture(split.path(name)) for name in targets])
    for query in split.queries:
        f = blip.compose([open_picture(split.path(query.reference))], [query.caption])[0]
        order = [targets[place] for place in np.argsort(-(rows @ f), kind="stable")]
        hits += [name for name in order if name != query.reference][0] == query.target
    line = next(line for line in report.tables[0].lines if line.name == "f(q, t) alone, BLIP-Large")
    assert line.here[0].value == pytest.approx(100 * hits / 12, abs=0.01)
    assert any("No weights were learned" in note for note in report.notes), "there is no training split"


def test_a_limit_needs_only_the_pictures_of_its_queries(models: TinyModels, tmp_path: Path) -> None:
    data = cirr(tmp_path / "data", {"val": 12})
    report = reproduce(
        "compose", data, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache", limit=3)
    )
    assert report.n["queries"] == 3
    (data / "img_raw" / "val" / "val-1-0-img0.png").unlink()
    with pytest.raises(DataError, match="val-1-0-img0"):
        reproduce("compose", data, models, tmp_path / "out", ReproductionOptions(tmp_path / "new"))


def test_an_encoder_that_cannot_compose_is_refused(models: TinyModels, tmp_path: Path) -> None:
    class Pocket:
        profile, composing = "pocket", models.sketch_words

    with pytest.raises(SettingsError, match="no model for composing"):
        reproduce("compose", tmp_path, Pocket(), tmp_path / "out", ReproductionOptions(tmp_path / "cache"))


def test_the_chosen_point_is_the_middle_of_the_best() -> None:
    hits = np.zeros((4, 55), dtype=np.int64)
    grid = blend.simplex_grid(9)
    hits[1, (grid[:, 0] == 0) & (grid[:, 1] <= 0.4)] = 5
    recall_map = RecallMap(9, (1, 5, 10, 50), {"mean": hits}, 10)
    assert chosen(recall_map) == pytest.approx((0, 2 / 9, 7 / 9), abs=0.12)


def loop(scores: np.ndarray, owner: str) -> float:
    """Returns HN-NCE written out term by term; `owner` says whose sum divides the weights of the rows."""
    s, n, total = scores / 0.07, len(scores), 0.0
    for way, table in (("rows", s), ("columns", s.T)):
        for i in range(n):
            wrong = 0.0
            for j in (j for j in range(n) if j != i):
                divisor = j if way == "rows" and owner == "column's" else i
                sums = sum(np.exp(0.5 * table[divisor, k]) for k in range(n) if k != divisor)
                wrong += (n - 1) * np.exp(0.5 * table[i, j]) / sums * np.exp(table[i, j])
            total += (np.log(np.exp(table[i, i]) + wrong) - table[i, i]) / n
    return total


def test_both_readings_of_the_loss_are_what_they_say() -> None:
    scores = np.random.default_rng(0).uniform(-0.3, 0.3, (5, 5))
    tensor = torch.from_numpy(scores)
    assert float(losses.published(tensor)) == pytest.approx(loop(scores, "row's"))
    assert float(losses.as_coded(tensor)) == pytest.approx(loop(scores, "column's"))
    assert float(losses.as_coded(tensor)) != pytest.approx(float(losses.published(tensor)), abs=1e-4)


@pytest.mark.parametrize("name", list(losses.LOSSES))
def test_weights_move_towards_what_finds_the_target(name: str) -> None:
    random = np.random.default_rng(0)
    targets = random.normal(0, 1, (64, 8)).astype(np.float32)
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    noise = random.normal(0, 1, (2, 64, 8)).astype(np.float32)
    parts = np.stack([targets, noise[0], noise[1]])
    mix = learned_in_batches(parts, targets, losses.LOSSES[name], seed=0)
    assert mix.path.shape == (12, 3)
    assert mix.weights[0] > 0.01 and mix.weights[2] < 1.0, "q finds it, f does not"
