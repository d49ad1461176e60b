"""All that training measured, on the page: every cell and every curve, as text and never as markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import copy
from demo.widgets.measured import line_chart, measured_fold

TABLE = {
    "title": "<b>Rows</b>",
    "note": "a note",
    "columns": ["model", "top 1"],
    "rows": [
        ["v1", {"value": 0.5, "low": 0.4, "high": 0.61}],
        ["<i>v2</i>", None],
        ["v3", 0.25],
        ["v4", "87.3"],
    ],
}


def chart(**series: Any) -> str:
    return line_chart({"title": "weights", "x": "epoch", "y": "weight", "series": series})


@pytest.mark.parametrize("tab", copy.TABS)
def test_no_heading_calls_the_photos_of_a_training_unseen(tab: str) -> None:
    words = copy.TABS[tab]
    if any(row.metric.startswith("leave_one_out") for row in words.rows):
        assert words.measured_data != copy.MEASURED_DATA


def test_every_cell_is_there_and_nothing_is_markup() -> None:
    shown = measured_fold([TABLE], [], "All of it")
    assert "&lt;b&gt;Rows" in shown and "&lt;i&gt;v2" in shown and "<i>" not in shown
    assert "0.500 <small>0.400–0.610</small>" in shown and "<td>–</td>" in shown
    assert "<td>0.250</td>" in shown and "<td>87.3</td>" in shown and "a note" in shown
    assert measured_fold([], [], "nothing") == ""


def test_evidence_keeps_its_colours_in_curves() -> None:
    shown = chart(alpha=[0.5, 0.9], beta=[0.5, 0.1], training=[0.2, 0.3])
    assert shown.count("<polyline") == 3
    for colour in ("--picture", "--words", "--ink"):
        assert f"stroke:var({colour})" in shown
    assert "alpha 0.9, beta 0.1, training 0.3" in shown
    assert chart() == "" and chart(alpha=[]) == ""


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [-1.0, 2.0]])
def test_flat_short_and_negative_curves_stay_inside(values: list[float]) -> None:
    assert "nan" not in chart(alpha=values) and "<polyline" in chart(alpha=values)


@given(
    st.dictionaries(st.text(max_size=9), st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), min_size=1)
)
def test_any_series_can_be_drawn(series: dict[str, list[float]]) -> None:
    shown = line_chart({"title": "any", "x": "epoch", "y": "y", "series": series})
    assert shown.count("<polyline") == len(series) and "nan" not in shown.split("aria-label")[0]
