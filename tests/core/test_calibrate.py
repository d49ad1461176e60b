"""Calibrating a gallery: answers and their copies are taken away, tables are checked, too few questions refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.conformal.calibrations import FILE, read_calibrations
from core.errors import DataError
from core.evaluation.base import EvaluationOptions
from core.evaluation.calibrate import BestScores, CalibrationQuery, lines_of
from core.evaluation.calibration_queries import calibrate_own, queries_in
from core.index.build import build_gallery
from core.index.bundle import Gallery, open_bundle
from tests.core.evaluation_data import BLUE, GREEN, RED
from tests.core.evaluation_fakes import FakeModels, GalleryColours, paint


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    """Three colours, the red one twice, byte for byte."""
    for number, colour in enumerate((RED, GREEN, BLUE)):
        paint(tmp_path / "shop" / f"{number}.png", colour, number)
    (tmp_path / "shop" / "again.png").write_bytes((tmp_path / "shop" / "0.png").read_bytes())
    build_gallery(tmp_path / "shop", tmp_path / "bundle", encoders=GalleryColours())
    return open_bundle(tmp_path / "bundle")


def asking(folder: Path, *lines: str, header: str = "file,answers,words") -> Path:
    table = folder / "queries.csv"
    table.write_text("\n".join([header, *lines]) + "\n")
    return table


def test_answers_are_taken_away_with_their_copies_and_the_picture_that_asks(
    gallery: Gallery, tmp_path: Path
) -> None:
    paint(tmp_path / "street.png", RED, 9)
    queries, note = queries_in(
        asking(tmp_path, "street.png,0.png,", "shop/1.png,2.png,bluer", "street.png,,"), gallery
    )
    files = [sorted(gallery.items[row].file for row in query.answers) for query in queries]
    assert files == [["0.png", "again.png"], ["1.png", "2.png"], []]
    assert [query.words for query in queries] == ["", "bluer", ""] and "queries.csv" in note


@pytest.mark.parametrize(
    ("header", "line", "says"),
    [
        ("file,words", "street.png,red", "has no column 'answers'"),
        ("file,answers", "street.png,sofa.png", "Line 2 of queries.csv names the answer 'sofa.png'"),
        ("file,answers", "../street.png,0.png", "does not lie inside the data folder"),
        ("file,answers", "gone.png,0.png", "cannot be read"),
        ("file,answers,x0,y0,x1,y1", "street.png,0.png,9,9,2,2", "The box of 'street.png' cannot be used"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(
    gallery: Gallery, tmp_path: Path, header: str, line: str, says: str
) -> None:
    paint(tmp_path / "street.png", RED, 9)
    with pytest.raises(DataError, match=says):
        queries_in(asking(tmp_path, line, header=header), gallery)


def test_a_gallery_is_calibrated_by_enough_questions_alone(gallery: Gallery, tmp_path: Path) -> None:
    for number in range(9):
        paint(tmp_path / f"{number}.png", (RED, GREEN, BLUE)[number % 3], 20 + number)
    lines = [f"{number}.png,{number % 3}.png," for number in range(9)]
    options = EvaluationOptions()
    with pytest.raises(
        DataError, match="A calibration on 8 questions can promise nothing at 0.1: at least 9"
    ):
        calibrate_own(gallery.path, asking(tmp_path, *lines[:8]), FakeModels(), options)  # type: ignore[arg-type]
    assert not (gallery.path / FILE).exists()
    (gallery.path / FILE).write_text("damaged")
    said = calibrate_own(
        gallery.path, asking(tmp_path, *lines, "0.png,1.png,is green"), FakeModels(), options
    )  # type: ignore[arg-type]
    assert said == ["street_to_shop, picture: 9 questions without an answer."]
    (some,) = read_calibrations(gallery.path).values()
    assert len(some.null["picture"]) == 9 and "box" not in some.null
    assert build_gallery(tmp_path / "shop", gallery.path, encoders=GalleryColours()).pictures == 4
    assert read_calibrations(gallery.path), "building again leaves it; other pictures make it a hint"


def test_the_best_score_is_taken_with_and_without_the_answers() -> None:
    best = BestScores()
    for group in range(40):
        query = CalibrationQuery(Path("a.png"), (2,), str(group))
        best.add(np.array([0.1, 5.0 + group / 100, 3.0, 2.0]), [1], query)
    assert best.null == [2.0] * 40 and best.whole == [3.0] * 40 and all(best.right)
    measured = best.measured(seed=0)
    assert measured["false_found"]["value"] == 0.0 and measured["found"]["value"] == 1.0
    assert measured["bound"]["value"] == pytest.approx(1.1)
    best.add(np.array([1.0, 2.0, 3.0, 4.0]), [1, 3, 0], CalibrationQuery(Path("a.png"), (2,), "x"))
    assert len(best.null) == 40, "without its answer nothing is left"
    few = BestScores(best.null[:20], best.whole[:20], best.right[:20], best.answerable[:20], best.groups[:20])
    assert few.measured(0) == {}, "too few to judge some by others"
    assert lines_of({}) == []
