"""Report 2 again, on a tiny CLIP: both schedules, zero-shot beside them, a head that loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.evaluation.reproduce import reproduce
from core.evaluation.reproduce.base import ReproductionOptions
from core.heads.field_road import FieldRoadHead
from core.store import sha256_of
from core.training.field_road import schedules as schedules
from tests.core.report_data import roads
from tests.core.report_models import TinyModels


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, schedule in schedules.CANDIDATES.items():
        monkeypatch.setitem(schedules.CANDIDATES, name, replace(schedule, epochs=2))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> TinyModels:
    return TinyModels(tmp_path_factory.mktemp("tiny"))


def test_photos_become_a_head_beside_the_reports_figures(models: TinyModels, tmp_path: Path) -> None:
    data, out, options = (
        roads(tmp_path / "fields_roads"),
        tmp_path / "head",
        ReproductionOptions(tmp_path / "cache"),
    )
    report = reproduce("field-road", tmp_path, models, out, options)
    text = report.as_text()
    for figure in ("98.7", "8 of 10", "road, 0.54", "photo 1", "3e-3, batch 3, 7 epochs", "code: 3e-4"):
        assert figure in text
    assert report.n == {"training fields": 12, "training roads": 12, "test photos": 4}
    assert "of 4" in text, "agreement is counted on the test photos that are here"
    head = FieldRoadHead(out, {"joint": "tiny-clip"})
    rows = models.joint.encode_pictures([])
    assert head.road_probability(np.ones((2, rows.shape[1]), dtype=np.float32)).shape == (2,)
    assert head.smallest_error == pytest.approx(1 / 13), "the members of both classes are kept"
    assert {
        "leave_one_out_accuracy",
        "unseen_accuracy",
        "zero_shot_accuracy",
        "agreement",
        "train_accuracy",
    } <= set(head.manifest.metrics)
    assert head.manifest.has_seen(sha256_of(data / "images" / "original_train_field_0_ab.png"))
    assert not head.manifest.has_seen(sha256_of(data / "images" / "original_test_field_1_ab.png"))

    before = models.encoded
    assert reproduce("field-road", data, models, out, options).tables == report.tables
    assert models.encoded == before, "the second run encodes nothing"


def test_without_test_photos_there_is_a_head_all_the_same(models: TinyModels, tmp_path: Path) -> None:
    roads(tmp_path / "data", test=0)
    report = reproduce(
        "field-road", tmp_path / "data", models, tmp_path / "head", ReproductionOptions(tmp_path / "cache")
    )
    assert len(report.tables) == 1
    FieldRoadHead(tmp_path / "head", {"joint": "tiny-clip"})


def test_too_few_photos_are_refused(models: TinyModels, tmp_path: Path) -> None:
    data = roads(tmp_path / "data")
    with pytest.raises(DataError, match="3 are fields and 3 roads"):
        reproduce(
            "field-road", data, models, tmp_path / "head", ReproductionOptions(tmp_path / "cache", limit=6)
        )
    (data / "labels.csv").write_text("file,label\na.png,field\n")
    with pytest.raises(DataError, match="column 'split'"):
        reproduce("field-road", data, models, tmp_path / "head", ReproductionOptions(tmp_path / "cache"))
