"""Boxes: from JSON, fitted to a picture, and cut out of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.images import open_parts, open_picture, parse_box
from core.images.decoding import PictureFile
from core.types import Box
from tests.faults import canvas
from tests.faults import pictures as made

SKETCH = np.asarray(canvas.sketch())


def test_a_box_is_cut_before_anything_is_reduced() -> None:
    large = canvas.photograph(2000, 1500)
    part = open_picture(canvas.saved(large, "BMP"), box=Box(1200, 700, 1300, 780))
    assert np.array_equal(part.pixels, np.asarray(large)[700:780, 1200:1300])
    assert part.original_size == (2000, 1500)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_counts_in_the_upright_picture(orientation: int) -> None:
    part = open_picture(made.turned(orientation), box=Box(60, 80, 110, 145))
    assert np.array_equal(part.pixels, SKETCH[80:145, 60:110])


@pytest.mark.parametrize("sides", [(700, 500), (2000, 1500)])
def test_parts_of_one_file_are_what_each_is_alone(
    sides: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The larger one is decoded in half for its whole, in full for what is in a box."""
    boxes = [None, Box(20, 30, 120, 140), Box(300, 300, 480, 460), None]
    file = canvas.saved(canvas.photograph(*sides), "JPEG")
    alone = [open_picture(file, box=box) for box in boxes]
    decoded = []
    decode = PictureFile._decoded
    monkeypatch.setattr(
        PictureFile, "_decoded", lambda self, scale: decoded.append(scale) or decode(self, scale)
    )
    for part, expected in zip(open_parts(file, boxes), alone, strict=True):
        assert np.array_equal(part.pixels, expected.pixels)
        assert (part.original_size, part.digest) == (expected.original_size, expected.digest)
    assert decoded == ([1] if sides[0] < 1000 else [2, 1, 2])


def test_a_box_is_cut_to_the_picture() -> None:
    file = canvas.saved(canvas.sketch())
    assert np.array_equal(open_picture(file, box=Box(-50, 100, 60, 900)).pixels, SKETCH[100:, :60])
    assert np.array_equal(open_picture(file, box=Box(-1e6, -1e6, 1e6, 1e6)).pixels, SKETCH)
    assert open_picture(file, box=Box(10.5, 10.5, 30.2, 30.2)).pixels.shape == (21, 21, 3)


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        (Box(300, 10, 400, 90), "outside"),
        (Box(-90, 10, -5, 90), "outside"),
        (Box(10, 10, 17, 90), "less than 8 pixels"),
        (Box(232.5, 10, 400, 90), "less than 8 pixels"),
        (Box(50, 50, 40, 90), "outside"),
        (Box(float("nan"), 0, 100, 100), "finite"),
        (Box(0, 0, float("inf"), 100), "finite"),
        (Box(0, 10, 240, 21), "20 times"),
    ],
)
def test_unusable_boxes_are_refused(box: Box, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        open_picture(canvas.saved(canvas.sketch()), box=box)


def test_the_whole_of_a_tiny_picture_is_a_box() -> None:
    assert open_picture(made.strip(3, 2), box=Box(0, 0, 3, 2)).pixels.shape == (2, 3, 3)


def test_boxes_come_from_json() -> None:
    assert parse_box(None) is None
    assert parse_box([1, 2.5, 30, 40]) == Box(1, 2.5, 30, 40)


@pytest.mark.parametrize(
    "value",
    [[], [1, 2, 3], [1, 2, 3, 4, 5], "1,2,3,4", {"x0": 1}, 7, True, [True, 0, 9, 9], ["1", 2, 3, 4],
     [None, 0, 9, 9], [0, 0, float("nan"), 9], [0, 0, float("inf"), 9], [[0], 0, 9, 9],
     [9, 0, 9, 9], [9, 9, 0, 0]],
)  # fmt: skip
def test_anything_else_is_no_box(value: object) -> None:
    with pytest.raises(InputError, match=r"x0, y0, x1, y1"):
        parse_box(value)


@pytest.mark.parametrize("edge", [1e9, -1e9, 10**400])
def test_a_box_of_huge_numbers_is_told_how_large_they_may_be(edge: float) -> None:
    with pytest.raises(
        InputError, match=r"^An edge of the box must be between -1,000,000 and 1,000,000, but "
    ):
        parse_box([0, edge, 1e9, 1e9])


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_json_becomes_a_box_or_one_sentence(value: object) -> None:
    try:
        box = parse_box(value)
    except InputError:
        return
    assert box is None or (box.x0 < box.x1 and box.y0 < box.y1)


@settings(max_examples=60, deadline=None)
@given(*[st.floats(-50, 300) for _ in range(4)])
def test_any_box_gives_the_part_it_covers_or_one_sentence(x0: float, y0: float, x1: float, y1: float) -> None:
    try:
        part = open_picture(canvas.saved(canvas.sketch(), "BMP"), box=Box(x0, y0, x1, y1)).pixels
    except InputError:
        return
    left, top = max(0, int(np.floor(x0))), max(0, int(np.floor(y0)))
    right, low = min(240, int(np.ceil(x1))), min(160, int(np.ceil(y1)))
    assert np.array_equal(part, SKETCH[top:low, left:right])
