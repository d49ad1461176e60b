"""The combiner: its loss, its queries, its split, and that it beats picture, words and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from core.datasets.changes import KINDS, Catalogue, Product, singular
from core.datasets.photo_changes import caption_changes, concept_changes, concepts_in
from core.datasets.phrases import PHRASES, PUBLISHED, UNREAD
from core.errors import ArtifactError
from core.heads.combiner import CombinerHead
from core.index.bundle import open_bundle
from core.settings import ASSETS, SHIPPED_GALLERY
from core.store import Manifest, read_manifest, save_artifact
from core.training.compose.data import Pool, Queries, QuerySource, splits_of
from core.training.compose.fit import chosen_weights, fit
from core.training.compose.losses import hard_negative_loss
from core.training.compose.measure import ScoredQueries, scores_of
from core.training.compose.network import CombinerNetwork
from core.training.compose.tokens import Words, pooled_texts
from tests.pocket import pocket

SHIPPED = ASSETS / "models" / "pocket" / "combiner"
WIDTH = 16


def _rows(count: int, seed: int, width: int = WIDTH) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_loss_is_covrs_formula() -> None:
    scores = torch.tensor([[0.9, 0.2, 0.5, -0.3], [0.1, 0.8, 0.7, 0.0]])
    target = torch.tensor([0, 2])
    allowed = torch.tensor([[False, True, True, True], [True, False, False, True]])
    temperature, beta, losses = 0.07, 0.5, []
    for row in range(2):
        powers = np.exp(scores[row].numpy() / temperature)
        wrong = np.flatnonzero(allowed[row].numpy())
        hard = np.exp(beta * scores[row].numpy()[wrong] / temperature)
        weights = len(wrong) * hard / hard.sum()
        right = powers[target[row]]
        losses.append(-np.log(right / (right + (weights * powers[wrong]).sum())))
    assert float(hard_negative_loss(scores, target, allowed, temperature)) == pytest.approx(
        np.mean(losses), rel=1e-4
    )


def test_the_network_gives_unit_rows_whatever_the_lengths() -> None:
    network = CombinerNetwork(WIDTH, 8).eval()
    q, t = torch.from_numpy(_rows(3, 0)), torch.from_numpy(_rows(3, 1))
    rows = network(q, t)
    assert torch.allclose(rows.norm(dim=1), torch.ones(3), atol=1e-5)
    assert torch.allclose(rows, network(0.3 * q, 7 * t), atol=1e-5)
    assert torch.isfinite(network(torch.zeros(1, WIDTH), torch.zeros(1, WIDTH))).all()


def _colour_world(count: int, seed: int) -> tuple[Pool, Queries]:
    """Pictures are a shape plus a colour; a text names a colour; right is the same shape in that colour."""
    shapes, colours = _rows(6, 90), _rows(5, 91)
    rows = np.stack([shapes[s] + colours[c] for s in range(6) for c in range(5)])
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    random = np.random.default_rng(seed)
    references, texts = random.integers(30, size=count), random.integers(5, size=count)
    targets = tuple(
        np.array([reference // 5 * 5 + text]) for reference, text in zip(references, texts, strict=True)
    )
    keep = np.flatnonzero(references % 5 != texts)
    return Pool(rows, rows * np.float32(0.6)), Queries(
        references[keep],
        texts[keep],
        _rows(5, 92) * np.float32(0.5),
        tuple(targets[row] for row in keep),
        tuple(np.zeros(0, dtype=np.int64) for _ in keep),
    )


@pytest.mark.numeric
def test_training_learns_the_change_and_is_the_same_for_one_seed() -> None:
    pool, queries = _colour_world(600, 0)
    network, again = (fit(pool, queries, seed=1, epochs=80) for _ in range(2))
    _, fresh = _colour_world(100, 5)
    scores = scores_of(network, pool, fresh)
    # Training carries a rounding on from step to step.
    np.testing.assert_allclose(scores, scores_of(again, pool, fresh), atol=1e-3)
    scored = ScoredQueries(scores[None], fresh)
    share = (scored.ranks([(1.0, 0, 0), (0, 1, 0), (0, 0, 1)]) <= 1).mean(axis=1)
    assert share[2] > 0.8 > 2 * max(share[0], share[1])
    assert chosen_weights(scored)[2] > 0.3


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


class _Words:
    """Stands in for the joint encoder's text side."""

    width = WIDTH

    def states(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        longest = max(len(text) for text in texts)
        mask = np.array([[int(place < len(text)) for place in range(longest)] for text in texts])
        codes = np.array([[ord(letter) for letter in text.ljust(longest)] for text in texts], np.float32)
        return np.sin(codes[..., None] * np.arange(1, WIDTH + 1, dtype=np.float32)), mask

    def project_sentences(self, rows: np.ndarray) -> np.ndarray:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_padding_never_colours_a_text() -> None:
    joint = _Words()
    texts = ["red", "a much longer text", "is blue, not red"]
    rows = pooled_texts(joint, texts)  # type: ignore[arg-type]
    assert rows.shape == (3, 3, WIDTH)
    for place, text in enumerate(texts):
        assert rows[:, [place]] == pytest.approx(pooled_texts(joint, [text]), abs=1e-6)  # type: ignore[arg-type]


def _source(photos: int = 60) -> QuerySource:
    catalogue = _catalogue()
    count = len(catalogue.products)
    rows = _rows(count + photos, 3)
    captions = tuple(
        (f"a dog number {row}", f"dog in snow {row}") if row % 2 else (f"a car {row}",) * 2
        for row in range(photos)
    )
    return QuerySource(
        Pool(rows, rows),
        tuple(catalogue.products),
        captions,
        (*catalogue.groups, *(f"photo {row}" for row in range(photos))),
        tuple(f"{row:064x}" for row in range(count + photos)),
        tuple(Path(f"{row}.jpg") for row in range(count + photos)),
    )


def test_no_group_stands_on_two_sides_of_the_split() -> None:
    source = _source()
    split = splits_of(source)
    sides = [set(source.part(split == side).groups) for side in range(3)]
    assert all(sides) and not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    digests = [set(source.part(split == side).digests) for side in range(3)]
    assert sum(map(len, digests)) == len(set.union(*digests)) == len(split)


def test_a_part_keeps_products_before_photos() -> None:
    source = _source()
    chosen = np.arange(len(source.groups)) % 3 == 0
    part = source.part(chosen)
    assert len(part.products) + len(part.captions) == chosen.sum() == len(part.pool.rows)
    source_of_changes = part.captions, part.photo_likeness, len(part.products)
    for query in caption_changes(*source_of_changes, 20, np.random.default_rng(0)):
        target = query.targets[0] - len(part.products)
        assert query.text in part.captions[target] and query.reference >= len(part.products)
    for query in concept_changes(*source_of_changes, 20, np.random.default_rng(0)):
        assert not set(query.targets) & set(query.ignored) and query.reference not in query.targets


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


def test_every_text_is_encoded_once() -> None:
    joint = _Words()
    words = Words(joint)  # type: ignore[arg-type]
    first = words.pooled(["red", "blue", "red"])
    assert np.array_equal(first[:, 0], first[:, 2]), "one row, read twice"
    assert not np.array_equal(first[:, 0], first[:, 1])
    joint.states = None  # type: ignore[assignment, method-assign]
    assert np.array_equal(words.pooled(["blue"])[:, 0], first[:, 1])


def test_the_head_reads_what_training_writes(tmp_path: Path) -> None:
    network = CombinerNetwork(WIDTH, 8).eval()
    details = {"width": WIDTH, "hidden": 8, "weights": [0.1, 0.2, 0.7]}
    manifest = Manifest("combiner", {"joint": "j"}, [], "", 0, {}, {}, 0.0, details)
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    save_artifact(tmp_path, tensors, manifest)
    head = CombinerHead(tmp_path, {"joint": "j"})
    q, t = _rows(4, 0), _rows(4, 1)
    with torch.inference_mode():
        direct = network(torch.from_numpy(q), torch.from_numpy(t)).numpy()
    assert head.combine(q, t) == pytest.approx(direct, abs=2e-3)
    assert head.manifest.start_weights == (0.1, 0.2, 0.7)
    with pytest.raises(ArtifactError, match="train them again"):
        CombinerHead(tmp_path, {"joint": "another"})


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    details = {"width": WIDTH, "hidden": 9, "weights": [0.1, 0.2, 0.7]}
    tensors = {name: value.numpy() for name, value in CombinerNetwork(WIDTH, 8).state_dict().items()}
    save_artifact(tmp_path, tensors, Manifest("combiner", {}, [], "", 0, {}, {}, 0.0, details))
    with pytest.raises(ArtifactError, match="do not fit"):
        CombinerHead(tmp_path, {})


def test_the_shipped_weights_beat_picture_words_and_sum() -> None:
    manifest = read_manifest(SHIPPED)
    values = {name: metric["value"] for name, metric in manifest.metrics.items()}
    best = max(values[f"{name}_recall_at_10"] for name in ("picture", "words", "sum"))
    assert values["composed_recall_at_10"] > 1.5 * best
    assert values["recall_at_10"] > 1.5 * best
    assert sum(manifest.start_weights or ()) == pytest.approx(1)
    assert (SHIPPED / "weights.safetensors").stat().st_size < 10 * 2**20
    assert (SHIPPED / "README.md").is_file() and len(manifest.seen) > 5000


@pytest.mark.weights
def test_the_task_starts_at_the_weights_that_were_chosen_with_its_head() -> None:
    chosen = pocket().manifest("combiner").start_weights
    assert pocket().compose(open_bundle(SHIPPED_GALLERY)).start_weights == chosen
