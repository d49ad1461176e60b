"""A drawing taken apart: where strokes lie, which ink hangs together, and what is left without some of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from core.errors import InputError
from core.images.strokes import MOST_STROKES, Stroke, _labels, inked, masks_of, pieces, with_ink
from core.tasks.sketch import strokes_on
from core.types import Picture

SIDE = 128
DOWN, ACROSS = ((0.5, 0.1), (0.5, 0.9)), ((0.1, 0.5), (0.9, 0.5))


def drawn(lines: Sequence[Sequence[tuple[float, float]]], width: int = 4) -> np.ndarray:
    image = Image.new("RGB", (SIDE, SIDE), "white")
    for line in lines:
        ImageDraw.Draw(image).line([(x * SIDE, y * SIDE) for x, y in line], fill="black", width=width)
    return np.asarray(image)


def test_a_stroke_covers_its_ink_and_little_else() -> None:
    (mask,) = masks_of([Stroke(DOWN, 4 / SIDE)], SIDE)
    ink = drawn([DOWN])[:, :, 0] < 128
    assert (mask >= ink).all() and mask.sum() < 2.5 * ink.sum()


def test_a_curve_goes_through_the_middles_as_on_the_pad() -> None:
    (mask,) = masks_of([Stroke(((0.1, 0.1), (0.9, 0.1), (0.9, 0.9)), 2 / SIDE)], SIDE)
    assert not mask[int(0.1 * SIDE), int(0.9 * SIDE)], "the corner is rounded"
    assert mask[int(0.5 * SIDE), int(0.9 * SIDE)], "the middle of the second side lies on the curve"


def test_where_strokes_cross_the_ink_stays() -> None:
    pixels, masks = drawn([DOWN, ACROSS]), masks_of([Stroke(DOWN, 4 / SIDE), Stroke(ACROSS, 4 / SIDE)], SIDE)
    without = with_ink(pixels, masks, np.array([False, True]))
    more = (without < 128).any(axis=2) & ~(drawn([ACROSS]) < 128).any(axis=2)
    assert not ((drawn([ACROSS]) < 128) & (without >= 128)).any()
    assert np.abs(np.argwhere(more) - SIDE / 2).max(initial=0) <= 7, "all else of the other stroke is gone"
    assert np.array_equal(with_ink(pixels, masks, np.array([True, True])), pixels)
    assert (with_ink(pixels, masks, np.array([False, False])) == 255).all()


def test_a_stroke_whose_ink_was_rubbed_out_is_none() -> None:
    masks = masks_of([Stroke(DOWN, 4 / SIDE), Stroke(ACROSS, 4 / SIDE)], SIDE)
    assert inked(drawn([ACROSS]), masks).tolist() == [False, True]


def test_ink_hangs_together_in_pieces_the_largest_first() -> None:
    left, right, dot = ((0.1, 0.2), (0.1, 0.8)), ((0.5, 0.4), (0.5, 0.6)), ((0.8, 0.8), (0.81, 0.8))
    masks = pieces(drawn([right, left, dot]))
    assert len(masks) == 3
    assert [
        bool(mask[int(y * SIDE), int(x * SIDE)])
        for mask, ((x, y), _) in zip(masks, (left, right, dot), strict=True)
    ]
    assert [int(mask.sum()) for mask in masks] == sorted((int(mask.sum()) for mask in masks), reverse=True)
    assert (masks.sum(axis=0) <= 1).all()


def test_bare_paper_has_no_pieces_and_dust_does_not_become_endless() -> None:
    assert len(pieces(np.full((SIDE, SIDE, 3), 255, np.uint8))) == 0
    dust = np.full((SIDE, SIDE, 3), 255, np.uint8)
    dust[::8, ::8] = 0
    assert len(pieces(dust)) == MOST_STROKES


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.7))
def test_pieces_are_those_of_scipy(seed: int, share: float) -> None:
    ink = np.random.default_rng(seed).random((24, 24)) < share
    ours, (theirs, count) = _labels(ink), ndimage.label(ink, structure=np.ones((3, 3)))
    assert len(np.unique(ours[ink])) == count
    assert len({(int(a), int(b)) for a, b in zip(ours[ink], theirs[ink], strict=True)}) == count
    assert (ours[~ink] == 0).all()


def test_no_ink_is_said_in_a_sentence() -> None:
    with pytest.raises(InputError, match="no ink"):
        strokes_on(Picture(np.full((SIDE, SIDE, 3), 255, np.uint8), (SIDE, SIDE), "0"), [])
