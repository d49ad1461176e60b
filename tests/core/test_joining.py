"""The rules of joining: oracles by hand, ranks that do not depend on what is left out, and a paired comparison."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.blend import blend
from core.joining import (
    ADDITIVE,
    CORNER,
    LEAST,
    RULES,
    ScoredQueries,
    additive_parts,
    joined,
    rules_beside_sum,
)

PARTS = arrays(np.float32, (3, 7), elements=st.floats(-1, 1, width=32))
WEIGHTS = st.tuples(*[st.floats(0, 1)] * 3)


@given(PARTS, WEIGHTS)
def test_the_sum_is_the_blend_to_the_bit(parts: np.ndarray, weights: tuple[float, ...]) -> None:
    assert np.array_equal(joined("sum", weights, parts, [2]), blend(weights, parts))


@given(PARTS, WEIGHTS)
def test_a_normal_part_is_the_share_of_a_bell_curve_below_it(
    parts: np.ndarray, weights: tuple[float, ...]
) -> None:
    here = np.delete(parts, 4, axis=1).astype(float)
    for column, score in enumerate(joined("normal", weights, parts, [4])):
        heights = [
            (float(row[column]) - among.mean()) / (among.std() or 1)
            for row, among in zip(parts, here, strict=True)
        ]
        shares = [0.5 * (1 + math.erf(height / math.sqrt(2))) for height in heights]
        assert score == pytest.approx(np.dot(weights, shares), abs=1e-6)


@given(PARTS, WEIGHTS)
def test_a_product_is_ordered_by_its_logarithm(parts: np.ndarray, weights: tuple[float, ...]) -> None:
    least = np.delete(parts, 4, axis=1).astype(float).min(axis=1, keepdims=True)
    product = np.prod(np.maximum(parts - least, LEAST) ** np.array(weights)[:, None], axis=0)
    # A logarithm is rounded to float32, of numbers as small as log(LEAST).
    assert np.exp(joined("product", weights, parts, [4])) == pytest.approx(product, rel=5e-6)


def test_a_corner_wants_both_the_picture_and_the_words() -> None:
    parts = np.array([[0.0, 0.5, 1.0, 0.0], [0.0, 0.5, 0.0, 1.0]], dtype=np.float32)
    scores = joined("harris", (0.5, 0.5), parts)
    assert scores.argmax() == 1
    assert scores == pytest.approx([0, 1 / 16 - CORNER / 4, -CORNER / 4, -CORNER / 4])


@given(PARTS, WEIGHTS)
def test_an_additive_rule_is_the_sum_of_other_parts_that_a_browser_can_be_given(
    parts: np.ndarray, weights: tuple[float, ...]
) -> None:
    for rule in ADDITIVE:
        others = additive_parts(rule, parts, [2])
        assert others.dtype == np.float32 and np.array_equal(
            joined(rule, weights, parts, [2]), blend(weights, others)
        )
    with pytest.raises(KeyError):
        additive_parts("harris", parts)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_left_out_moves_no_score(rule: str) -> None:
    parts = np.random.default_rng(0).uniform(-1, 1, (3, 9)).astype(np.float32)
    wild = parts.copy()
    wild[:, 3] = (-900, 900, -900)
    some = np.arange(9) != 3
    weights = (0.2, 0.3, 0.5)
    assert np.array_equal(joined(rule, weights, parts, [3])[some], joined(rule, weights, wild, [3])[some])
    assert np.isfinite(joined(rule, weights, parts, range(9))).all(), "nothing is left to rank"
    assert np.isfinite(joined(rule, weights, np.ones((3, 2), dtype=np.float32))).all(), "all are alike"


@pytest.mark.parametrize("rule", RULES)
@given(PARTS)
def test_several_points_at_once_score_and_rank_as_each_by_itself(rule: str, parts: np.ndarray) -> None:
    points = [(0.2, 0.3, 0.5), (1.0, 0.0, 0.0), (0.5, 0.5, 0.0)]
    alone = [joined(rule, point, parts, [4]) for point in points]
    assert np.array_equal(joined(rule, points, parts, [4]), alone)
    queries = ScoredQueries(np.stack([parts, -parts], axis=1), [[1, 3], [2]], [[4], [0, 4]])
    several = queries.ranks_by(rule, points)
    for scores, ranks, point in zip(alone, several, points, strict=True):
        best = max(scores[1], scores[3])
        among = np.delete(scores, 4)
        assert (among > best).sum() < ranks[0] <= (among >= best).sum()
        assert np.array_equal(queries.ranks_by(rule, [point])[0], ranks)


def test_rules_are_compared_on_the_same_queries() -> None:
    ranks = {"sum": np.array([1, 11, 30, 2]), "normal": np.array([1, 1, 30, 2])}
    table = rules_beside_sum(ranks, seed=0)
    assert table["sum"] == {"recall_at_10": 0.5, "difference": [0, 0, 0]}
    value, low, high = table["normal"]["difference"]  # type: ignore[misc]
    assert table["normal"]["recall_at_10"] == 0.75 and value == 0.25 and low <= 0.25 <= high
    alone = rules_beside_sum(ranks, seed=0, groups=["one"] * 4)["normal"]["difference"]
    assert alone == [0.25, 0.25, 0.25], "of a single group nothing can be said"
