"""DeepFashion2 is read as published, garments match by the set's own rule, what does not fit is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.captioners.templates import GARMENT
from core.datasets.deepfashion2 import CATEGORIES, PROPERTIES, read_deepfashion2, template_caption
from core.errors import DataError
from core.evaluation.reproduce.recall import best_ranks


def item(**changes: Any) -> dict[str, Any]:
    """Returns one garment as the annotations write it, with some values changed; None removes one."""
    value = {
        "segmentation": [[1, 2, 3, 4, 5, 6]],
        "landmarks": [0, 0, 0],
        "category_name": "long sleeve dress",
        "category_id": 11,
        "style": 1,
        "bounding_box": [10, 20, 110, 220],
        "scale": 2,
        "occlusion": 1,
        "zoom_in": 3,
        "viewpoint": 2,
    } | changes
    return {name: entry for name, entry in value.items() if entry is not None}


def picture(source: str, pair_id: int, *items: dict[str, Any]) -> dict[str, Any]:
    return {"source": source, "pair_id": pair_id} | {f"item{n}": item for n, item in enumerate(items, 1)}


# Two looks of product 1, a product 2 that shares their style numbers, and garments without a style.
PICTURES = [
    picture("user", 1, item(), item(style=0, category_id=8)),
    picture("user", 1, item(style=2, occlusion=3)),
    picture("user", 2, item(style=3)),
    picture("shop", 1, item(style=2), item(style=1)),
    picture("shop", 2, item(), item(style=0)),
    picture("shop", 1, item()),
]


def written(folder: Path, pictures: list[Any] | None = None, split: str = "validation") -> Path:
    """Writes annotations as the unpacked set has them and returns the folder."""
    home = folder / split / "annos"
    home.mkdir(parents=True, exist_ok=True)
    for number, value in enumerate(PICTURES if pictures is None else pictures, 1):
        text = value if isinstance(value, str) else json.dumps(value)
        (home / f"{number:06}.json").write_text(text)
    return folder


def refusal(folder: Path, split: str = "validation") -> str:
    with pytest.raises(DataError) as error:
        read_deepfashion2(folder, split)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


def test_queries_and_gallery_are_those_of_the_set(tmp_path: Path) -> None:
    garments = read_deepfashion2(written(tmp_path))
    assert [(garment.image, garment.item) for garment in garments.queries] == [
        ("000001", "item1"),
        ("000002", "item1"),
        ("000003", "item1"),
    ], "a customer's garment without a style asks nothing"
    assert [(garment.image, garment.item) for garment in garments.gallery] == [
        ("000004", "item1"),
        ("000004", "item2"),
        ("000005", "item1"),
        ("000005", "item2"),
        ("000006", "item1"),
    ], "a shop's garment without a style is there to be confused with"
    assert [places.tolist() for places in garments.right()] == [[1, 4], [0], []]
    first = garments.queries[0]
    assert first.category == "long sleeve dress" and first.box == (10.0, 20.0, 110.0, 220.0)
    assert dict(first.properties) == {
        "viewpoint": "worn, from the front",
        "occlusion": "slight",
        "scale": "moderate",
        "zoom": "large",
    }


def test_the_style_rule_says_which_garments_are_right(tmp_path: Path) -> None:
    garments = read_deepfashion2(written(tmp_path))
    scores = np.array([[5.0, 1, 4, 3, 2], [1, 5, 4, 3, 2], [5, 4, 3, 2, 1]])
    ranks = best_ranks(scores, garments.right())
    assert ranks.tolist() == [4, 5, 0]


def test_one_split_alone_is_a_folder_too(tmp_path: Path) -> None:
    assert len(read_deepfashion2(written(tmp_path) / "validation").garments) == 9


def test_a_picture_is_found_beside_its_annotation(tmp_path: Path) -> None:
    garments = read_deepfashion2(written(tmp_path))
    with pytest.raises(
        DataError, match=r"no picture validation/image/000001.jpg; .*switchablenorms/DeepFashion2"
    ):
        garments.path(garments.queries[0])
    (tmp_path / "validation" / "image").mkdir()
    (tmp_path / "validation" / "image" / "000001.jpg").touch()
    assert garments.path(garments.queries[0]) == tmp_path / "validation" / "image" / "000001.jpg"


@pytest.mark.parametrize("number", range(1, 14))
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_template_of_the_report_is_filled_with_what_is_true(
    tmp_path: Path, number: int, level: int
) -> None:
    levels = {"viewpoint": level, "occlusion": level, "scale": level, "zoom_in": level}
    pictures = [picture("user", 1, item(category_id=number, **levels)), PICTURES[3]]
    query = read_deepfashion2(written(tmp_path, pictures)).queries[0]
    caption = template_caption(query)
    filled = re.fullmatch(
        r"an image of (a )?(.+) with viewpoint (.+), occlusion level (.+), scale (.+), and zoom in (.+)",
        caption,
    )
    assert filled is not None
    assert filled.groups()[1:] == (
        CATEGORIES[number - 1],
        *(PROPERTIES[name][level - 1] for name in PROPERTIES),
    )
    assert (filled[1] is None) == (CATEGORIES[number - 1] in ("shorts", "trousers"))


def test_the_caption_is_the_one_that_our_captioner_fills(tmp_path: Path) -> None:
    query = read_deepfashion2(written(tmp_path)).queries[0]
    sentence = GARMENT.sentence.replace("{colour} {pattern} ", "")
    assert template_caption(query) == sentence.format(garment=query.category, **query.properties)
    for gap in ("occlusion", "scale", "zoom"):
        assert PROPERTIES[gap] == tuple(GARMENT.candidates[gap])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"style": None}, '"style", a whole number of at least 0'),
        ({"style": -1}, '"style"'),
        ({"style": "1"}, '"style"'),
        ({"style": True}, '"style"'),
        ({"category_id": 0}, '"category_id", a whole number from 1 to 13'),
        ({"category_id": 14}, '"category_id"'),
        ({"category_id": None}, '"category_id"'),
        ({"bounding_box": None}, "four numbers"),
        ({"bounding_box": [1, 2, 3]}, "four numbers"),
        ({"bounding_box": [1, 2, 3, "4"]}, "four numbers"),
        ({"bounding_box": [1, 2, 3, float("nan")]}, "four numbers"),
        ({"scale": 4}, '"scale", a whole number from 1 to 3'),
        ({"occlusion": 0}, '"occlusion"'),
        ({"zoom_in": None}, '"zoom_in"'),
        ({"viewpoint": 2.5}, '"viewpoint"'),
    ],
)
def test_unusable_garments_are_refused_in_one_sentence(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    text = refusal(written(tmp_path, [*PICTURES, picture("shop", 9, item(), item(**changes))]))
    assert says in text and "The item2 of 000007.json" in text


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{", "000007.json is not JSON"),
        ("", "000007.json is empty"),
        ([], '"source"'),
        ({"pair_id": 1}, '"source"'),
        ({"source": "web", "pair_id": 1}, '"source"'),
        ({"source": "shop"}, '"pair_id"'),
        ({"source": "shop", "pair_id": "1"}, '"pair_id"'),
        ({"source": "shop", "pair_id": 1, "item1": 3}, "The item1 of 000007.json must be an object"),
    ],
)
def test_unusable_annotations_are_refused_in_one_sentence(tmp_path: Path, value: Any, says: str) -> None:
    text = refusal(written(tmp_path, [*PICTURES, value]))
    assert says in text and "000007.json" in text


@pytest.mark.parametrize(
    ("pictures", "says"),
    [
        ([], "has no validation/annos/000001.json"),
        (PICTURES[:3], "no garment of a shop"),
        (PICTURES[3:], "no garment of a customer with a style above 0"),
        ([picture("user", 1, item(style=0)), PICTURES[3]], "no garment of a customer"),
        ([picture("user", 1), picture("shop", 1)], "no garment of a customer"),
    ],
)
def test_a_split_without_queries_or_gallery_is_refused(
    tmp_path: Path, pictures: list[Any], says: str
) -> None:
    assert says in refusal(written(tmp_path, pictures))


def test_the_test_split_has_no_annotations(tmp_path: Path) -> None:
    assert "choose one of train, validation" in refusal(written(tmp_path), "test")
