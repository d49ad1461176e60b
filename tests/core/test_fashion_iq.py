"""FashionIQ is read as published, category by category; what does not fit is refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.datasets.fashion_iq import CATEGORIES, read_fashion_iq
from core.errors import DataError
from tests.core.cir_layouts import fashion, fashion_entry

ONE = ("dress",)


def refusal(folder: Path, split: str = "val", categories: tuple[str, ...] = ONE) -> str:
    with pytest.raises(DataError) as error:
        read_fashion_iq(folder, split, categories)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


def test_every_category_is_read(tmp_path: Path) -> None:
    for category in CATEGORIES:
        fashion(tmp_path, [fashion_entry(), fashion_entry(captions=["", "is blue"])], category=category)
    categories = read_fashion_iq(tmp_path)
    assert tuple(categories) == CATEGORIES
    dress = categories["dress"]
    assert dress.gallery == ("B1", "B2", "B3") and dress.targets().tolist() == [1, 1]
    assert dress.queries[0].captions == ("is red", " longer "), "as written"
    assert [query.sentence() for query in dress.queries] == ["is red and longer", "is blue"]


def test_pictures_are_found_where_people_keep_them(tmp_path: Path) -> None:
    dresses = read_fashion_iq(fashion(tmp_path, [fashion_entry()]), "val", ONE)["dress"]
    with pytest.raises(DataError, match=r"has no picture images/B1.jpg; .*github.com/XiaoxiaoGuo/fashion-iq"):
        dresses.path("B1")
    for file in ("images/dress/B1.jpg", "images/B1.png"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
        assert dresses.path("B1") == tmp_path / file
    with pytest.raises(DataError, match="no picture called 'B9'"):
        dresses.path("B9")


def test_the_test_split_keeps_its_targets(tmp_path: Path) -> None:
    categories = read_fashion_iq(fashion(tmp_path, [fashion_entry(target=None)], split="test"), "test", ONE)
    assert categories["dress"].queries[0].target is None
    with pytest.raises(DataError, match="names no targets"):
        categories["dress"].targets()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"captions": None}, "list of two sentences"),
        ({"captions": ["one"]}, "list of two sentences"),
        ({"captions": ["one", 2]}, "list of two sentences"),
        ({"captions": "is red"}, "list of two sentences"),
        ({"candidate": None}, "None"),
        ({"candidate": "B9"}, "'B9', which its split does not list"),
        ({"candidate": ["B1"]}, "which its split does not list"),
        ({"target": None}, 'no "target"'),
        ({"target": "B9"}, "'B9', which its split does not list"),
        ({"target": "B1"}, "own candidate"),
    ],
)
def test_unusable_queries_are_refused_in_one_sentence(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    text = refusal(fashion(tmp_path, [fashion_entry(), fashion_entry(**changes)]))
    assert says in text and "Entry 2 of cap.dress.val.json" in text


@pytest.mark.parametrize(
    ("captions", "names", "says"),
    [
        ("{", ["B1", "B2"], "cap.dress.val.json is not JSON"),
        ([], ["B1", "B2"], "at least one query"),
        (["x"], ["B1", "B2"], "Entry 1 of cap.dress.val.json must be an object"),
        ([fashion_entry()], [], "split.dress.val.json must be a list"),
        ([fashion_entry()], {"B1": 1}, "split.dress.val.json must be a list"),
        ([fashion_entry()], ["B1", 2], "split.dress.val.json must be a list"),
        ([fashion_entry()], ["B1", "B2", "B1"], "lists the picture 'B1' twice"),
        ([fashion_entry()], ["B1", "B2", "../B3"], "does not lie inside"),
        ([fashion_entry()], ["B1", "B2", "/B3"], "does not lie inside"),
    ],
)
def test_unusable_files_are_refused_in_one_sentence(
    tmp_path: Path, captions: Any, names: Any, says: str
) -> None:
    assert says in refusal(fashion(tmp_path, captions, names))


def test_unknown_splits_categories_and_missing_files_are_named(tmp_path: Path) -> None:
    assert "choose one of train, val, test" in refusal(tmp_path, "test1")
    assert "choose of dress, shirt, toptee" in refusal(tmp_path, categories=("shoe",))
    fashion(tmp_path, [fashion_entry()])
    assert "captions/cap.shirt.val.json" in refusal(tmp_path, categories=CATEGORIES)


# split -> category -> (queries, pictures), as in the files that the authors published
PUBLISHED = {
    "train": {"dress": (5985, 11452), "shirt": (5988, 19036), "toptee": (6027, 16121)},
    "val": {"dress": (2017, 3817), "shirt": (2038, 6346), "toptee": (1961, 5373)},
    "test": {"dress": (2024, 3818), "shirt": (2038, 6346), "toptee": (2056, 5374)},
}


@pytest.mark.data
@pytest.mark.parametrize("split", list(PUBLISHED))
def test_the_real_splits_are_read(data_folder: Path, split: str) -> None:
    categories = read_fashion_iq(data_folder / "cir_annotations", split)
    counts = {
        category: (len(dataset.queries), len(dataset.gallery)) for category, dataset in categories.items()
    }
    assert counts == PUBLISHED[split]
    assert all(query.sentence() for dataset in categories.values() for query in dataset.queries)
    assert all(
        (query.target is None) == (split == "test")
        for dataset in categories.values()
        for query in dataset.queries
    )
