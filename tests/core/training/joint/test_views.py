"""Views of catalogue photos: the same every time, without the wearer's skin, and kinds are called by their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.augmentation.scenes import Painter
from core.augmentation.views import alone, on_paper
from core.datasets.catalogues import kind_sentences
from core.encoders.towers import POOLED_WIDTH, WIDTH
from core.features.store import FeatureStore
from core.training.joint.fit import fit
from core.training.joint.pairs import Kinds, SentencePairs
from core.training.joint.products import Products, views
from core.types import Picture
from tests.core.training.packs import named, save

SKIN, SHIRT, TROUSERS = (222, 170, 140), (40, 60, 160), (60, 60, 60)


def worn(path: Path, height: int = 200) -> Path:
    """Draws a person in a blue shirt on white: head, shirt, bare arms, legs."""
    pixels = np.full((height, 160, 3), 255, np.uint8)
    pixels[10:42, 65:95] = SKIN
    pixels[42:130, 50:110] = SHIRT
    pixels[50:120, 34:50] = pixels[50:120, 110:126] = SKIN
    pixels[130:190, 55:105] = TROUSERS
    save(path, pixels)
    return path


def share(picture: Picture, colour: tuple[int, int, int]) -> float:
    """The share of pixels whose channels stand in the order of a colour's, far from grey."""
    pixels = picture.pixels.astype(int)
    order = np.argsort(colour)
    spread = pixels.max(-1) - pixels.min(-1)
    return float(((np.argsort(pixels, axis=-1) == order).all(-1) & (spread > 30)).mean())


def test_a_view_is_the_same_every_time_and_another_for_another_photo(tmp_path: Path) -> None:
    first, second = worn(tmp_path / "one.png"), worn(tmp_path / "two.png")
    for view in (on_paper, lambda path: alone(path, "Shirts")):
        np.testing.assert_array_equal(view(first).pixels, view(first).pixels)
        assert view(first).digest != view(second).digest
        assert max(view(first).pixels.shape[:2]) < 700


def test_alone_leaves_skin_out_and_keeps_the_garment(tmp_path: Path) -> None:
    bare = []
    for number in range(12):
        path = worn(tmp_path / f"{number}.png")
        garment, whole = alone(path, "Shirts"), on_paper(path)
        grey = [
            picture.pixels.max(-1).astype(int) - picture.pixels.min(-1) > 30 for picture in (garment, whole)
        ]
        bare.append(grey[0].mean() < grey[1].mean())
        assert grey[0].mean() > 0.1, "the shirt is still there"
    assert np.mean(bare) >= 0.6


def test_a_photo_of_nothing_but_ground_or_skin_has_views_all_the_same(tmp_path: Path) -> None:
    for name, colour in (("white", (255, 255, 255)), ("skin", SKIN)):
        path = tmp_path / f"{name}.png"
        save(path, np.full((60, 50, 3), colour, np.uint8))
        for picture in (on_paper(path), alone(path, "Trousers"), alone(path, "Dresses")):
            assert picture.pixels.dtype == np.uint8 and min(picture.pixels.shape[:2]) >= 20


class Rows:
    """Counts what it is asked, and answers with rows of ones."""

    def __init__(self) -> None:
        self.pooled_pictures = 0

    def pooled(self, pictures: list[Picture]) -> np.ndarray:
        self.pooled_pictures += len(pictures)
        return np.stack([np.full(POOLED_WIDTH, picture.pixels.mean() / 255) for picture in pictures])

    def sentences(self, texts: list[str]) -> np.ndarray:
        return np.stack([np.full(WIDTH, len(text) / 100, np.float32) for text in texts])


def catalogue(folder: Path) -> int:
    """Writes shirts, watches and a single hat; returns how many of the shirts and watches train."""
    rows = ["file,gender,masterCategory,articleType,baseColour,productDisplayName"]
    files = named("item", 14, 3)
    for number, name in enumerate(files):
        kind, group = ("Shirts", "Apparel") if number % 2 else ("Watches", "Accessories")
        # The split goes by product, so each product has the name of its file.
        rows.append(f"{name},Men,{group},{kind},Blue,{name}")
        pixels = np.random.default_rng(number).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        picture = np.full((200, 160, 3), 255, np.uint8)
        picture[60:140, 40:120] = pixels.repeat(10, 0).repeat(10, 1)
        save(folder / name, picture)
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return 14


def test_the_catalogue_gives_pairs_and_kinds_of_what_trains_only(tmp_path: Path) -> None:
    pack, towers, store = tmp_path / "fashion_products_224", Rows(), FeatureStore(tmp_path / "cache")
    count = catalogue(pack)
    products = Products.read(pack, towers, store)  # type: ignore[arg-type]
    assert len(products.pairs(towers, store).pictures) == len(products.digests) == count  # type: ignore[arg-type]
    whole, seen = products.kinds(towers, store, Painter([]))  # type: ignore[arg-type]
    assert len(whole.labels) == count and whole.sentences.shape[:2] == (2, 12)
    assert len(seen.labels) == 3 * 7 and set(seen.labels.tolist()) == {0}, "three views of each shirt"
    before = towers.pooled_pictures
    products.kinds(towers, store, Painter([]))  # type: ignore[arg-type]
    assert towers.pooled_pictures == before, "views are kept"


def test_views_come_in_the_order_of_the_photos(tmp_path: Path) -> None:
    paths = [worn(tmp_path / f"{number}.png", 200 + number) for number in range(3)]
    store, towers = FeatureStore(tmp_path / "cache"), Rows()
    view_rows = views(store, towers, paths, ["Shirts"] * 3, Painter([]))  # type: ignore[arg-type]
    assert len(view_rows) == 3 and all(rows.shape == (3, POOLED_WIDTH) for rows in view_rows)
    expected = [on_paper(path).pixels.mean() / 255 for path in paths]
    np.testing.assert_allclose(view_rows[0][:, 0], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("Tshirts", "a photo of a T-shirt"),
        ("Dresses", "a person wearing a dress"),
        ("Trousers", "a photo of trousers"),
        ("Watches", "a picture of watches"),
        ("Skirts", "a skirt"),
    ],
)
def test_a_kind_is_called_by_its_name(kind: str, sentence: str) -> None:
    assert sentence in kind_sentences(kind) and len(kind_sentences(kind)) == 12
    assert not any("a trousers" in text for text in kind_sentences(kind))


def test_kinds_teach_names_to_pictures() -> None:
    generator = torch.Generator().manual_seed(0)
    centres, names = (
        torch.randn(3, POOLED_WIDTH, generator=generator),
        torch.randn(3, 1, WIDTH, generator=generator),
    )
    labels = torch.arange(3).repeat(100)
    pictures = centres[labels] + 0.5 * torch.randn(300, POOLED_WIDTH, generator=generator)
    noise = SentencePairs(
        torch.randn(300, POOLED_WIDTH, generator=generator), torch.randn(300, 1, WIDTH, generator=generator)
    )
    model = fit([noise], [], [Kinds(pictures, labels, names)], seed=0, runs=1)
    with torch.no_grad():
        rows, words, _ = model(centres + 0.1, names[:, 0])
    assert (rows @ words.T).argmax(1).tolist() == [0, 1, 2]


def test_rare_kinds_are_drawn_oftener_than_they_come() -> None:
    labels = torch.tensor([0] * 990 + [1] * 10)
    kinds = Kinds(torch.zeros(1000, 1), labels, torch.zeros(2, 1, WIDTH))
    _, _, drawn = kinds.drawn(4000, torch.Generator().manual_seed(0))
    assert 0.1 < float((drawn == 1).float().mean()) < 0.5
