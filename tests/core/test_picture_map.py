"""The map of a gallery: similar pictures near each other, the same for the same vectors, and published with them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from core.errors import ArtifactError
from core.index.bundle import open_bundle
from core.index.manifest import MANIFEST_NAME, parsed, rendered
from core.index.mapping import add_maps
from core.index.picture_map import (
    COMPONENTS,
    EMBEDDED,
    PictureMap,
    maps_of,
    neighbours_kept,
    picture_maps,
    principal_components,
)
from core.index.writer import Reject
from core.settings import SHIPPED_GALLERY
from tests.core.bundle_makers import file_of, publish, unit
from tests.core.test_bundle_forged import forged


def groups(count: int, seed: int = 3) -> np.ndarray:
    """Returns rows around six directions of 24 dimensions, in turn."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(6, 24))
    rows = middles[np.arange(count) % 6] + 0.5 * rng.normal(size=(count, 24))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def picture_map(rows: np.ndarray) -> PictureMap:
    """Returns the map of one set of vectors."""
    return picture_maps({"joint": rows})["joint"]


def test_similar_pictures_lie_nearer_than_on_principal_components() -> None:
    rows = groups(240)
    chart = picture_map(rows)
    assert chart.method == EMBEDDED and chart.seed > 0
    assert np.abs(chart.places).max(axis=0).tolist() == [1, 1]
    assert chart.kept == pytest.approx(neighbours_kept(rows, chart.places), abs=1e-3)
    assert chart.kept > 1.3 * neighbours_kept(rows, principal_components(rows))
    group = np.arange(240) % 6
    nearest = np.square(chart.places[:, None] - chart.places).sum(axis=2)
    np.fill_diagonal(nearest, np.inf)
    assert np.mean(group[nearest.argmin(axis=1)] == group) > 0.95
    assert (picture_map(rows.copy()).places == chart.places).all(), "the same for the same vectors"


def test_copies_lie_in_one_place_and_few_pictures_on_their_components() -> None:
    rows = groups(60)
    rows[7] = rows[50] = rows[3]
    places = picture_map(rows).places
    assert (places[[7, 50]] == places[3]).all() and len(np.unique(places, axis=0)) == 58
    for count in (1, 2, 16):
        few = picture_map(groups(count))
        assert few.method == COMPONENTS and few.seed == 0 and np.isfinite(few.places).all()
    assert picture_map(np.repeat(groups(1), 5, axis=0)).places.tolist() == [[0, 0]] * 5
    assert picture_map(unit(4, 1)).places.shape == (4, 2), "vectors of one number lie on a line"


def test_a_map_is_the_same_whatever_is_mapped_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = {"joint": groups(60), "garment": groups(40, seed=4), "words": np.tile(groups(25), (3, 1))}
    vectors["few"] = groups(12)
    together = picture_maps(vectors)
    monkeypatch.setattr("core.index.picture_map.TOGETHER", 30)
    for maps in (picture_maps(vectors), {name: picture_map(rows) for name, rows in vectors.items()}):
        for name, chart in maps.items():
            np.testing.assert_array_equal(chart.places, together[name].places, err_msg=name)
            assert chart.about() == together[name].about()


def test_of_too_many_pictures_no_map_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.index.picture_map.MOST_MAPPED", 4)
    assert maps_of({"joint": unit(5, 3)}) == {} and set(maps_of({"joint": unit(4, 3)})) == {"joint"}


def test_an_older_gallery_opens_and_gets_its_maps_without_another_change(tmp_path: Path) -> None:
    rejects = [Reject("no.png", "This file is not a picture.")]
    publish(tmp_path / "shop", 20, rejects=rejects)
    made_before(tmp_path / "shop")
    gallery = open_bundle(tmp_path / "shop")
    assert gallery.version == 1 and not gallery.maps
    maps = add_maps(tmp_path / "shop")
    again = open_bundle(tmp_path / "shop")
    assert again.version == 2 and set(again.maps) == set(maps) == {"joint", "garment", "words"}
    for name, chart in maps.items():
        np.testing.assert_array_equal(again.maps[name].places, chart.places)
        assert not again.maps[name].places.flags.writeable
        np.testing.assert_array_equal(again.vectors(name), gallery.vectors(name))
    assert again.items == gallery.items and again.rejected == 1
    assert "no.png" in (tmp_path / "shop" / "rejects.jsonl").read_text()


def made_before(bundle: Path) -> None:
    """Makes a gallery without maps one of the first format."""
    value = json.loads((bundle / MANIFEST_NAME).read_bytes())
    for key in ("format", "sha256"):
        del value[key]
    manifest = parsed((bundle / MANIFEST_NAME).read_bytes(), "shop")
    assert not manifest.maps
    (bundle / MANIFEST_NAME).write_bytes(rendered(type(manifest)(**value | {"version": 1})))
    assert b'"maps"' not in (bundle / MANIFEST_NAME).read_bytes()


BAD_MAPS = {
    "garbage": b"garbage",
    "a place less": save_tensors({"joint": np.zeros((4, 2), np.float32)}),
    "three axes": save_tensors({"joint": np.zeros((5, 3), np.float32)}),
    "doubles": save_tensors({"joint": np.zeros((5, 2))}),
    "nan": save_tensors({"joint": np.full((5, 2), np.nan, np.float32)}),
    "beyond": save_tensors({"joint": np.full((5, 2), 1.5, np.float32)}),
    "of others": save_tensors({"words": np.zeros((5, 2), np.float32)}),
}
SAID = {"method": "m", "seed": 1, "kept": 0.5}


@pytest.mark.parametrize("fault", BAD_MAPS)
def test_forged_maps_are_refused(tmp_path: Path, fault: str) -> None:
    publish(tmp_path / "shop")
    good = save_tensors({"joint": np.zeros((5, 2), np.float32)})
    assert open_bundle(forged(tmp_path / "shop", maps=good, about={"joint": SAID})).maps["joint"].kept == 0.5
    with pytest.raises(ArtifactError):
        open_bundle(forged(tmp_path / "shop", maps=BAD_MAPS[fault], about={"joint": SAID}))


@pytest.mark.parametrize(
    "about", [{}, {"clip": SAID}, {"joint": {"seed": 1}}, {"joint": SAID | {"kept": 2}}], ids=str
)
def test_maps_that_the_manifest_does_not_describe_are_refused(
    tmp_path: Path, about: dict[str, object]
) -> None:
    publish(tmp_path / "shop")
    good = save_tensors({name: np.zeros((5, 2), np.float32) for name in about or ["joint"]})
    with pytest.raises(ArtifactError):
        open_bundle(forged(tmp_path / "shop", maps=good, about=about))


def test_the_gallery_that_ships_has_the_maps_of_its_vectors() -> None:
    gallery = open_bundle(SHIPPED_GALLERY)
    assert set(gallery.maps) == {"garment", "joint", "words"}
    for name, chart in gallery.maps.items():
        assert chart.kept == pytest.approx(neighbours_kept(gallery.vectors(name), chart.places), abs=0.05)
        assert chart.kept > 1.4 * neighbours_kept(
            gallery.vectors(name), principal_components(gallery.vectors(name))
        )
    assert file_of(SHIPPED_GALLERY, "maps-")
