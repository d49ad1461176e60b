"""The list of a gallery's pictures: a line is read alike the short way and as JSON, and names are taken apart alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.index.items import LINE, Item, items_to_bytes
from core.index.reader import without_ending

DIGEST = "0f" * 32
PLAIN = Item(
    "shop/a b", "shop/a b.jpg", f"thumbnails/{DIGEST}.webp", "Été, rød", "a shirt", 3, 40, DIGEST, ""
)
FORGED: Mapping[str, Any] = {
    "id": "", "file": "../a.jpg", "thumbnail": f"thumbnails/00/{DIGEST}.webp", "width": 0, "height": -1,
    "digest": "0F" * 32, "title": 5, "group": None,
}  # fmt: skip


def line_of(item: Item) -> str:
    return items_to_bytes([item]).decode().removesuffix("\n")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=4, max_size=4))
def test_a_line_is_read_as_json_reads_it(texts: list[str]) -> None:
    name, title, caption, group = texts
    item = Item(f"x{name}", PLAIN.file, PLAIN.thumbnail, title, caption, 1, 10**9, DIGEST, group)
    assert Item.from_line(line_of(item)) == Item.from_json(json.loads(line_of(item))) == item


def test_what_is_plain_is_read_the_short_way_and_what_is_forged_is_refused() -> None:
    shelved = {**json.loads(line_of(PLAIN)), "thumbnail": f"thumbnails/0f/{DIGEST}.webp"}
    for text in (line_of(PLAIN), json.dumps(shelved, ensure_ascii=False)):
        assert LINE.fullmatch(text) and Item.from_line(text) == Item.from_json(json.loads(text))
    for name, value in FORGED.items():
        text = json.dumps({**json.loads(line_of(PLAIN)), name: value}, ensure_ascii=False)
        with pytest.raises(ValueError) as said:
            Item.from_json(json.loads(text))
        with pytest.raises(ValueError, match=f"^{said.value}$"):
            Item.from_line(text)
    with pytest.raises(ValueError):
        Item.from_line(line_of(PLAIN)[:-1])


PART = st.text(st.sampled_from("ab. é_-"), min_size=1, max_size=6).filter(lambda part: part.strip(".") != "")


@given(st.lists(PART, min_size=1, max_size=3))
def test_an_ending_is_what_the_system_takes_for_one(parts: list[str]) -> None:
    file = "/".join(parts)
    try:
        expected = str(PurePosixPath(file).with_suffix(""))
    except ValueError:  # Python 3.13 takes what is left of "..a" for no name
        return
    assert without_ending(file) == expected
