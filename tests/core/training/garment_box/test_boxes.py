"""Boxes: scenes say truly what they hide, and the head learns where things are and stays inside the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.augmentation.cut_outs import cut_out
from core.augmentation.scenes import Painter
from core.datasets.scene_photos import drawn_boxes
from core.encoders.garment_features import GRID, PLACES_ID
from core.errors import ArtifactError
from core.heads.garment_box import KIND, GarmentBoxHead, in_pixels
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.garment_box.fit import fit
from core.training.garment_box.measure import overlaps
from core.training.garment_box.network import BoxNetwork

SHIPPED = ASSETS / "models" / "pocket" / "garment_box"


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """A red garment on a pale ground."""
    pixels = np.full((256, 192, 3), 245, dtype=np.uint8)
    pixels[60:200, 40:150] = (200, 20, 30)
    path = tmp_path / "studio.png"
    Image.fromarray(pixels).save(path)
    return path


def test_a_garment_is_cut_out_of_its_ground() -> None:
    pixels = np.full((256, 192, 3), 245, dtype=np.uint8)
    pixels[60:200, 40:150] = (200, 20, 30)
    part, mask = cut_out(pixels)
    assert abs(part.shape[0] - 140) <= 6 and abs(part.shape[1] - 110) <= 6
    assert mask.mean() > 0.9 and (part[mask] == (200, 20, 30)).all(axis=1).mean() > 0.95


def test_white_on_white_is_taken_whole() -> None:
    part, mask = cut_out(np.full((30, 20, 3), 255, dtype=np.uint8))
    assert part.shape == (30, 20, 3) and mask.all()


def _red(pixels: np.ndarray) -> np.ndarray:
    wide = pixels.astype(int)
    return (wide[..., 0] > 150) & (wide[..., 1] < 80) & (wide[..., 2] < 90)


def test_a_scene_says_truly_where_the_garment_is(studio: Path, tmp_path: Path) -> None:
    grounds = []
    for number in range(3):
        grounds.append(tmp_path / f"ground{number}.png")
        Image.fromarray(np.full((300, 400, 3), (60, 90 + 40 * number, 120), dtype=np.uint8)).save(grounds[-1])
    painter = Painter(grounds)
    for round_ in range(25):
        scene = painter.scene(studio, round_)
        box, red = scene.box, _red(scene.picture.pixels)
        inside = red[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
        assert red.sum() == inside.sum(), "nothing of the garment lies outside its box"
        assert inside.mean() == pytest.approx(1 - scene.hidden, abs=0.12)
        assert scene.scale == pytest.approx((box.x1 - box.x0) * (box.y1 - box.y0) / (red.size))
        assert 0 <= scene.outside <= 0.46


def test_scenes_can_be_repeated_and_differ_by_round(studio: Path) -> None:
    first, again, other = (
        Painter([]).scene(studio),
        Painter([]).scene(studio),
        Painter([]).scene(studio, 1),
    )
    assert first.picture.digest == again.picture.digest != other.picture.digest
    assert first.box == again.box


def test_overlap_is_intersection_over_union() -> None:
    true = np.array([[0.0, 0.0, 2.0, 2.0]] * 3)
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 3.0, 2.0], [5.0, 5.0, 6.0, 6.0]])
    assert overlaps(boxes, true) == pytest.approx([1.0, 1 / 3, 0.0])


def _places(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Maps in which a rectangle of one kind of place stands among noise."""
    random = np.random.default_rng(seed)
    grid = random.normal(0, 0.3, (count, GRID, GRID, 12))
    boxes = np.zeros((count, 4), np.float32)
    for row in range(count):
        x0, y0 = random.integers(0, 5, 2)
        x1, y1 = x0 + random.integers(2, 5), y0 + random.integers(2, 5)
        grid[row, y0:y1, x0:x1, :4] += 2.0
        boxes[row] = np.array([x0, y0, x1, y1]) / GRID
    return grid.reshape(count, GRID * GRID, 12).astype(np.float32), boxes


