"""Conformal p-values: exact by hand, valid on questions like those that calibrated, too few calibrate nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.conformal.p_values import by_the_others, check_calibration, cross_checked, fewest_for, p_values
from core.errors import DataError

SCORES = st.lists(st.floats(-5, 5, allow_nan=False), min_size=1, max_size=30)


@settings(max_examples=60)
@given(SCORES, SCORES)
def test_a_p_value_counts_the_null_scores_that_are_at_least_as_large(
    observed: list[float], null: list[float]
) -> None:
    expected = [(1 + sum(score >= best for score in null)) / (len(null) + 1) for best in observed]
    assert p_values(np.array(observed), null).tolist() == expected


def test_questions_without_an_answer_are_rarely_said_to_have_one() -> None:
    draw = np.random.default_rng(0)
    shares = [(p_values(draw.normal(size=200), draw.normal(size=19)) <= 0.1).mean() for _ in range(400)]
    assert np.mean(shares) == pytest.approx(0.1, abs=0.012)
    assert (p_values(draw.normal(size=200) + 4, draw.normal(size=19)) <= 0.1).mean() > 0.9


@pytest.mark.parametrize(("alpha", "fewest"), [(0.1, 9), (0.05, 19), (0.2, 4), (0.3, 3)])
def test_too_small_a_calibration_is_refused_in_a_sentence(alpha: float, fewest: int) -> None:
    assert fewest_for(alpha) == fewest
    check_calibration(fewest, alpha)
    assert (
        p_values(np.array([9.0]), np.zeros(fewest))[0]
        <= alpha
        < p_values(np.array([9.0]), np.zeros(fewest - 1))[0]
    )
    with pytest.raises(DataError, match=f"can promise nothing at {alpha:g}: at least {fewest} are needed"):
        check_calibration(fewest - 1, alpha)


def test_each_part_is_judged_by_the_others_alone() -> None:
    null = np.concatenate([np.zeros(20), np.full(20, 5.0)])
    home = np.repeat([0, 1], 20)
    assert by_the_others(null, home, null)[0] == 1.0, "all of the other part are larger"
    assert by_the_others(null, home, null)[-1] == 1 / 21
    whole = np.full(40, 9.0)
    kept = cross_checked(null, whole, [True] * 30 + [False] * 10, list(map(str, range(40))), home)
    assert (kept.false_found.value, kept.found.value, kept.first.value) == (0.5, 1.0, 0.75)
    assert kept.bound == pytest.approx(0.85) and kept.folds == 2
    with pytest.raises(DataError, match="A calibration on 8 questions can promise nothing"):
        by_the_others(null, np.array([0] * 8 + [1] * 32), null)
