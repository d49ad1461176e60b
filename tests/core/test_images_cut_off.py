"""JPEG files that lost their end: read where every pixel is there, refused where one is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.errors import InputError
from core.images import open_picture
from core.images.door import CUT_OFF
from core.types import Box
from tests.faults import pictures
from tests.faults.canvas import photograph, saved, sketch

WAYS: dict[str, dict[str, Any]] = {
    "usual": {},
    "progressive": {"progressive": True},
    "fine": {"quality": 95, "subsampling": 0},
    "with restarts": {"restart_marker_blocks": 3},
}
PICTURES = {"photo": photograph(), "sketch": sketch(), "grey": photograph().convert("L"),
            "four colours": photograph().convert("CMYK")}  # fmt: skip
BEGINS, LAST_BLOCK = b"\xff\xda", 64


@pytest.mark.fault_rows(4)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_whole_picture_without_its_end_is_read_with_a_note(kind: str, way: str) -> None:
    whole = saved(PICTURES[kind], "JPEG", **WAYS[way])
    expected = open_picture(whole)
    assert CUT_OFF not in expected.notes
    for tail in (b"", b"\0", bytes(5000), b"\xff"):
        picture = open_picture(whole[:-2] + tail)
        np.testing.assert_array_equal(picture.pixels, expected.pixels)
        assert picture.notes[0] == CUT_OFF


@pytest.mark.fault_rows(4)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_that_lost_more_than_its_end_is_refused(kind: str, way: str) -> None:
    whole = saved(PICTURES[kind], "JPEG", **WAYS[way])
    begin, end = whole.index(BEGINS), len(whole) - LAST_BLOCK
    cuts = {*np.linspace(begin, end, 12, dtype=int).tolist()}
    # The hardest places: right before a marker after which the decoder starts anew.
    cuts |= {
        at
        for at in range(begin, end)
        if whole[at] == 0xFF and (0xD0 <= whole[at + 1] <= 0xDA) and at % 3 == 0
    }
    for cut in cuts:
        for tail in (b"", bytes(5000)):
            with pytest.raises(InputError, match="incomplete"):
                open_picture(whole[:cut] + tail)


@pytest.mark.fault_rows(4)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", PICTURES)
def test_half_a_picture_with_an_end_marker_is_refused(kind: str, way: str) -> None:
    """A program that stopped half-way may still have ended its file; a decoder paints the rest grey, or blurs it."""
    whole = saved(PICTURES[kind], "JPEG", **WAYS[way])
    begin, end = whole.index(BEGINS) + 100, len(whole) - 8 * LAST_BLOCK  # of four colours at their finest
    for cut in np.linspace(begin, end, 9, dtype=int).tolist():
        part = whole[:cut].rstrip(b"\xff")
        with pytest.raises(InputError, match="incomplete"):
            open_picture(part + b"\xff\xd9")
    scans = [at for at in range(begin, end) if whole[at : at + 2] == BEGINS]
    for start in scans:  # as if the scans before this one were all
        with pytest.raises(InputError, match="incomplete"):
            open_picture(whole[:start] + b"\xff\xd9")


@pytest.mark.fault_rows(4)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_picture_that_is_truly_grey_in_its_corner_is_read(mode: str, way: str) -> None:
    grey = photograph()
    grey.paste((128, 128, 128), (grey.width // 2, grey.height // 2, grey.width, grey.height))
    whole = saved(grey.convert(mode), "JPEG", **WAYS[way])
    assert open_picture(whole).notes == ()


@pytest.mark.fault_rows(4)
def test_a_box_of_a_picture_without_its_end_is_cut_from_whole_pixels() -> None:
    box = Box(100.0, 60.0, 230.0, 150.0)
    whole = saved(photograph(), "JPEG")
    picture = open_picture(whole[:-2], box=box)
    np.testing.assert_array_equal(picture.pixels, open_picture(whole, box=box).pixels)
    with pytest.raises(InputError, match="incomplete"):
        open_picture(pictures.truncated("JPEG"), box=box)


@pytest.mark.fault_rows(27)
@pytest.mark.parametrize(
    ("commented", "plain"),
    [
        (pictures.commented_jpeg, lambda: saved(photograph(), "JPEG")),
        (lambda: pictures.many_chunks(6000), lambda: saved(sketch())),
        (lambda: pictures.commented_jpeg()[:-2] + bytes(99), lambda: saved(photograph(), "JPEG")),
    ],
    ids=["JPEG", "PNG", "JPEG without its end"],
)
def test_thousands_of_comments_change_no_pixel(commented: pictures.Maker, plain: pictures.Maker) -> None:
    np.testing.assert_array_equal(open_picture(commented()).pixels, open_picture(plain()).pixels)


def test_orientation_and_colours_survive_the_loss_of_comments() -> None:
    turned = pictures.turned(6, "JPEG")
    notes = b"\xff\xfe\x00\x06note" * 500
    picture = open_picture(turned[:2] + notes + turned[2:])
    np.testing.assert_array_equal(picture.pixels, open_picture(turned).pixels)
    printed = pictures.cmyk_jpeg()
    np.testing.assert_array_equal(
        open_picture(printed[:2] + notes + printed[2:]).pixels, open_picture(printed).pixels
    )