def test_the_head_learns_where_things_are_and_is_read_back(tmp_path: Path) -> None:
    network = fit(*_places(192, 0), seed=0, epochs=20)
    rows, true = _places(60, 1)
    identity = {"mean": np.zeros(12, np.float32), "projection": np.eye(12, dtype=np.float16)}
    tensors = {name: value.numpy() for name, value in network.state_dict().items()} | identity
    models = {"towers": "t", "places": PLACES_ID}
    save_artifact(tmp_path, tensors, Manifest(KIND, models, [], "", 0, {}, {}, 0.0))
    shares = GarmentBoxHead(tmp_path, models).shares(rows)
    assert overlaps(shares, true).mean() > 0.6
    with pytest.raises(ArtifactError, match="train them again"):
        GarmentBoxHead(tmp_path, models | {"towers": "another"})


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    save_artifact(
        tmp_path,
        {"mean": np.zeros(3, np.float32), "projection": np.eye(3, dtype=np.float32)},
        Manifest(KIND, {"places": PLACES_ID}, [], "", 0, {}, {}, 0.0),
    )
    with pytest.raises(ArtifactError, match="do not fit"):
        GarmentBoxHead(tmp_path, {"places": PLACES_ID})


def test_an_untrained_network_gives_ordered_edges() -> None:
    torch.manual_seed(0)
    with torch.inference_mode():
        edges = BoxNetwork(6)(torch.randn(5, 6, GRID, GRID) * 9).numpy()
    assert (edges[:, :2] <= edges[:, 2:]).all() and edges.min() >= 0 and edges.max() <= 1


@given(
    st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4),
    st.integers(1, 5000),
    st.integers(1, 5000),
)
def test_a_proposed_box_lies_inside_the_picture(edges: list[float], width: int, height: int) -> None:
    x, y = sorted(edges[:2]), sorted(edges[2:])
    box = in_pixels(np.array([x[0], y[0], x[1], y[1]]), (width, height))
    assert 0 <= box.x0 < box.x1 <= width and 0 <= box.y0 < box.y1 <= height


def test_padding_of_a_long_picture_is_taken_off() -> None:
    # 100 x 400 is seen as 200 x 400, the picture in its middle half.
    box = in_pixels(np.array([0.25, 0.0, 0.75, 0.5]), (100, 400))
    assert (box.x0, box.y0, box.x1, box.y1) == (0, 0, 100, 200)


def test_the_shipped_head_is_small_measured_and_better_than_a_fixed_box() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 2 * 2**20
    manifest = read_manifest(SHIPPED)
    table = next(table for table in manifest.details["tables"] if table["title"] == "Proposed box")
    overlap = {row[0]: row[1]["value"] for row in table["rows"]}
    proposed = manifest.metrics["synthetic_mean_iou"]["value"]
    assert proposed == overlap["product photo, synthetic"]
    assert proposed > 1.3 * max(value for name, value in overlap.items() if name.endswith("instead"))


@pytest.mark.weights
def test_a_pasted_garment_is_found_where_it_stands(studio: Path) -> None:
    from core.encoders.towers import TOWERS_ID, Towers

    head, scenes = (
        GarmentBoxHead(SHIPPED, {"towers": TOWERS_ID, "places": PLACES_ID}),
        [Painter([]).scene(studio, n) for n in range(6)],
    )
    boxes = head.propose(Towers(), [scene.picture for scene in scenes])
    edges = [np.array([[box.x0, box.y0, box.x1, box.y1]]) for box in boxes]
    true = [np.array([[s.box.x0, s.box.y0, s.box.x1, s.box.y1]]) for s in scenes]
    assert np.mean([overlaps(a, b)[0] for a, b in zip(edges, true, strict=True)]) > 0.3


def test_the_street_pictures_that_measure_the_head_are_there_with_their_boxes() -> None:
    paths, boxes = drawn_boxes()
    assert len(paths) == len(boxes) >= 240 and all(path.is_file() for path in paths)
    assert (boxes[:, 2:] > boxes[:, :2]).all() and (boxes >= 0).all()
