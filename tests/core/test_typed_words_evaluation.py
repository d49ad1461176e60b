"""Evaluation of typed words on pictures of one colour: the right figures are known by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.datasets.folder import read_folder
from core.datasets.typed_queries import typed_queries_in
from core.errors import DataError
from core.evaluation.typed_words import LEAST, OURS
from core.settings import ASSETS
from tests.core.evaluation_data import BLUE, GREEN, RED, any_data, digest, labelled, measure, value
from tests.core.evaluation_fakes import FakeModels


def asking(folder: Path, *lines: str) -> Path:
    (folder / "typed_words.csv").write_text("\n".join(["words,where", *lines]) + "\n")
    return folder


def test_what_is_first_counts_up_to_the_number_of_right_answers(tmp_path: Path) -> None:
    # "red" finds the reds in their order; three of them are wrong answers to either of these queries
    data = labelled(tmp_path, [("rose", RED)] * 3 + [("brick", RED)] * 4 + [("grass", GREEN)] * 9)
    report = measure("typed-words", asking(data, "red,label=BRICK", "red things,label=rose|Grass"))
    assert report.extras["queries"] == {"red": 0.25, "red things": round(8 / 12, 3)}
    assert value(report, "joint_space_share_right") == pytest.approx((0.25 + 8 / 12) / 2)
    assert report.extras["gallery"] == 16


def test_a_query_needs_three_right_answers_that_training_did_not_see(tmp_path: Path) -> None:
    data = any_data("typed-words", tmp_path)
    everything = measure("typed-words", data)
    assert (everything.n, everything.extras["queries_left_out"]) == (2, 0)
    seen = {digest(data / f"{number}.png") for number in (5, 6)}
    some = measure("typed-words", data, FakeModels({"joint": seen}))
    assert (some.n, some.extras["queries_left_out"], some.extras["seen_in_training"]) == (1, 1, 2)
    all_reds_and_two_blues = seen | {digest(data / f"{number}.png") for number in range(3)}
    with pytest.raises(DataError, match="Of 2 queries none has 3 right answers among 4 usable pictures"):
        measure("typed-words", data, FakeModels({"joint": all_reds_and_two_blues}))


def test_data_without_the_columns_of_any_query_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No query suits this data: they ask for the columns .*baseColour"):
        measure("typed-words", labelled(tmp_path, [("red", RED), ("blue", BLUE)]))


@pytest.mark.parametrize(
    "filter_", ["label", "label=", "=red", "label=red &", "label=a & b", "label=red|", "a=b=c"]
)
def test_a_filter_that_says_nothing_is_one_sentence(tmp_path: Path, filter_: str) -> None:
    data = asking(labelled(tmp_path, [("red", RED)] * 3), f"red,{filter_}")
    with pytest.raises(DataError, match="Line 2 of typed_words.csv has the filter"):
        measure("typed-words", data)


def test_our_queries_have_answers_in_the_shop_that_ships() -> None:
    rows = read_folder(ASSETS / "galleries" / "shop")
    queries = [query for query in typed_queries_in(OURS) if query.fits(rows[0].columns)]
    assert len({query.words for query in queries}) == 60
    assert all(sum(query.holds(row.columns) for row in rows) >= LEAST for query in queries)
