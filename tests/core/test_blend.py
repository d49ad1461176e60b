"""The blend agrees with plain NumPy oracles: parts, order, ties, weights, Shapley values, lengths."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core import blend
from core.errors import InputError

NUMBER = st.floats(-1e6, 1e6)
SMALL = st.integers(-3, 3).map(float)
TIED = arrays(np.float64, st.integers(1, 40), elements=SMALL)
TINY, HUGE = 5e-324, sys.float_info.max


@st.composite
def evidence(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Returns weights (parts,) and scores (parts, n)."""
    parts, n = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    return draw(arrays(np.float64, parts, elements=NUMBER)), draw(
        arrays(np.float64, (parts, n), elements=NUMBER)
    )


def sorted_by_hand(scores: np.ndarray, masked: Sequence[int]) -> list[int]:
    """Returns every index but the masked ones, best first, ties in the order of the candidates."""
    return sorted((i for i in range(len(scores)) if i not in masked), key=lambda i: (-scores[i], i))


@given(evidence())
def test_the_parts_of_a_candidate_add_up_to_its_score(case: tuple[np.ndarray, np.ndarray]) -> None:
    weights, scores = case
    parts = blend.contributions(weights, scores)
    total = blend.blend(weights, scores)
    assert parts.shape == scores.shape and total.shape == scores.shape[1:]
    np.testing.assert_array_less(np.abs(parts.sum(axis=0) - total), 1e-9 * (np.abs(parts).sum(axis=0) + 1))
    exact = [math.fsum(w * s for w, s in zip(weights, column, strict=True)) for column in scores.T]
    np.testing.assert_allclose(total, exact, atol=1e-9 * (np.abs(parts).sum(axis=0).max() + 1))


def test_lists_and_single_precision_are_blended_in_double_precision() -> None:
    scores = np.array([[1.0, 2.0], [3.0, 5.0]], dtype=np.float32)
    assert blend.blend([0.1, 0.2], scores.astype(np.float64)).dtype == np.float64
    np.testing.assert_allclose(blend.blend([0.1, 0.2], scores), [0.7, 1.2], rtol=1e-15)
    assert blend.contributions([0.1, 0.2], scores).dtype == np.float64


@given(TIED, st.integers(-3, 60), st.integers(0, 3), st.randoms())
def test_the_order_is_that_of_a_full_sort(scores: np.ndarray, k: int, hide: int, random: object) -> None:
    masked = random.sample(range(len(scores)), min(hide, len(scores)))  # type: ignore[attr-defined]
    order = blend.order(scores, k, masked)
    assert order.tolist() == sorted_by_hand(scores, masked)[: max(k, 0)]
    assert not set(masked) & set(order.tolist())
    assert len(order) == max(0, min(k, len(scores) - len(masked)))


def test_the_order_of_many_candidates_is_that_of_a_full_sort() -> None:
    scores = np.round(np.random.default_rng(5).normal(size=20_000), 2)
    np.testing.assert_array_equal(blend.order(scores, 100), np.argsort(-scores, kind="stable")[:100])


def test_order_changes_nothing_that_it_is_given() -> None:
    scores = np.array([1.0, 3.0, 2.0])
    assert blend.order(scores, 3, masked=(1,)).tolist() == [2, 0]
    assert blend.ranks(scores, masked=(1,)).tolist() == [2, 3, 1]
    assert scores.tolist() == [1.0, 3.0, 2.0]


@given(TIED, st.integers(0, 3), st.randoms())
def test_ranks_and_order_tell_the_same_story(scores: np.ndarray, hide: int, random: object) -> None:
    masked = random.sample(range(len(scores)), min(hide, len(scores)))  # type: ignore[attr-defined]
    ranks = blend.ranks(scores, masked)
    assert sorted(ranks) == list(range(1, len(scores) + 1))
    best_first = blend.order(scores, len(scores), masked)
    assert ranks[best_first].tolist() == list(range(1, len(best_first) + 1))
    assert all(ranks[row] > len(scores) - len(masked) for row in masked)


@given(arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e300, 1e300)))
def test_softmax_neither_overflows_nor_loses_its_sum(logits: np.ndarray) -> None:
    probabilities = blend.softmax(logits)
    assert np.isfinite(probabilities).all() and (probabilities >= 0).all()
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-12)
    assert probabilities[np.argmax(logits)] == probabilities.max()


@given(arrays(np.float64, (3, 5), elements=st.floats(-50, 50)), st.floats(-1e3, 1e3))
def test_a_shift_common_to_all_classes_means_nothing(logits: np.ndarray, shift: float) -> None:
    np.testing.assert_allclose(blend.softmax(logits + shift), blend.softmax(logits), rtol=1e-9)
    np.testing.assert_allclose(blend.centred(logits + shift), blend.centred(logits), atol=1e-9)
    np.testing.assert_allclose(blend.centred(logits).sum(axis=-1), 0, atol=1e-9)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
