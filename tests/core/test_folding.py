"""Folds: no group on two sides, every row judged once, each fold with its share of every class."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.split import folds_by_class, folds_of


def test_every_row_is_judged_once_by_a_fold_that_did_not_train_on_its_group() -> None:
    groups = [f"photo {row // 3}" for row in range(30)]
    judged_rows: list[int] = []
    for training, judged in folds_of(groups, 4, seed=1):
        assert not {groups[row] for row in training} & {groups[row] for row in judged}
        judged_rows += judged.tolist()
    assert sorted(judged_rows) == list(range(30))


@given(st.integers(3, 40), st.integers(3, 40), st.integers(2, 10), st.integers(0, 9))
def test_each_fold_has_its_share_of_every_class(first: int, second: int, folds: int, seed: int) -> None:
    classes = np.repeat([0, 1], [first, second])
    home = folds_by_class(np.arange(len(classes)), classes, folds, seed)
    for label in (0, 1):
        counts = np.bincount(home[classes == label], minlength=folds)
        assert counts.max() - counts.min() <= 1


def test_copies_stay_together_even_across_classes() -> None:
    groups, classes = np.array([0, 1, 1, 3, 4, 0, 6]), np.array([0, 0, 0, 0, 1, 1, 1])
    home = folds_by_class(groups, classes, 3, seed=0)
    assert home[0] == home[5] and home[1] == home[2] and set(home.tolist()) == {0, 1, 2}
