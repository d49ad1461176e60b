"""What the combiner learns from and is asked: changes, edits, shelves and queries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.datasets.changes import KINDS, Catalogue, Product, singular
from core.datasets.colour_changes import PUBLISHED_FORM, ColourChanges, ColouredGarment
from core.datasets.photo_changes import concept_changes, concepts_in, edits, only_in, told_apart
from core.datasets.phrases import PHRASES, PUBLISHED, UNREAD
from core.datasets.shelves import AttributeShelf, ColourShelf, PhotoShelf, Shelf
from core.encoders.pooling import POOLINGS
from core.features.store import FeatureStore
from core.training.compose.measure import scored
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Words, pooled_pictures, queries_of
from tests.pocket import painted

WIDTH = 16


def _rows(count: int, seed: int, width: int = WIDTH) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _product(gender: str, kind: str, colour: str, name: str = "") -> Product:
    row = {"gender": gender, "articleType": kind, "baseColour": colour, "usage": "Casual"}
    return Product.of({**row, "productDisplayName": name or f"{colour} {kind}"})


def _catalogue() -> Catalogue:
    products = [
        _product(gender, kind, colour, f"{brand} {gender} {look} {colour} {kind}")
        for gender in ("Men", "Women")
        for kind in ("Shirts", "Jeans", "Watches")
        for colour in ("Red", "Navy Blue", "Black")
        for brand, look in (("Arrow", "Striped"), ("Puma", "Solid"), ("Lee", ""))
    ]
    return Catalogue(products, [product.name for product in products])


def test_every_change_has_right_answers_that_fit_its_kind() -> None:
    catalogue = _catalogue()
    changes = catalogue.draw(600, np.random.default_rng(0))
    assert {change.kind for change in changes} >= set(KINDS) - {"usage"}
    for change in changes:
        start = catalogue.products[change.reference]
        assert change.text and change.reference not in change.targets
        for target in change.targets:
            product = catalogue.products[target]
            same = {
                "gender": product.gender == start.gender,
                "type": product.type == start.type,
                "colour": product.colour == start.colour,
            }
            changed = {"colour": ["colour"], "name": ["colour"], "type": ["type"], "both": ["type", "colour"]}
            changed |= {"gender": ["gender"], "pattern": []}
            assert [name for name, unchanged in same.items() if not unchanged] == sorted(
                changed[change.kind], key=list(same).index
            )
            if change.kind == "pattern":
                assert product.pattern and product.pattern != start.pattern


def test_pictures_of_one_product_never_answer_each_other() -> None:
    products = [
        _product("Men", "Shirts", "Red"),
        _product("Men", "Shirts", "Blue"),
        _product("Men", "Shirts", "Blue"),
    ]
    catalogue = Catalogue(products, ["one", "one", "two"])
    change = catalogue.change(0, "colour", np.random.default_rng(0))
    assert change is not None and change.targets == (2,)


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("shirts", "shirt"),
        ("dresses", "dress"),
        ("watches", "watch"),
        ("jeans", "jeans"),
        ("flip flops", "flip flop"),
    ],
)
def test_one_article_of_a_plural(plural: str, single: str) -> None:
    assert singular(plural) == single


def test_a_thing_is_shown_when_two_captions_name_it() -> None:
    shown = concepts_in([["A dog runs", "two dogs"], ["a dog", "an empty road"], ["hotdogs", "hotdog stand"]])
    assert shown["a dog"].tolist() == [True, False, False]


def test_an_edit_is_said_by_the_new_caption_or_by_what_only_one_of_two_says() -> None:
    old, new = "A black dog runs on the grass", "A black dog swims in a lake"
    texts = {told_apart(old, new, np.random.default_rng(seed)) for seed in range(30)}
    assert texts == {
        new,
        "instead of a black dog runs on the grass, a black dog swims in a lake",
        "swims lake instead of runs grass",
        "with swims and lake",
    }
    assert only_in("the same", "the same") == [] and told_apart(new, new, np.random.default_rng(1)) == new


CAPTIONS = tuple(
    (f"a dog number {row}", f"dog in snow {row}") if row % 2 else (f"a car {row}",) * 2 for row in range(60)
)


def test_edits_start_from_a_neighbour_of_the_photo_that_is_right() -> None:
    rows = _rows(60, 3)
    changes = edits(CAPTIONS, rows @ rows.T, 80, np.random.default_rng(0))
    for change in changes:
        (target,) = change.targets
        nearer = (rows @ rows[target] > rows[change.reference] @ rows[target] + 1e-6).sum()
        assert change.reference != target and nearer <= 20 and change.text
    for change in concept_changes(CAPTIONS, rows @ rows.T, 20, np.random.default_rng(0)):
        assert not set(change.targets) & set(change.ignored) and change.reference not in change.targets
    assert (
        concept_changes([["a thing"]] * 30, np.eye(30, dtype=np.float32), 5, np.random.default_rng(0)) == []
    )


def test_the_same_garment_is_asked_for_in_each_other_colour_that_it_has() -> None:
    colours = [
        ("one", "red"),
        ("one", "blue"),
        ("one", "blue"),
        ("two", "red"),
        ("three", "green"),
        ("three", "red"),
    ]
    garments = [ColouredGarment(model, "dress", colour) for model, colour in colours]
    digests = ["a", "b", "c", "d", "e", "e"]
    changes = ColourChanges(garments, digests, PUBLISHED_FORM).all(np.random.default_rng(0))
    asked = [(change.reference, change.text, change.targets) for change in changes]
    assert asked == [
        (0, "the same dress in blue", (1, 2)),
        (1, "the same dress in red", (0,)),
        (2, "the same dress in red", (0,)),
    ], "a copy of the reference's file is no answer, whatever it is called"
    assert ColourChanges(garments[3:4], ["d"]).draw(5, np.random.default_rng(0)) == []


class _Joint:
    """Stands in for the joint encoder: rows come from the letters of a text."""

    width, id, mean_by_tokens = WIDTH, "letters", False

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        codes = np.array([[ord(letter) for letter in text.ljust(40)[:40]] for text in texts], np.float32)
        return np.sin(codes @ np.arange(1, 40 * WIDTH + 1, dtype=np.float32).reshape(40, WIDTH))

    def project_sentences(self, rows: np.ndarray) -> np.ndarray:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self.project_sentences(self.sentences(texts))

    def text_tokens(self, text: str) -> np.ndarray:
        return self.encode_texts(text.split())

    def picture_tokens(self, picture: Any) -> np.ndarray:
        return _rows(5, int(picture.pixels[0, 0, 0]))


@pytest.fixture
def words(tmp_path: Path) -> Words:
    return Words(_Joint(), FeatureStore(tmp_path))  # type: ignore[arg-type]


def _shelves(photos: int = 60) -> list[Shelf]:
    catalogue = _catalogue()
    count = len(catalogue.products)

    def columns(stem: str, size: int) -> tuple[tuple[str, ...], tuple[Path, ...]]:
        return tuple(f"{stem}{row:060x}" for row in range(size)), tuple(
            Path(f"{stem}{row}.jpg") for row in range(size)
        )

    garments = tuple(
        ColouredGarment(f"model {row // 3}", "skirt", ("red", "blue", "black")[row % 3]) for row in range(60)
    )
    return [
        AttributeShelf(
            "fashion_products_224",
            _rows(count, 3),
            tuple(catalogue.groups),
            *columns("aaaa", count),
            tuple(catalogue.products),
        ),
        ColourShelf(
            "mango_products",
            _rows(60, 4),
            tuple(garment.model for garment in garments),
            *columns("bbbb", 60),
            garments,
        ),
        PhotoShelf(
            "photos",
            _rows(photos, 5),
            tuple(f"photo {row}" for row in range(photos)),
            *columns("cccc", photos),
            CAPTIONS,
        ),
    ]


@pytest.mark.parametrize("shelf", _shelves(), ids=lambda shelf: shelf.name)
def test_no_group_stands_on_two_sides_of_the_split(shelf: Shelf) -> None:
    sides = [set(shelf.part(shelf.split == side).groups) for side in range(3)]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    assert sides[0] and sides[2] and set.union(*sides) == set(shelf.groups)


@pytest.mark.parametrize("shelf", _shelves(), ids=lambda shelf: shelf.name)
def test_what_is_asked_of_a_part_is_about_its_pictures_among_all(shelf: Shelf) -> None:
    chosen = np.array([int(group[-1], 36) % 2 == 0 for group in shelf.groups])
    changes = shelf.asked_of_part(chosen, 10, np.random.default_rng(0))
    assert changes and len(changes) <= 10
    for change in changes:
        assert chosen[change.reference] and change.reference not in change.targets
        if shelf.name != "fashion_products_224":
            assert all(chosen[list(change.targets)])


def test_a_query_hides_its_reference_unless_that_keeps_a_part_of_the_answer(words: Words) -> None:
    shelf = _shelves()[2]
    queries = queries_of(shelf, shelf.lessons(40, np.random.default_rng(0)), words)
    kept = [row for row, hidden in enumerate(queries.hidden) if not hidden]
    plain = [row for row, hidden in enumerate(queries.hidden) if hidden]
    assert kept and plain
    for row in plain:
        assert queries.references[row] == pytest.approx(shelf.rows[queries.hidden[row][0]], abs=1e-6)
    for row in kept:
        (target,) = queries.targets[row]
        likeness = shelf.rows @ queries.references[row]
        assert likeness.argmax() == target or likeness[target] > 0.5
    assert np.linalg.norm(queries.references, axis=1) == pytest.approx(1, abs=1e-6)


def test_scores_of_all_poolings_hold_the_own_rows_first(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = _shelves()[1]
    changes, network = shelf.asked(6, np.random.default_rng(0)), CombinerNetwork(WIDTH, 8).eval()
    tokens = _rows(5, 1)
    monkeypatch.setattr(
        "core.training.compose.measure.pooled_pictures",
        lambda joint, paths, own, store: np.stack([own, *(np.stack([tokens[0]] * len(own)),) * 2]),
    )
    plain = scored(network, shelf, changes, words)
    every = scored(network, shelf, changes, words, all_poolings=True)
    assert plain.pooled.shape[0] == 1 and every.pooled.shape[0] == len(POOLINGS)
    assert every.pooled[0] == pytest.approx(plain.pooled[0], abs=1e-5)
    assert np.array_equal(every.pooled[1, 2], every.pooled[0, 2]), "f is the same in each"
    assert not np.array_equal(every.pooled[1, 0], every.pooled[0, 0])


def test_training_never_reads_the_phrasings_that_test_its_understanding() -> None:
    for kind, forms in UNREAD.items():
        assert forms and not {_bare(form) for form in forms} & {_bare(form) for form in PHRASES[kind]}
        assert set(PUBLISHED[kind]) <= set(PHRASES[kind])
    products = _catalogue()
    for phrases, heard in ((PHRASES, False), (UNREAD, True)):
        catalogue = Catalogue(products.products, products.groups, phrases)
        shares = (0.7, 0.3, 0, 0, 0, 0, 0)
        texts = [change.text for change in catalogue.draw(300, np.random.default_rng(0), shares)]
        assert any("alternative" in text or "sister" in text for text in texts) is heard
        assert any(text.startswith(("make it", "replace the")) for text in texts) is not heard


def _bare(form: str) -> str:
    return " ".join(form.lower().replace("?", "").replace(",", "").split())


def test_every_text_is_encoded_once(words: Words) -> None:
    first = words.rows(["red", "blue", "red"])
    assert np.array_equal(first[0], first[2]) and not np.array_equal(first[0], first[1])
    words.joint.sentences = None  # type: ignore[assignment, method-assign]
    assert np.array_equal(words.rows(["blue"])[0], first[1]) and words.rows([]).shape == (0, WIDTH)


def test_the_mean_of_a_picture_is_its_own_row(tmp_path: Path) -> None:
    own = _rows(1, 7)
    Image.fromarray(painted(3).pixels).save(path := tmp_path / "one.png")
    rows = pooled_pictures(_Joint(), [path], own, FeatureStore(tmp_path / "store"))  # type: ignore[arg-type]
    assert rows.shape == (3, 1, WIDTH) and np.array_equal(rows[0], own)
