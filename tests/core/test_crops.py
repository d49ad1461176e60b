"""Other framings of a photo: the same every time, parts of it, and usable however small it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.augmentation.crops import VIEWS, mirrored
from core.images import open_picture
from tests.core.training.packs import save


def test_views_are_parts_of_the_photo_and_the_same_every_time(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    save(tmp_path / "photo.png", pixels)
    shown = {name: view(tmp_path / "photo.png", None) for name, view in VIEWS.items()}
    colours = set(map(tuple, pixels.reshape(-1, 3).tolist()))
    for name, picture in shown.items():
        assert picture.digest == VIEWS[name](tmp_path / "photo.png", None).digest
        assert set(map(tuple, picture.pixels.reshape(-1, 3).tolist())) <= colours
        share = picture.pixels.size / pixels.size
        assert share == 1 if name == "mirror" else 0.4 < share < 0.95
    assert len({picture.digest for picture in shown.values()}) == len(VIEWS) == 4
    np.testing.assert_array_equal(
        shown["mirror"].pixels[:, ::-1], open_picture(tmp_path / "photo.png").pixels
    )


def test_a_photo_of_one_pixel_has_views(tmp_path: Path) -> None:
    save(tmp_path / "dot.png", np.full((1, 1, 3), 9, np.uint8))
    assert all(view(tmp_path / "dot.png", None).pixels.shape == (1, 1, 3) for view in VIEWS.values())
    assert mirrored(tmp_path / "dot.png").original_size == (1, 1)
