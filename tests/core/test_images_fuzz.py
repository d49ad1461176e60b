"""Files cut, bent and made up: the door answers with a picture or with one sentence."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BlendscopeError
from core.images import open_picture
from core.types import Picture
from tests.faults import canvas

SMALL_FILES = {
    kind: canvas.saved(canvas.sketch(48, 32), kind) for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP")
} | {"progressive JPEG": canvas.saved(canvas.photograph(48, 32), "JPEG", progressive=True)}


def whole(file: bytes) -> Picture | None:
    """Returns the picture, None when it is refused; every other exception is a fault."""
    try:
        return open_picture(file)
    except BlendscopeError:
        return None


@pytest.mark.parametrize("kind", SMALL_FILES)
def test_a_file_cut_anywhere_is_refused_or_loses_nothing(kind: str) -> None:
    file = SMALL_FILES[kind]
    full = open_picture(file).pixels
    for length in range(0, len(file), 1 + len(file) // 400):
        cut = whole(file[:length])
        assert cut is None or np.array_equal(cut.pixels, full), length


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(SMALL_FILES)),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6),
)
def test_damaged_bytes_give_a_picture_or_one_sentence(kind: str, changes: list[tuple[int, int]]) -> None:
    file = bytearray(SMALL_FILES[kind])
    for place, value in changes:
        file[place % len(file)] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = whole(bytes(file))
    assert picture is None or max(picture.pixels.shape[:2]) <= 1024


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM"])
)
def test_any_bytes_give_a_picture_or_one_sentence(rest: bytes, head: bytes) -> None:
    whole(head + rest)
