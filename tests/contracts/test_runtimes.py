"""What every runtime of the towers promises, tried on each one in the registry; and that all give the same."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from core.encoders import RUNTIMES
from core.encoders.pocket import PocketJoint
from core.encoders.runtimes import ImageTower, TextTower, TowerMaps, TowerRuntime, chosen_runtime
from core.encoders.sketch_tower import IMAGE_SIZE as SKETCH_SIZE
from core.encoders.sketch_tower import SketchTower
from core.encoders.towers import IMAGE_SIZE, POOLED_WIDTH, WIDTH
from core.errors import ArtifactError, SettingsError
from core.profiles import profile
from core.profiles.pocket import GalleryModels, PocketModels
from core.settings import ASSETS, TOWER_RUNTIMES
from tests.pocket import drawn, painted, pocket

pytestmark = [pytest.mark.weights, pytest.mark.numeric]
FOLDER = ASSETS / "models" / "pocket"
TEXTS = (
    "a dog runs across a field",
    "x",
    "na\u00efve \u4e1c\u4eac \U0001f642 !?",
    "two red shoes &amp; a hat " * 20,
)
SAME = 1e-4
"""Largest difference between two runtimes, as a share of the largest number where numbers exceed 1."""


@functools.cache
def runtime(name: str) -> TowerRuntime:
    made: TowerRuntime = RUNTIMES.load(name)()
    return made


@functools.cache
def joint(name: str) -> PocketJoint:
    return PocketJoint(FOLDER / "joint", runtime(name))


@functools.cache
def sketch_tower(name: str) -> SketchTower:
    return SketchTower(FOLDER / "sketch_tower", runtime(name))


def seen(name: str) -> dict[str, np.ndarray]:
    """Returns all that a runtime's towers give, by what it is."""
    pictures = [painted(0), painted(1, (200, 90)), painted(2, (33, 33)), drawn(3)]
    encoder = joint(name)
    return {
        "joint rows of pictures": encoder.encode_pictures(pictures),
        "joint rows of texts": encoder.encode_texts(TEXTS),
        "places of a picture": encoder.picture_tokens(pictures[0]),
        "tokens of a text": encoder.text_tokens(TEXTS[0]),
        "pooled": encoder.pooled(pictures),
        "sentences": encoder.sentences(TEXTS),
        "garment features": encoder.garment_features(pictures),
        "places for the box": encoder.garment_places(pictures),
        "sketches": sketch_tower(name).pooled([drawn(4), drawn(5)]),
    }


def pixels(count: int, planes: int, size: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (count, planes, size, size)).astype(np.float32)


def test_the_runtimes_are_those_of_the_settings() -> None:
    assert tuple(RUNTIMES) == TOWER_RUNTIMES
    assert chosen_runtime().name == TOWER_RUNTIMES[0]


def test_another_runtime_is_refused_with_those_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLENDSCOPE_RUNTIME", "abacus")
    with pytest.raises(SettingsError, match="no runtime called 'abacus'; choose one of onnx, torch"):
        chosen_runtime()


@pytest.mark.parametrize("name", list(RUNTIMES))
def test_towers_give_what_they_promise(name: str) -> None:
    tower, text = runtime(name).image(IMAGE_SIZE), runtime(name).text()
    assert isinstance(runtime(name), TowerRuntime)
    assert isinstance(tower, ImageTower) and isinstance(text, TextTower)
    maps = tower.maps(pixels(2, 3, IMAGE_SIZE))
    assert maps.last.shape == (2, POOLED_WIDTH, 9, 9) and len(maps.blocks) == 6
    assert [block.shape[-1] for block in maps.blocks] == [65, 33, 17, 17, 9, 9]
    np.testing.assert_allclose(maps.pooled, maps.last.mean(axis=(2, 3)), atol=1e-5)
    states = text.states(np.array([[101, 5, 102, 0]]), np.array([[1, 1, 1, 0]]))
    assert states.shape == (1, 4, WIDTH) and states.dtype == np.float32


