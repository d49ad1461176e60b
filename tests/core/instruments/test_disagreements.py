"""Who agrees, who is right, and what a file's name tells of that."""

from __future__ import annotations

import pytest

from core.instruments.disagreements import Opinion, counted_values, truth_in

LABELS = ("field", "road")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("road_12.jpg", "road"),
        ("Fields/0001.png", "field"),
        ("ROAD12.jpg", "road"),
        ("road through a field.jpg", None),  # both
        ("broad.jpg", None),
        ("IMG_0001.jpg", None),
        ("", None),
    ],
)
def test_a_name_tells_one_label_or_none(name: str, label: str | None) -> None:
    assert truth_in(name, LABELS) == label


def test_who_is_right_is_said_only_where_it_is_known() -> None:
    labels = {"head": "road", "captions": "field"}
    assert Opinion(labels).words == "head road, captions field" and Opinion(labels).wrong == ()
    judged = Opinion(labels, "field")
    assert judged.words == "head wrong, captions right" and judged.wrong == ("head",)


def test_counts_stand_by_size_and_then_as_they_came() -> None:
    assert counted_values(["b", "a", "c", "a"]) == (("a", 2), ("b", 1), ("c", 1))
    assert counted_values([]) == ()
