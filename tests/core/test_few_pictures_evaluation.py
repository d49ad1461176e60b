"""`evaluate few-pictures` on pictures of one colour each, which any head tells apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import DataError
from core.own_head import few_pictures as few
from core.small_heads.samples import TEXT
from tests.core.evaluation_data import BLUE, GREEN, RED, digest, labelled, measure, value
from tests.core.evaluation_fakes import FakeModels


def test_colours_are_told_apart_from_few_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few, "DRAWS", 2)
    monkeypatch.setattr(few, "SCHEDULES", {"text": TEXT})
    data = labelled(tmp_path, [("red", RED)] * 12 + [("green", GREEN)] * 12 + [("blue", BLUE)] * 4)
    report = measure("few-pictures", data)
    assert report.n == 28 and report.extras["labels"] == ["green", "red"], "of blue there are too few"
    assert value(report, "embedding_text_8") == value(report, "captions") == 1
    seen = FakeModels({"joint": {digest(data / "0.png")}})
    with pytest.raises(DataError, match="this data has 1"):
        measure("few-pictures", data, seen)