@pytest.mark.parametrize("name", list(RUNTIMES))
def test_padding_says_nothing(name: str) -> None:
    text, ids = runtime(name).text(), np.array([[101, 2000, 3000, 102]])
    padded = np.concatenate([ids, np.array([[7, 8]])], axis=1)
    alone = text.states(ids, np.ones_like(ids))
    together = text.states(padded, np.array([[1, 1, 1, 1, 0, 0]]))[:, :4]
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("size", [IMAGE_SIZE, SKETCH_SIZE])
def test_a_compiled_row_is_the_same_to_the_bit_in_any_company(size: int) -> None:
    tower = runtime("onnx").image(size)
    given = pixels(5, 3, size)
    together = tower.pooled(given)
    alone = np.concatenate([tower.pooled(given[row : row + 1]) for row in range(5)])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, tower.maps(given[::-1].copy()).pooled[::-1])


def test_side_by_side_a_compiled_tower_sees_the_same_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, given = runtime("onnx"), pixels(2, 3, IMAGE_SIZE)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    tower = compiled.image(IMAGE_SIZE)
    other = compiled.side_by_side(tower, IMAGE_SIZE)
    assert other is not tower
    for alone, shared in zip(fields_of(other.maps(given)), fields_of(tower.maps(given)), strict=True):
        np.testing.assert_array_equal(alone, shared)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert compiled.side_by_side(tower, IMAGE_SIZE) is tower


def test_an_encoder_for_threads_side_by_side_says_the_same_to_the_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    alone, picture = PocketJoint(FOLDER / "joint", runtime("onnx")), painted(0)
    shared = alone.side_by_side()
    assert shared._image is not alone._image
    fresh = shared.encode_pictures([picture]), shared.picture_tokens(picture)
    again = PocketJoint(FOLDER / "joint", runtime("onnx"))
    np.testing.assert_array_equal(fresh[0], again.encode_pictures([picture]))
    np.testing.assert_array_equal(fresh[1], again.picture_tokens(picture))
    assert shared.id == alone.id


def fields_of(maps: TowerMaps) -> tuple[np.ndarray, ...]:
    return (maps.pooled, maps.last, *maps.blocks)


def test_both_runtimes_see_and_read_the_same() -> None:
    compiled, torch = (seen(name) for name in ("onnx", "torch"))
    for what, rows in compiled.items():
        largest = max(1.0, float(np.abs(torch[what]).max()))
        assert rows.shape == torch[what].shape and rows.dtype == np.float32, what
        assert np.abs(rows - torch[what]).max() <= SAME * largest, what


def test_a_gallery_of_one_runtime_is_that_of_the_other() -> None:
    assert joint("onnx").id == joint("torch").id and sketch_tower("onnx").id == sketch_tower("torch").id
    pictures = [painted(seed) for seed in range(4)]
    galleries: list[Any] = []
    for name in RUNTIMES:
        models = PocketModels(profile("pocket"))
        models._once("joint", functools.partial(joint, name))
        encoders = models.gallery_encoders()
        assert isinstance(encoders, GalleryModels) and encoders.models == pocket().gallery_encoders().models
        galleries.append(encoders.encode(pictures))
    compiled, torch = galleries
    assert compiled.captions == torch.captions
    for rows, values in compiled.vectors.items():
        np.testing.assert_allclose(values, torch.vectors[rows], atol=SAME, err_msg=rows)


@pytest.mark.parametrize("name", list(RUNTIMES))
@pytest.mark.parametrize("damage", ["another name", "another shape"])
def test_tuned_tensors_that_do_not_fit_are_refused(name: str, damage: str) -> None:
    tensors = (
        {"bn1.weight": np.ones(31, np.float32)}
        if damage == "another shape"
        else {"bn1.wait": np.ones(32, np.float32)}
    )
    with pytest.raises((ValueError, KeyError, RuntimeError, ArtifactError)):
        runtime(name).tuned(tensors, 32)
