"""The metrics agree with torchmetrics, SciPy's and closed forms, and keep their promises on any input."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torchmetrics.functional.classification import binary_calibration_error
from torchmetrics.functional.retrieval import retrieval_average_precision, retrieval_hit_rate

from core import blend
from core.calibration import calibration_error, expected_calibration_error
from core.metrics import (
    NORMAL_95,
    average_precision,
    bootstrap,
    bootstrap_of,
    first_right_rank,
    own_ranks,
    proportion,
    ranks_of_right,
    recall_at,
    recalls,
    solved_alone,
    wilson,
)

# Positive, since torchmetrics takes a score of 0 or less for "not found".
SCORES = arrays(np.float64, st.integers(2, 30), elements=st.integers(1, 1000).map(float), unique=True)
TIED = arrays(np.float64, st.integers(2, 30), elements=st.integers(-2, 2).map(float))


@st.composite
def rankings(
    draw: st.DrawFn, scores: st.SearchStrategy[np.ndarray] = SCORES
) -> tuple[np.ndarray, np.ndarray]:
    values = draw(scores)
    right = draw(st.lists(st.integers(0, len(values) - 1), min_size=1, unique=True))
    return values, np.array(right)


@given(rankings(), st.integers(1, 40))
def test_recall_agrees_with_torchmetrics(ranking: tuple[np.ndarray, np.ndarray], k: int) -> None:
    values, right = ranking
    wanted = torch.zeros(len(values), dtype=torch.bool)
    wanted[right] = True
    rank = first_right_rank(values[None], right)
    expected = retrieval_hit_rate(torch.from_numpy(values), wanted, top_k=min(k, len(values)))
    assert recall_at(rank, k) == float(expected)


@given(rankings())
def test_average_precision_agrees_with_torchmetrics(ranking: tuple[np.ndarray, np.ndarray]) -> None:
    values, right = ranking
    wanted = torch.zeros(len(values), dtype=torch.bool)
    wanted[right] = True
    expected = float(retrieval_average_precision(torch.from_numpy(values), wanted))
    assert average_precision(blend.ranks(values)[right]) == pytest.approx(expected, abs=1e-6)


@given(rankings(TIED), st.data())
def test_ties_keep_the_order_of_the_candidates(
    ranking: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    values, right = ranking
    others = [index for index in range(len(values)) if index not in right]
    left_out = data.draw(st.lists(st.sampled_from(others), unique=True, max_size=3)) if others else []
    expected = blend.ranks(values, left_out)[right].min()
    assert first_right_rank(values[None], right, left_out)[0] == expected


@given(
    arrays(
        np.float32, st.tuples(st.integers(1, 6), st.integers(1, 3), st.just(7)), elements=st.integers(0, 3)
    )
)
def test_many_queries_are_ranked_as_each_alone(scores: np.ndarray) -> None:
    right = [[row % 7, (3 * row + 1) % 7] for row in range(len(scores))]
    hidden = [[place for place in (5, 6) if place not in some] for some in right]
    ranks = ranks_of_right(iter(scores), right, hidden)
    assert ranks.shape == scores.shape[1::-1]
    for row, (some, gone) in enumerate(zip(right, hidden, strict=True)):
        for point, values in enumerate(scores[row]):
            assert ranks[point, row] == blend.ranks(values, gone)[some].min()


def test_each_query_finds_its_own_candidate() -> None:
    scores = np.array([[0.9, 0.1, 0.9], [0.5, 0.4, 0.3], [0.2, 0.7, 0.7]])
    assert own_ranks(scores).tolist() == [1, 2, 2]


def test_no_query_is_no_recall() -> None:
    with pytest.raises(ValueError, match="at least one query"):
        recall_at([], 1)
    with pytest.raises(ValueError, match="at least one right answer"):
        average_precision([])


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.277533),  # closed form at the ends: z^2 / (n + z^2)
        (10, 10, 0.722467, 1.0),
        (5, 10, 0.236593, 0.763407),
        (81, 263, 0.255254, 0.366205),  # Newcombe 1998, table I: 0.2553 to 0.3662
        (15, 148, 0.062385, 0.160532),  # Newcombe 1998, table I: 0.0624 to 0.1605
        (1, 29, 0.006113, 0.171755),  # Newcombe 1998, table I: 0.0061 to 0.1718
    ],
)
def test_wilson_agrees_with_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_solves_its_own_equation(case: tuple[int, int]) -> None:
    """Each end p satisfies (share - p)^2 = z^2 p (1 - p) / n: Wilson inverts the score test."""
    successes, n = case
    share = successes / n
    for end in wilson(successes, n):
        assert 0 <= end <= 1
        assert math.isclose(
            (share - end) ** 2, NORMAL_95**2 * end * (1 - end) / n, rel_tol=1e-6, abs_tol=1e-12
        )
    low, high = wilson(successes, n)
    assert low <= share <= high


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 4), (5, 4)])
def test_wilson_refuses_what_is_no_proportion(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="wilson"):
        wilson(successes, n)


def test_proportion_is_the_mean_with_its_interval() -> None:
    figure = proportion([True, False, True, True])
    assert figure.value == 0.75
    assert (figure.low, figure.high) == wilson(3, 4)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcdef")), min_size=1, max_size=30))
def test_a_bootstrap_holds_its_mean_and_stays_in_range(rows: list[tuple[float, str]]) -> None:
    values, groups = [value for value, _ in rows], [group for _, group in rows]
    figure = bootstrap(values, groups)
    assert (figure.value, figure.n) == (float(np.mean(values)), len(values))
    assert min(values) - 1e-12 <= figure.low <= figure.value <= figure.high <= max(values) + 1e-12
    assert figure == bootstrap(values, groups)


def test_a_bootstrap_of_independent_rows_is_near_the_normal_interval() -> None:
    values = np.random.default_rng(3).normal(size=800)
    _, low, high, _ = bootstrap(values, range(800))
    half = NORMAL_95 * values.std() / math.sqrt(800)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.02)


def test_rows_of_one_group_count_once() -> None:
    """Copies of a row tell nothing new: with the group named, the interval does not shrink."""
    values = np.random.default_rng(5).random(40)
    alone = bootstrap(values, range(40))
    copied = bootstrap(np.repeat(values, 9), np.repeat(np.arange(40), 9).tolist())
    forgotten = bootstrap(np.repeat(values, 9), range(360))
    assert copied[:3] == pytest.approx(alone[:3])
    assert forgotten.high - forgotten.low < 0.5 * (copied.high - copied.low)


def test_a_single_group_says_nothing_about_spread() -> None:
    assert bootstrap([0.0, 1.0], ["same", "same"]) == (0.5, 0.5, 0.5, 2)
    with pytest.raises(ValueError, match="at least one row"):
        bootstrap([], [])


def test_calibration_agrees_with_torchmetrics_where_equal_mass_is_equal_width() -> None:
    random = np.random.default_rng(7)
    confidence = np.concatenate([bin_ / 10 + 0.099 * random.random(50) for bin_ in range(10)])
    correct = random.random(500) < confidence**2
    # torchmetrics bins by confidence in class 1 and takes the label for "correct": the same sums.
    expected = binary_calibration_error(
        torch.from_numpy(confidence), torch.from_numpy(correct.astype(int)), n_bins=10, norm="l1"
    )
    assert expected_calibration_error(confidence, correct) == pytest.approx(float(expected), abs=1e-6)


def test_calibration_by_hand() -> None:
    assert expected_calibration_error([0.9, 0.9, 0.9, 0.9], [True, True, True, False]) == pytest.approx(0.15)
    assert expected_calibration_error([0.6, 1.0], [False, True]) == pytest.approx(0.3)
    with pytest.raises(ValueError, match="at least one row"):
        expected_calibration_error([], [])


@given(
    st.lists(st.tuples(st.sampled_from([0.5, 0.6, 0.7, 0.8, 0.99]), st.booleans()), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
)
def test_calibration_ignores_the_order_of_the_rows(rows: list[tuple[float, bool]], random: object) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (
        expected_calibration_error([row[0] for row in order], [row[1] for row in order])
        for order in (rows, shuffled)
    )
    assert first == pytest.approx(second, abs=1e-12)
    assert 0 <= first <= 1


@pytest.mark.parametrize("grouped", [False, True])
def test_the_interval_of_a_calibration_error_is_that_of_its_draws_one_by_one(grouped: bool) -> None:
    random = np.random.default_rng(3)
    probability = np.round(random.random(70), 2)
    truth = random.random(70) < probability
    groups = random.integers(0, 20, 70).tolist() if grouped else list(range(70))

    def simply(rows: np.ndarray) -> float:
        """Straight from the formula, a draw at a time."""
        confidence = np.maximum(probability, 1 - probability)[rows]
        right = ((probability >= 0.5) == truth)[rows]
        shared = {level: right[confidence == level].mean() for level in confidence}
        gap = np.array([shared[level] - level for level in np.sort(confidence)])
        return float(sum(abs(part.sum()) for part in np.array_split(gap, 10)) / len(gap))

    figure = calibration_error(probability, truth, groups if grouped else (), seed=5)
    assert figure == pytest.approx(bootstrap_of(simply, groups, seed=5), abs=1e-12)
    assert figure.low < figure.value < figure.high


def test_the_interval_of_a_calibration_error_holds_it() -> None:
    """Every resample is worse calibrated than the data; the plain percentile interval would lie above it."""
    random = np.random.default_rng(11)
    confidence = 0.5 + random.random(300) / 2
    correct = random.random(300) < confidence
    value = expected_calibration_error(confidence, correct)
    figure = calibration_error(confidence, correct)
    assert figure.value == value and figure.low < value < figure.high
    assert calibration_error(1 - confidence, ~correct)[:3] == pytest.approx(figure[:3])


def test_the_share_among_the_first_k_is_given_for_each_k_by_name() -> None:
    figures = recalls([1, 2, 7, 1], (1, 5), "top_{}")
    assert figures == {
        "top_1": proportion([True, False, False, True]),
        "top_5": proportion([True] * 2 + [False, True]),
    }
    assert [figure.n for figure in figures.values()] == [4, 4]


def test_the_audit_sorts_every_query_into_one_of_four() -> None:
    picture, words, both = (
        np.array([1, 2, 9, 9, 11]),
        np.array([1, 30, 3, 40, 11]),
        np.array([5, 1, 1, 2, 60]),
    )
    audit = solved_alone(picture, words, {"f": both}, 5)
    assert {name: np.flatnonzero(right).tolist() for name, right in audit.items()} == {
        "picture": [0, 1],
        "words": [0, 2],
        "each": [0],
        "picture_only": [1],
        "words_only": [2],
        "neither": [3, 4],
        "only_f": [3],
    }
