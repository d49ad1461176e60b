"""The garment embedding: features of any picture, a head that standardises, a recipe that can be repeated."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from PIL import Image, ImageDraw

from core import images
from core.encoders import garment_features
from core.encoders.torch_towers import TorchImageTower
from core.errors import ArtifactError
from core.heads.garment import GarmentHead, standardised
from core.images import open_picture
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.garment.embedding import GarmentPairs
from core.training.garment.fit import Way, fit
from core.training.garment.measure import ranks_of
from core.types import Picture
from tests.core import garment_oracle as oracle
from tests.rounding import assert_same_rows

SHIPPED = ASSETS / "models" / "pocket" / "garment"


@pytest.fixture(scope="module")
def tower() -> TorchImageTower:
    torch.manual_seed(0)
    return TorchImageTower(timm.create_model("tf_efficientnet_lite2", num_classes=0))


def _picture(colour: str, size: tuple[int, int] = (192, 256), stripes: bool = False) -> Picture:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 4, size[1] // 4, 3 * size[0] // 4, 3 * size[1] // 4), fill=colour)
    if stripes:
        for y in range(size[1] // 4, 3 * size[1] // 4, 12):
            draw.rectangle((size[0] // 4, y, 3 * size[0] // 4, y + 5), fill="white")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return open_picture(stream.getvalue())


def _described(tower: TorchImageTower, *pictures: np.ndarray) -> np.ndarray:
    squares = np.concatenate([garment_features.views(pixels, 260) for pixels in pictures])
    pixels = images.scaled(squares)
    return garment_features.describe(tower.maps(pixels), pixels).reshape(len(pictures), -1)


@pytest.mark.parametrize("size", [(192, 256), (1, 1), (2, 400), (400, 3), (61, 64)])
def test_pictures_of_any_shape_are_described(tower: TorchImageTower, size: tuple[int, int]) -> None:
    rows = _described(tower, np.full((size[1], size[0], 3), 90, dtype=np.uint8))
    assert rows.shape == (1, garment_features.WIDTH) and rows.dtype == np.float32
    assert np.isfinite(rows).all()


def test_a_batch_gives_what_single_pictures_give(tower: TorchImageTower) -> None:
    pixels = [_picture("red").pixels, _picture("navy", stripes=True).pixels]
    both = _described(tower, *pixels)
    for row, picture in enumerate(pixels):
        np.testing.assert_allclose(_described(tower, picture)[0], both[row], rtol=1e-4, atol=1e-4)


def test_the_description_is_that_of_the_formulas_in_torch(tower: TorchImageTower) -> None:
    pixels = images.scaled(garment_features.views(_picture("navy", stripes=True).pixels, 260))
    maps = tower.maps(pixels)
    np.testing.assert_allclose(
        garment_features.describe(maps, pixels), oracle.described(maps, pixels), atol=1e-5
    )
    places = garment_features.describe_places(maps)
    assert places.shape == (2, 81, garment_features.PLACE_WIDTH) and places.dtype == np.float32
    np.testing.assert_allclose(places, oracle.places(maps), atol=1e-4)


def test_the_colour_histogram_is_a_distribution_in_each_place() -> None:
    _, histogram = garment_features._colours(np.random.default_rng(1).random((2, 3, 260, 260)))
    assert histogram.shape == (2, 343, 9, 9)
    np.testing.assert_allclose(histogram.sum(axis=1), 1, atol=1e-6)


def test_colours_are_cielab() -> None:
    pixels = np.array([[1.0, 1, 1], [1, 0, 0], [0, 0, 0]]).reshape(3, 3, 1, 1)
    expected = [[100.0, 0, 0], [53.24, 80.09, 67.20], [0, 0, 0]]
    np.testing.assert_allclose(garment_features._lab(pixels)[:, :, 0, 0], expected, atol=0.1)


def _pairs(count: int, width: int = 40) -> GarmentPairs:
    """Garments of 8 hidden traits: the two sides show them in one way, each with an offset and noise of its own."""
    random = np.random.default_rng(0)
    traits = random.normal(size=(count, 8)) @ random.normal(size=(8, width))
    street, shop = (traits + 0.5 * random.normal(size=(count, width)) + shift for shift in (3.0, -1.0))
    return GarmentPairs(street.astype(np.float32), shop.astype(np.float32))


@pytest.mark.numeric
def test_the_recipe_learns_and_is_the_same_for_one_seed() -> None:
    pairs = _pairs(240)
    training, test = pairs.part(np.arange(160)), pairs.part(np.arange(160, 240))
    model, again = (fit(training, seed=4, way=Way(epochs=12)) for _ in range(2))
    ranks = ranks_of(model, test)
    # Training carries a rounding on for hundreds of steps; hardly a rank may feel it.
    assert np.mean(ranks == ranks_of(again, test)) > 0.9
    assert np.mean(ranks <= 5) > 0.8


def _saved(folder: Path, models: dict[str, str]) -> None:
    model = fit(_pairs(32), seed=0, way=Way(epochs=1))
    save_artifact(
        folder,
        model.tensors(),
        Manifest("garment", models, ["made up"], "none", 0, {}, {}, 0.0),
        seen=["a" * 64],
    )


def test_the_head_gives_what_training_measured(tmp_path: Path) -> None:
    pairs = _pairs(32)
    model = fit(pairs, seed=0, way=Way(epochs=1))
    _saved(tmp_path, {"towers": "t"})
    head = GarmentHead(tmp_path, {"towers": "t"})
    assert head.street(pairs.street) == pytest.approx(model.embedded(pairs.street, "street"), abs=2e-3)
    assert head.shop(pairs.shop) == pytest.approx(model.embedded(pairs.shop, "shop"), abs=2e-3)
    assert np.linalg.norm(head.shop(pairs.shop), axis=1) == pytest.approx(1, abs=1e-5)
    assert not np.allclose(head.street(pairs.shop), head.shop(pairs.shop), atol=1e-2)


def test_weights_for_other_towers_are_refused(tmp_path: Path) -> None:
    _saved(tmp_path, {"towers": "t"})
    with pytest.raises(ArtifactError, match="train them again"):
        GarmentHead(tmp_path, {"towers": "another"})


def test_weights_that_lack_a_tensor_are_refused(tmp_path: Path) -> None:
    manifest = Manifest("garment", {}, [], "", 0, {}, {}, 0.0)
    save_artifact(
        tmp_path, {"weight": np.zeros((2, 3), np.float32), "bias": np.zeros(2, np.float32)}, manifest
    )
    with pytest.raises(ArtifactError, match="street_mean"):
        GarmentHead(tmp_path, {})


def test_one_odd_value_does_not_drown_the_rest() -> None:
    row = standardised(np.array([[1e9, 1.0]], np.float32), np.zeros(2, np.float32), np.ones(2, np.float32))
    assert row.tolist() == [[5.0, 1.0]]


def test_the_shipped_weights_are_small_and_better_than_the_floor() -> None:
    manifest = read_manifest(SHIPPED)
    assert (SHIPPED / "weights.safetensors").stat().st_size < 10 * 2**20
    assert manifest.metrics["three_folds_recall_at_1"]["value"] > 0.6
    assert manifest.metrics["three_folds_recall_at_5"]["value"] > 0.85
    assert manifest.metrics["three_folds_recall_at_20"]["value"] > 0.95
    assert (SHIPPED / "README.md").is_file() and len(manifest.seen) > 2000


@pytest.mark.weights
def test_a_striped_shirt_finds_the_striped_one() -> None:
    from core.encoders import garment_features
    from core.encoders.towers import TOWERS_ID, Towers

    towers = Towers()
    head = GarmentHead(SHIPPED, {"towers": TOWERS_ID, "features": garment_features.ID})
    shop = [
        _picture("navy", stripes=True),
        _picture("navy"),
        _picture("firebrick"),
        _picture("gold", stripes=True),
    ]
    street = [_picture("navy", (260, 250), stripes=True), _picture("firebrick", (260, 250))]
    scores = head.street(towers.garment_features(street)) @ head.shop(towers.garment_features(shop)).T
    assert scores.argmax(axis=1).tolist() == [0, 2]
    assert_same_rows(towers.garment_features(street), towers.garment_features(street))
