"""One arithmetic: equal candidates tie wherever they stand, ties keep their order, and a browser gets the same bits."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core import blend
from core.conformal.calibrations import Calibration
from core.contracts import Index, Proposer
from core.index import INDEXES
from core.index.proposing import ExactProposer
from core.tasks import compose, sketch, street_to_shop
from core.tasks.evidence import short_floats
from core.tasks.promise import Promise
from core.tasks.street_to_shop.typed_words import TypedWords
from core.types import Caption, Unread

pytestmark = pytest.mark.numeric
NODE = shutil.which("node")
# What a browser does with the evidence as it comes in JSON: single-precision parts, double-precision sums.
SCRIPT = """
const bits = (value) => new BigUint64Array(new Float64Array([value]).buffer)[0].toString(16);
const blend = (weights, parts) => {
  const rows = parts.map((part) => new Float32Array(part));
  return Array.from(rows[0], (_, i) => {
    let score = weights[0] * rows[0][i];
    for (let part = 1; part < rows.length; part += 1) score += weights[part] * rows[part][i];
    return score;
  });
};
const length = (weights, gram) => {
  const sum = (values) => values.slice(1).reduce((all, value) => all + value, values[0]);
  const column = (j) => sum(weights.map((weight, i) => weight * gram[i][j]));
  return Math.sqrt(sum(weights.map((weight, j) => weight * column(j))));
};
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
const answers = cases.map(({ weights, parts, gram }) => {
  const scores = blend(weights, parts);
  const long = length(weights, gram);
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
  return { scores: scores.map(bits), cosines: scores.map((score) => bits(score / long)), order };
});
process.stdout.write(JSON.stringify(answers));
"""


def bits(values: np.ndarray) -> list[str]:
    return [f"{value:x}" for value in np.asarray(values, dtype=np.float64).view(np.uint64).tolist()]


@pytest.mark.skipif(NODE is None, reason="no Node to compare with")
def test_a_browser_has_the_same_bits_and_the_same_order() -> None:
    chance = np.random.default_rng(7)
    questions, expected = [], []
    for _ in range(2200):
        parts = chance.normal(size=(3, 5)).astype(np.float32) * np.float32(10.0 ** chance.integers(-6, 3))
        parts[:, 4] = parts[:, 1]
        vectors = chance.normal(size=(3, 8))
        gram = np.einsum("id,jd->ij", vectors, vectors)
        weights = blend.simplex_weights(chance.normal(size=3).tolist())
        if weights @ gram @ weights < 1e-6:
            continue
        questions.append({"weights": weights.tolist(), "parts": short_floats(parts), "gram": gram.tolist()})
        scores = blend.blend(weights, parts)
        length = blend.mixed_length(weights, gram)
        order = blend.order(scores, 5).tolist()
        expected.append({"scores": bits(scores), "cosines": bits(scores / length), "order": order})
    assert NODE is not None and len(questions) > 2000
    run = subprocess.run(
        [NODE, "-e", SCRIPT], input=json.dumps(questions), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == expected


@pytest.mark.parametrize("width", [6, 100, 384, 512, 1280])
@pytest.mark.parametrize("queries", [(), (1,), (3, 3), (40,)])
def test_equal_rows_have_equal_dot_products_wherever_they_stand(width: int, queries: tuple[int, ...]) -> None:
    chance = np.random.default_rng(width)
    rows = chance.normal(size=(2500, width)).astype(np.float32)
    places = chance.permutation(len(rows))[:200]
    rows[places] = rows[places[0]]
    query_rows = chance.normal(size=(*queries, width)).astype(np.float32)
    products = blend.dot_products(query_rows, rows)
    assert products.shape == (*queries, len(rows)) and products.dtype == np.float32
    assert (products[..., places] == products[..., places[:1]]).all()
    np.testing.assert_allclose(products, query_rows @ rows.T, atol=1e-5 * width**0.5, rtol=1e-5)
    few = blend.dot_products(query_rows, rows[places[:3]])
    assert np.array_equal(few, products[..., places[:3]]), "the other rows have no say"


def test_the_shares_of_a_candidate_add_up_to_its_score_bit_for_bit() -> None:
    chance = np.random.default_rng(1)
    for _ in range(200):
        parts = chance.normal(size=(3, 50)).astype(np.float32)
        weights = blend.simplex_weights(chance.normal(size=3).tolist())
        scores = blend.blend(weights, parts)
        assert bits(blend.total(blend.contributions(weights, parts))) == bits(scores)
        several = blend.blend(np.stack([weights[::-1], weights]), parts)
        assert bits(several[1]) == bits(scores)
        scalar_sums = [
            (weights[0] * float(q) + weights[1] * float(t)) + weights[2] * float(f) for q, t, f in parts.T
        ]
        assert bits(np.array(scalar_sums)) == bits(scores)


def test_weights_of_an_answer_give_that_answer_again() -> None:
    for raw in np.random.default_rng(2).normal(size=(1500, 3)).tolist():
        weights = blend.simplex_weights(raw)
        assert bits(blend.simplex_weights(weights.tolist())) == bits(weights)


class Twins:
    """A gallery of which some pictures are the same, and encoders whose vectors come from a seed."""

    mean_by_tokens = True
    constants = {f"{part}_{name}": 0.5 for part in ("picture", "words", "box") for name in ("mean", "std")}

    def __init__(self, seed: int, n: int = 118, width: int = 384, engine: str = "exact") -> None:
        self.chance, self.engine = np.random.default_rng(seed), engine
        self.width = width
        self.rows = self.unit(n)
        self.alike = np.sort(self.chance.permutation(n)[:4])
        self.rows[self.alike] = self.rows[self.alike[0]]
        self.items: list[Any] = [type("Item", (), {"id": f"{i}", "file": f"{i}.webp"})() for i in range(n)]

    def unit(self, n: int) -> np.ndarray:
        rows = self.chance.normal(size=(n, self.width))
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def index(self, name: str) -> Index:
        return INDEXES.load(self.engine)(self.rows)

    def proposer(self, *names: str) -> Proposer:
        return ExactProposer([self.rows for _ in names])

    def find(self, digest: str) -> tuple[int, ...]:
        return ()

    def shortened_after(self, text: str) -> None:
        return None

    def picture_tokens(self, picture: Any) -> np.ndarray:
        return self.near()

    def text_tokens(self, text: str) -> np.ndarray:
        return self.near()

    def unread(self, text: str) -> Unread:
        return Unread()

    def fuse(self, *parts: Any) -> np.ndarray:
        return self.near()[:1]

    def near(self) -> np.ndarray:
        """Returns unit rows that the twins answer first."""
        rows = self.unit(3) + self.rows[self.alike[0]]
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def garment_features(self, pictures: Any) -> np.ndarray:
        return np.stack([self.near()[0] for _ in pictures])

    def street(self, features: np.ndarray) -> np.ndarray:
        return features

    def sentences(self, texts: Any) -> np.ndarray:
        return self.garment_features(texts)

    encode_pictures = encode_texts = garment_features
    scale = 20.0


def compose_order(twins: Twins, weights: list[float]) -> list[int]:
    task = compose.ComposeTask(twins, joint=twins, combiner=twins, profile="pocket", models={})
    picture: Any = type("Picture", (), {"digest": "0" * 64})()
    evidence = task.evidence(picture, "the same in red")
    renormalise = bool(twins.chance.integers(2))
    return [hit.index for hit in compose.answer(evidence, *weights, k=4, renormalise=renormalise).hits]


def street_order(twins: Twins, weights: list[float]) -> list[int]:
    captioner: Any = None
    task = street_to_shop.StreetToShopTask(
        twins, joint=twins, garment=twins, captioner=captioner, profile="pocket", models={}
    )
    picture: Any = object()
    evidence = task.evidence(picture, picture, "a red shirt")
    return [hit.index for hit in street_to_shop.answer(evidence, *weights, k=4).hits]


@pytest.mark.parametrize("engine", list(INDEXES))
@pytest.mark.parametrize("order", [compose_order, street_order])
def test_pictures_that_are_the_same_tie_and_keep_the_order_of_the_gallery(
    order: Callable[[Twins, list[float]], list[int]], engine: str
) -> None:
    for seed in range(60):
        twins = Twins(seed, n=100 + 7 * seed, engine=engine)
        weights = twins.chance.dirichlet(np.ones(3)).tolist()
        assert order(twins, weights) == twins.alike.tolist(), f"seed {seed}"


def promised(kind: str) -> Promise:
    return Promise(Calibration({}, "", {kind: (0.5, 0.3, 0.2)}, {kind: tuple(map(float, range(9)))}))


@pytest.mark.parametrize("engine", list(INDEXES))
def test_evidence_is_the_same_to_the_last_bit_whichever_index_answers(engine: str) -> None:
    picture: Any = type("Picture", (), {"digest": "0" * 64})()
    for seed in range(5):
        exact, other = Twins(seed, n=2000), Twins(seed, n=2000, engine=engine)
        composed = [
            compose.ComposeTask(
                gallery, joint=gallery, combiner=gallery, profile="pocket", models={}, promise=promised("query"))
            .evidence(picture, "the same in red").to_json()
            for gallery in (exact, other)
        ]  # fmt: skip
        assert composed[0] == composed[1] and composed[0]["finding"]
        captioner: Any = None
        worn = [
            street_to_shop.StreetToShopTask(
                gallery, joint=gallery, garment=gallery, captioner=captioner, profile="pocket", models={},
                typed=TypedWords(gallery.index("joint"), gallery),
                promise=promised("box"),
            ).evidence(picture, picture, "a red shirt").to_json()
            for gallery in (exact, other)
        ]  # fmt: skip
        assert worn[0] == worn[1] and set(worn[0]["fits"]) == {"words"} and worn[0]["finding"]


@pytest.mark.parametrize(("n", "seed"), [(118, 31), (107, 0), (62, 0), (63, 1), (54, 2), (98, 3), (125, 2)])
def test_garments_that_are_the_same_tie_where_a_matrix_product_parts_them(n: int, seed: int) -> None:
    """Each of these was ranked wrongly from `rows @ queries.T` on some processor with some BLAS."""
    twins = Twins(seed, n=n)
    weights = twins.chance.dirichlet(np.ones(3)).tolist()
    assert street_order(twins, weights) == twins.alike.tolist()


@pytest.mark.fault_rows(46)
@pytest.mark.parametrize("alpha", [None, 0.0, 0.1, 1 / 3, 0.5, 0.9, 1.0])
def test_classes_that_are_the_same_tie_at_every_alpha_and_keep_their_order(alpha: float | None) -> None:
    chance = np.random.default_rng(4)
    for _ in range(50):
        f, g = chance.normal(size=(2, 125)).astype(np.float32) * 5
        alike = np.sort(chance.permutation(125)[:5])
        f[alike], g[alike] = f.max() + 1, g.max() + 1
        labels = tuple(f"class {i}" for i in range(125))
        evidence = sketch.SketchEvidence(
            "pocket", {}, Caption("a sketch", "person"), labels, f, g, 0.8, 0.3, 0.0
        )
        classes = sketch.answer(evidence, alpha, 100).classes
        assert [candidate.label for candidate in classes[:5]] == [labels[i] for i in alike]
        assert len({(candidate.logit, candidate.probability) for candidate in classes[:5]}) == 1
        for candidate in classes:
            assert candidate.picture_part + candidate.words_part + candidate.base_part == candidate.logit
