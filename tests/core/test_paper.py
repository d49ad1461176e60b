"""Drawings on other paper: what is read is dark ink on white, at the drawing's own place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw

from core.evaluation.papers import PAPERS
from core.images import as_drawing, open_picture
from core.images.paper import read_drawing
from tests.faults import canvas
from tests.faults.canvas import likeness


def drawing(size: int = 256, width: int = 4) -> np.ndarray:
    sheet = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((size * 0.2, size * 0.25, size * 0.75, size * 0.7), outline="black", width=width)
    pen.line((size * 0.3, size * 0.8, size * 0.9, size * 0.9), fill="black", width=width)
    pen.rectangle((size * 0.4, size * 0.4, size * 0.5, size * 0.5), fill="black")
    return np.asarray(sheet)


@pytest.mark.parametrize("name", [name for name in PAPERS if name != "framed"])
def test_ink_is_measured_from_the_paper(name: str) -> None:
    clean = drawing()
    seen = PAPERS[name](clean)
    read = read_drawing(seen)
    assert read.changes
    assert likeness(read.pixels, clean) > max(0.9, likeness(seen, clean))
    bare = (clean > 250).all(axis=2)
    assert np.median(read.pixels[bare]) == 255, "bare paper is white"
    assert np.percentile(read.pixels[~bare], 25) < 40, "ink is dark"


def test_the_frame_of_a_scan_is_cut_off() -> None:
    clean = drawing()
    read = read_drawing(PAPERS["framed"](clean))
    assert read.changes == ("a dark frame cut off",)
    assert min(abs(a - b) for a, b in zip(read.pixels.shape[:2], clean.shape[:2], strict=True)) <= 12
    assert (read.pixels[[0, -1]] > 240).all() and (read.pixels[:, [0, -1]] > 240).all()


@pytest.mark.parametrize("size", [24, 64, 700])
def test_ink_on_white_stays_as_it_is(size: int) -> None:
    clean = drawing(size)
    assert read_drawing(clean).pixels is clean


def test_a_drawing_on_white_with_much_solid_ink_stays_as_it_is() -> None:
    sheet = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(sheet).ellipse((40, 40, 160, 160), fill="black")
    solid = np.asarray(sheet)
    assert read_drawing(solid).pixels is solid


def test_solid_ink_on_grey_paper_stays_solid() -> None:
    sheet = Image.new("RGB", (200, 200), (150, 150, 150))
    ImageDraw.Draw(sheet).ellipse((40, 40, 160, 160), fill="black")
    read = read_drawing(np.asarray(sheet)).pixels
    assert read[100, 100].max() < 60 and read[10, 10].min() == 255


def test_what_was_done_is_a_note_and_the_picture_is_else_the_same() -> None:
    picture = open_picture(canvas.saved(Image.fromarray(PAPERS["inverted"](drawing()))))
    read = as_drawing(picture)
    assert read.notes[: len(picture.notes)] == picture.notes
    assert read.notes[-1].startswith("Read as dark ink on white: light strokes turned dark")
    assert (read.digest, read.original_size) == (picture.digest, picture.original_size)


def test_white_strokes_on_nothing_are_seen() -> None:
    ink = 255 - np.asarray(Image.fromarray(drawing()).convert("L"))
    strokes = np.dstack([np.full((*ink.shape, 3), 255, dtype=np.uint8), ink])
    opened = open_picture(canvas.saved(Image.fromarray(strokes)))
    assert likeness(as_drawing(opened).pixels, drawing()) > 0.95


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_any_picture_is_read(pixels: np.ndarray) -> None:
    read = read_drawing(pixels)
    assert read.pixels.dtype == np.uint8 and read.pixels.ndim == 3
    assert all(0 < new <= old for new, old in zip(read.pixels.shape[:2], pixels.shape[:2], strict=True))
