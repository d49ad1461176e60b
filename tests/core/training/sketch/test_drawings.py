"""Drawings on their way to the sketch tower: ink, Quick, Draw!, changes of hand, and a tuning that can be cut off."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw

from core.augmentation.drawings import as_ink, changed
from core.datasets.quickdraw import class_of, find_quickdraw, names_in, read_drawings
from core.encoders.torch_towers import FROZEN_BLOCKS, build_trunk, features, frozen, restored, tuned_tensors
from core.errors import DataError
from core.images import ink
from core.training.sketch import tower as sketch_tower
from core.training.sketch.tower import Drawings, SketchNetwork, TuningPlan, tune
from tests.core.training.packs import quickdraw_pack
from tests.pocket import drawn

BICUBIC = Image.Resampling.BICUBIC
PLAN = TuningPlan("toy", size=32, epochs=2, batch=4)


def strokes(seed: int, size: int = 200) -> np.ndarray:
    return drawn(seed, size).pixels


def test_ink_is_the_same_wherever_and_however_large_the_drawing_is() -> None:
    small = strokes(0, 128)
    sheet = np.full((400, 700, 3), 255, dtype=np.uint8)
    sheet[40:168, 500:628] = small
    np.testing.assert_array_equal(ink(sheet, 64), ink(small, 64))
    larger = np.kron(small, np.ones((3, 3, 1), dtype=np.uint8))
    assert np.abs(ink(larger, 64).astype(int) - ink(small, 64)).mean() < 12


def test_chalk_and_pencil_count_as_ink() -> None:
    pen = strokes(1)
    pencil = (255 - (255 - pen.astype(int)) // 3).astype(np.uint8)
    np.testing.assert_array_equal(ink(255 - pen, 64), ink(pen, 64))
    assert np.abs(ink(pencil, 64).astype(int) - ink(pen, 64)).max() <= 3


def test_fine_sharp_strokes_are_softened_to_those_of_a_small_picture() -> None:
    sheet = Image.new("L", (512, 512), 255)
    pen = ImageDraw.Draw(sheet)
    for start in range(60, 360, 40):
        pen.arc((start, start, 480, 480), start, start + 200, fill=0, width=3)
    sharp, small = (np.array(picture.convert("RGB")) for picture in (sheet, sheet.resize((96, 96), BICUBIC)))
    of_sharp, of_small = ink(sharp, 128), ink(small, 128)
    assert edges(of_sharp) == pytest.approx(edges(of_small), rel=0.05)
    assert of_sharp.max() >= 254
    assert np.abs(of_sharp.astype(int) - of_small).mean() < 8


def test_broad_strokes_are_left_as_they_are() -> None:
    sheet = Image.new("RGB", (136, 136), "white")
    ImageDraw.Draw(sheet).rectangle((8, 8, 127, 127), fill="black")
    assert set(np.unique(ink(np.array(sheet), 134))) == {0, 255}


def edges(levels: np.ndarray) -> float:
    """Returns how much the ink changes from pixel to pixel, for all the ink there is."""
    return float(sum(np.abs(np.diff(levels.astype(int), axis=axis)).sum() for axis in (0, 1)) / levels.sum())


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))), st.integers(1, 64))
def test_ink_is_a_square_of_bytes_for_any_picture(pixels: np.ndarray, size: int) -> None:
    square = ink(pixels, size)
    assert square.shape == (size, size) and square.dtype == np.uint8


def test_a_bare_sheet_has_no_ink() -> None:
    assert not ink(np.full((50, 60, 3), 255, dtype=np.uint8), 32).any()


def test_quick_draw_is_read_and_its_names_find_their_classes(tmp_path: Path) -> None:
    assert find_quickdraw(tmp_path) is None
    folder = quickdraw_pack(tmp_path, ("cat", "hot dog"), each=3)
    assert find_quickdraw(tmp_path) == folder and names_in(folder) == ["cat", "hot dog"]
    rows = read_drawings(folder, "cat")
    assert rows.shape == (3, 28, 28) and rows.dtype == np.uint8 and rows.max() == 255
    labels = ("cat", "hotdog", "hot-air balloon", "car (sedan)")
    assert [class_of(name, labels) for name in ("cat", "hot dog", "hot air balloon", "car", "sea")] == [
        0, 1, 2, 3, None,
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["[0, 1]", "nonsense", "[" + ", ".join(["2"] * 784) + "]", ""])
def test_a_damaged_file_of_drawings_is_named(tmp_path: Path, line: str) -> None:
    with gzip.open(tmp_path / "cat.ndjson.gz", "wt") as file:
        file.write(line)
    with pytest.raises(DataError, match=r"cat\.ndjson\.gz"):
        read_drawings(tmp_path, "cat")


def test_changes_keep_ink_within_bounds_and_follow_the_seed() -> None:
    ink_of = as_ink(np.stack([ink(strokes(seed), 64) for seed in range(6)]), 48)
    torch.manual_seed(3)
    changed_ink = changed(ink_of)
    torch.manual_seed(3)
    again = changed(ink_of)
    assert (
        changed_ink.shape == ink_of.shape and float(changed_ink.min()) >= 0 and float(changed_ink.max()) <= 1
    )
    assert torch.equal(changed_ink, again) and not torch.allclose(changed_ink, ink_of)


@pytest.mark.weights
def test_a_killed_tuning_ends_with_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sketch_tower, "STEPS_BETWEEN_SAVES", 2)
    drawings = Drawings(np.stack([ink(strokes(seed), 32) for seed in range(12)]), np.arange(12) % 3)
    torch.manual_seed(0)
    start = SketchNetwork(3)
    whole = tune(start, drawings, PLAN, 5, tmp_path / "one", before=drawings)
    step, steps = sketch_tower._Run.step, []

    def cut_off(run: sketch_tower._Run, batch: tuple[torch.Tensor, torch.Tensor]) -> float:
        if len(steps) == 3:
            raise KeyboardInterrupt
        steps.append(1)
        return step(run, batch)

    with monkeypatch.context() as patch:
        patch.setattr(sketch_tower._Run, "step", cut_off)
        with pytest.raises(KeyboardInterrupt):
            tune(start, drawings, PLAN, 5, tmp_path / "two", before=drawings)
    resumed = tune(start, drawings, PLAN, 5, tmp_path / "two", before=drawings)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


@pytest.mark.weights
def test_only_what_was_tuned_is_kept_and_half_precision_changes_little() -> None:
    trunk = build_trunk().eval().requires_grad_(False)
    assert frozen("conv_stem.weight") and frozen(f"blocks.{FROZEN_BLOCKS - 1}.0.bn1.weight")
    assert not frozen(f"blocks.{FROZEN_BLOCKS}.0.bn1.weight") and not frozen("conv_head.weight")
    with torch.no_grad():
        trunk.conv_head.weight.mul_(1.1)
    tensors = tuned_tensors(trunk)
    assert "conv_stem.weight" not in tensors and sum(array.nbytes for array in tensors.values()) < 10_000_000
    inks = np.stack([ink(strokes(seed), 64) for seed in range(3)])
    np.testing.assert_allclose(features(restored(tensors), inks), features(trunk, inks), atol=0.05)
