"""What sentences call a picture: by its title, unless that says nothing or another picture has it, too."""

from __future__ import annotations

from core.tasks.spoken import shared_titles, spoken

ITEMS = [("a", "a.jpg"), ("b", "b.jpg"), ("c", "c.jpg"), ("d", "d.jpg"), ("IMG_1", "IMG_1.jpg")]
TITLES = ["Navy shorts", "Red dress", "Navy shorts", "Red dress", "IMG_1"]


def test_a_title_that_another_picture_has_too_comes_with_the_place_in_the_answer() -> None:
    assert spoken(0, 1, ITEMS, TITLES) == "\u201cNavy shorts\u201d (the first result)"
    assert spoken(2, 7, ITEMS, TITLES) == "\u201cNavy shorts\u201d (result 7)"
    assert shared_titles(TITLES, {}) == [0, 1, 2, 3]


def test_a_copy_is_no_other_picture() -> None:
    copies = {1: (3,)}
    assert spoken(1, 1, ITEMS, TITLES, copies) == "\u201cRed dress\u201d"
    assert shared_titles(TITLES, copies) == [0, 2, 3]  # a copy is never shown by itself


def test_a_copy_of_another_name_takes_no_title_from_a_picture() -> None:
    copies = {0: (4,)}
    assert spoken(0, 1, ITEMS, TITLES, copies) == "\u201cNavy shorts\u201d (the first result)"
    assert 0 in shared_titles(TITLES, copies)


def test_a_name_that_says_nothing_is_left_out() -> None:
    assert spoken(4, 2, ITEMS, TITLES) == "result 2"
