"""Evaluation on tiny folders whose right figures are known by hand, with models made of colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import DataError
from core.evaluation.labels import prompt
from core.evaluation.report import EvaluationReport
from core.evaluation.sketch import names_class
from core.metrics import NORMAL_95, Estimate, wilson
from tests.core.evaluation_data import BLUE, GREEN, RED, any_data, captioned, digest, labelled, measure, value
from tests.core.evaluation_fakes import FakeModels, paint

# joint


def test_joint_finds_captions_and_photos(tmp_path: Path) -> None:
    data = captioned(
        tmp_path, [(RED, ["all red", "all green"]), (GREEN, ["a blue one"]), (BLUE, ["green again"])]
    )
    report = measure("joint", data)
    assert report.n == 3
    # red finds "all red"; green finds "all green", which is red's; blue finds "a blue one", which is green's
    assert value(report, "photo_to_caption_recall_at_1") == pytest.approx(1 / 3)
    assert value(report, "caption_to_photo_recall_at_1") == pytest.approx(1 / 4)
    assert (
        value(report, "photo_to_caption_recall_at_10") == value(report, "caption_to_photo_recall_at_10") == 1
    )
    assert report.metrics["caption_to_photo_recall_at_1"][1:3] == wilson(1, 4)
    assert report.extras["captions"] == 4


def test_joint_counts_captions_that_cannot_be_read(tmp_path: Path) -> None:
    report = measure("joint", captioned(tmp_path, [(RED, ["red", "x" * 3000]), (GREEN, ["\u200b"])]))
    assert (report.n, report.extras["captions"], report.extras["captions_rejected"]) == (1, 1, 2)
    with pytest.raises(DataError, match="None of the captions"):
        measure("joint", captioned(tmp_path, [(RED, ["\u200b"])]))


# sketch


def test_sketch_measures_the_blend_and_its_parts(tmp_path: Path) -> None:
    rows = [
        ("red", RED),
        ("green", GREEN),
        ("blue", BLUE),
        ("Blue", (0.2, 0.9, 0.4)),
        ("violin", RED),
        ("", RED),
    ]
    report = measure("sketch", labelled(tmp_path, rows))
    assert report.n == 4
    assert report.extras["unknown_classes"] == {"(no label)": 1, "violin": 1}
    assert value(report, "picture_top_1") == value(report, "top_1") == 3 / 4
    assert value(report, "words_top_1") == value(report, "caption_names_class") == 1 / 4
    assert value(report, "top_5") == value(report, "picture_top_5") == 1
    assert set(report.metrics) == {
        "top_1", "top_5", "picture_top_1", "picture_top_5", "words_top_1", "caption_names_class",
    }  # fmt: skip


def test_sketch_names_classes_of_a_single_photo(tmp_path: Path) -> None:
    rows = [("red", RED), ("red", RED), ("green", GREEN), ("green", GREEN)]
    data = labelled(tmp_path, rows, ["a", "a", "b", "c"])
    assert measure("sketch", data).extras["single_group_classes"] == ["red"]
    assert measure("sketch", data, group_column="file").extras["single_group_classes"] == []


def test_sketch_says_when_it_knows_no_class(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="such as 'violin', is one of the 3 classes"):
        measure("sketch", labelled(tmp_path, [("violin", RED)]))


@pytest.mark.parametrize(
    ("sentence", "label", "named"),
    [
        ("a sketch of a hot-air balloon flying", "hot-air_balloon", True),
        ("a sketch of two Cars", "car_(sedan)", True),
        ("a sketch of a carpet", "car_(sedan)", False),
        ("a sketch of a cat", "castle", False),
        ("a sketch of a catfish", "cat", False),
        ("a sketch of two torches", "torch", True),
        ("", "cat", False),
    ],
)
def test_a_caption_names_a_class_by_whole_words(sentence: str, label: str, named: bool) -> None:
    assert names_class(sentence, label) is named


# what every task shares: seen pictures, bad pictures, columns


def test_pictures_that_training_saw_are_counted_and_left_out(tmp_path: Path) -> None:
    data = labelled(tmp_path, [("red", RED), ("green", GREEN), ("blue", RED)])
    models = FakeModels({"sketch": {digest(data / "2.png")}, "joint": {digest(data / "1.png")}})
    report = measure("sketch", data, models)
    assert (report.n, report.extras["seen_in_training"], value(report, "top_1")) == (1, 2, 1.0)
    report = measure("sketch", data, models, include_seen=True)
    assert (report.n, report.extras["seen_in_training"]) == (3, 2)


@pytest.mark.parametrize("task", ["joint", "sketch", "field-road", "street-to-shop", "compose", "labels"])
def test_when_training_saw_everything_the_option_is_named(tmp_path: Path, task: str) -> None:
    data = any_data(task, tmp_path)
    everything = {"joint": {digest(path) for path in data.rglob("*.png")}}
    with pytest.raises(DataError, match="--include-seen"):
        measure(task, data, FakeModels(everything))
    assert measure(task, data, FakeModels(everything), include_seen=True).n > 0


@pytest.mark.parametrize("task", ["joint", "sketch", "field-road", "street-to-shop", "compose", "labels"])
def test_unreadable_pictures_are_counted_unless_nothing_is_left(tmp_path: Path, task: str) -> None:
    data = any_data(task, tmp_path)
    pictures = sorted(data.rglob("*.png"))
    whole = measure(task, data)
    assert whole.extras["rejected"] == 0
    pictures[-1].write_bytes(pictures[-1].read_bytes()[:60])
    report = measure(task, data)
    assert report.extras["rejected"] == 1
    assert 0 < report.n <= whole.n
    for path in pictures:
        path.unlink()
    with pytest.raises(DataError, match="None can be used of .* pictures?"):
        measure(task, data)


def test_blank_pictures_are_rejected(tmp_path: Path) -> None:
    data = labelled(tmp_path, [("field", GREEN), ("road", RED)])
    paint(data / "0.png", (0, 0, 0))
    report = measure("field-road", data)
    assert (report.n, report.extras["rejected"]) == (1, 1)


def test_an_unknown_group_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column 'person'; the columns are file, label, photo_id"):
        measure("field-road", any_data("field-road", tmp_path), group_column="person")


# field or road


def test_field_road_measures_both_classifiers(tmp_path: Path) -> None:
    rows = [("field", GREEN), ("roads", RED), ("Road", GREEN), ("field", BLUE), ("both", RED), ("both", RED)]
    report = measure("field-road", labelled(tmp_path, rows))
    assert report.n == 4
    assert report.extras["unknown_classes"] == {"both": 2}
    assert value(report, "head_accuracy") == 0.5
    # the captions name no colour, so that zero-shot cannot tell and 0.5 counts as road
    assert value(report, "zero_shot_accuracy") == 0.5
    assert value(report, "agreement") == 0.5
    assert value(report, "head_ece") == pytest.approx(0.4)


def test_field_road_needs_a_field_or_a_road(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="such as 'cat', is 'field' or 'road'"):
        measure("field-road", labelled(tmp_path, [("cat", RED)]))


# the report


def test_the_table_tells_all_that_the_json_tells() -> None:
    report = EvaluationReport(
        "sketch",
        "pocket",
        {"joint": "j-1"},
        4,
        {"top_1": Estimate(0.5, *wilson(2, 4))},
        {"unknown_classes": {"x": 2}},
    )
    table = report.as_table()
    for piece in (
        "sketch",
        "pocket",
        "n = 4",
        "top_1",
        "0.500",
        "0.150",
        "0.850",
        "unknown classes: x (2)",
        "j-1",
    ):
        assert piece in table
    assert pytest.approx(1.96, abs=1e-4) == NORMAL_95


# labels


def test_labels_are_asked_as_sentences(tmp_path: Path) -> None:
    rows = [("red", RED), ("red", BLUE), ("green", GREEN), ("blue", BLUE), ("", RED)]
    report = measure("labels", labelled(tmp_path, rows))
    assert report.n == 4
    assert value(report, "accuracy") == 3 / 4
    assert value(report, "mean_over_labels") == pytest.approx((1 / 2 + 1 + 1) / 3)
    assert report.extras["labels"]["red"] == {"n": 2, "right": 0.5, "taken_for": "blue"}
    assert report.extras["prompts"][0] == "a photo of a blue"


def test_labels_of_one_kind_cannot_be_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="two labels"):
        measure("labels", labelled(tmp_path, [("red", RED), ("red", RED)]))


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("dress", "a photo of a dress"),
        ("jeans", "a photo of jeans"),
        ("tank_top", "a photo of a tank top"),
        ("olive", "a photo of an olive"),
    ],
)
def test_a_label_becomes_a_sentence(label: str, sentence: str) -> None:
    assert prompt(label) == sentence
