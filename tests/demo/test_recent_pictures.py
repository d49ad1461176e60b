"""The page opens a file once, however often it is asked for, and again as soon as it holds something else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from core.images import open_parts, open_picture
from core.types import Box, Picture
from demo import recent_pictures
from demo.recent_pictures import recent_parts, recent_picture
from tests.demo.fakes import draw_field, draw_sketch


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Returns what was really opened."""
    sources: list[object] = []

    def counted(source: str | bytes | Path | None, boxes: Sequence[Box | None]) -> list[Picture]:
        sources.extend([source] * len(boxes))
        return open_parts(source, boxes)

    monkeypatch.setattr(recent_pictures, "open_parts", counted)
    return sources


def test_a_file_is_opened_once_for_each_part_of_it(tmp_path: Path, opened: list[object]) -> None:
    path = draw_field(tmp_path / "field.png")
    box = Box(4, 4, 40, 40)
    for _ in range(2):
        whole, part = recent_picture(path), recent_picture(path, box=box)
    assert len(opened) == 2
    assert np.array_equal(whole.pixels, open_picture(path).pixels)
    assert np.array_equal(part.pixels, open_picture(path, box=box).pixels)
    assert recent_parts(path, [box, None, Box(0, 0, 30, 30), box]) == [
        part,
        whole,
        recent_parts(path, [Box(0, 0, 30, 30)])[0],
        part,
    ]
    assert len(opened) == 3
    data = Path(path).read_bytes()
    assert recent_picture(data) is recent_picture(bytes(bytearray(data)))


def test_another_file_under_the_same_name_is_another_picture(tmp_path: Path, opened: list[object]) -> None:
    path = draw_field(tmp_path / "picture.png")
    field = recent_picture(path)
    other = draw_sketch(tmp_path / "other.png")
    os.replace(other, path)
    assert not np.array_equal(recent_picture(path).pixels, field.pixels)
    Path(path).unlink()
    with pytest.raises(InputError, match="could not be opened"):
        recent_picture(path)


def test_a_file_that_changes_while_it_is_opened_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(draw_field(tmp_path / "picture.png"))
    sketch = Path(draw_sketch(tmp_path / "other.png"))

    def changed(source: str | bytes | Path | None, boxes: Sequence[Box | None]) -> list[Picture]:
        pictures = open_parts(source, boxes)
        if sketch.exists():
            os.replace(sketch, path)
        return pictures

    monkeypatch.setattr(recent_pictures, "open_parts", changed)
    first = recent_picture(path)
    assert not np.array_equal(recent_picture(path).pixels, first.pixels)


def test_what_is_no_picture_is_refused_each_time(opened: list[object]) -> None:
    for source in (None, b"no picture", "nowhere.png"):
        for _ in range(2):
            with pytest.raises(InputError):
                recent_picture(source)