@example([1e308, 1e308, 1e308])
@example([HUGE, HUGE, -HUGE])
@example([TINY, 0.0, 0.0])
@example([TINY, TINY, TINY])
@example([-2.0, 0.5, 0.5])
@example([HUGE, -HUGE, 1.0])
@example([0.0, -0.0, 0.0])
@example([-1.0, -1.0, 0.0])
@example([1.0, -0.0])
def test_weights_sum_to_one_in_the_proportions_given_or_are_refused(raw: list[float]) -> None:
    largest = max(map(abs, raw))
    share = math.fsum(value / largest for value in raw) if largest else 0.0
    if abs(share) < 0.9e-8:
        with pytest.raises(InputError):
            blend.simplex_weights(raw)
    elif abs(share) > 1.1e-8:
        weights = blend.simplex_weights(raw)
        assert np.isfinite(weights).all() and not np.signbit(weights[weights == 0]).any()
        assert weights.sum() == pytest.approx(1.0, abs=1e-14 * np.abs(weights).sum() + 1e-12)
        expected = np.array([value / largest for value in raw]) / share
        np.testing.assert_allclose(weights, expected, rtol=1e-6)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_weight_that_is_not_finite_is_refused(bad: float, place: int) -> None:
    raw = [0.2, 0.3, 0.5]
    raw[place] = bad
    with pytest.raises(InputError, match="not a finite number"):
        blend.simplex_weights(raw)


@pytest.mark.parametrize(
    ("raw", "sentence"), [([0.0, 0.0, 0.0], "All weights are 0"), ([0.3, -0.3, 0.0], "cancel each other")]
)
def test_weights_without_a_sum_are_refused_with_a_reason(raw: list[float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        blend.simplex_weights(raw)


@given(st.tuples(NUMBER, NUMBER), st.tuples(NUMBER, NUMBER))
def test_the_tie_weight_is_where_two_candidates_meet(
    first: tuple[float, float], second: tuple[float, float]
) -> None:
    def lead(alpha: float) -> float:
        first_sum, second_sum = blend.blend([alpha, 1.0 - alpha], np.array([first, second]).T)
        return float(first_sum - second_sum)

    size = max(map(abs, first + second)) + 1
    alpha = blend.tie_weight(first, second)
    if alpha is None:
        assert lead(0.0) * lead(1.0) >= -1e-9 * size**2
    else:
        assert 0.0 <= alpha <= 1.0
        assert abs(lead(alpha)) <= 1e-9 * size
        assert lead(0.0) * lead(1.0) <= 1e-9 * size**2


def test_two_candidates_that_are_alike_have_no_tie_weight() -> None:
    assert blend.tie_weight((1.0, 2.0), (1.0, 2.0)) is None
    assert blend.tie_weight((2.0, 1.0), (1.0, 2.0)) == 0.5
    assert blend.tie_weight((3.0, 1.0), (1.0, 1.0)) == 0.0
    assert blend.tie_weight((1.0, 3.0), (1.0, 1.0)) == 1.0


@pytest.mark.parametrize(("steps", "points"), [(1, 3), (9, 55), (44, 1035)])
def test_the_simplex_grid_holds_every_point_once(steps: int, points: int) -> None:
    grid = blend.simplex_grid(steps)
    assert grid.shape == (points, 3)
    assert len({tuple(np.rint(row * steps)) for row in grid}) == points
    assert (grid >= 0).all()
    np.testing.assert_allclose(grid.sum(axis=1), 1.0, atol=1e-15)


@given(arrays(np.float64, (4, 2, 5), elements=NUMBER))
def test_shapley_values_and_the_base_add_up_to_the_whole(outputs: np.ndarray) -> None:
    both, first, second, neither = outputs
    first_share, second_share = blend.two_player_shapley(both, first, second, neither)
    np.testing.assert_allclose(
        neither + first_share + second_share, both, atol=1e-9 * (np.abs(outputs).max() + 1)
    )
    swapped = blend.two_player_shapley(both, second, first, neither)
    np.testing.assert_array_equal(swapped[0], second_share)
    np.testing.assert_array_equal(swapped[1], first_share)


def test_shapley_values_of_a_plain_sum_are_its_terms() -> None:
    a, b, base = np.array([[1.0, 2.0]]), np.array([[3.0, -4.0]]), np.array([[0.5, 0.5]])
    first_share, second_share = blend.two_player_shapley(base + a + b, base + a, base + b, base)
    np.testing.assert_allclose(first_share, a)
    np.testing.assert_allclose(second_share, b)


@given(
    arrays(np.float64, (3, 6), elements=st.floats(-2, 2)),
    arrays(np.float64, 3, elements=st.floats(-2, 2)),
)
def test_the_length_of_a_mix_is_that_of_the_mixed_vector(vectors: np.ndarray, weights: np.ndarray) -> None:
    explicit = float(np.linalg.norm(weights @ vectors))
    gram = vectors @ vectors.T
    if explicit**2 < 0.5 * blend.NO_DIRECTION:
        with pytest.raises(InputError, match="no direction"):
            blend.mixed_length(weights, gram)
    elif explicit**2 > 2 * blend.NO_DIRECTION:
        assert blend.mixed_length(weights, gram) == pytest.approx(explicit, rel=1e-6)


def test_opposite_parts_leave_no_direction() -> None:
    with pytest.raises(InputError, match="no direction"):
        blend.mixed_length([0.5, 0.5], np.array([[1.0, -1.0], [-1.0, 1.0]]))
