"""Recall before and after further results are marked, against sorting by hand."""

from __future__ import annotations

import numpy as np

from core.instruments.also_right import found_among, right_ranks_of


def test_ranks_are_those_of_sorting_and_hidden_marks_count_for_nothing() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        scores = np.round(rng.standard_normal(20), 1)  # with ties
        hidden = rng.choice(20, 3, replace=False).tolist()
        shown = [row for row in np.argsort(-scores, kind="stable").tolist() if row not in hidden]
        right = rng.choice(shown, rng.integers(0, 3), replace=False).tolist()
        also = rng.choice(20, rng.integers(0, 4), replace=False).tolist()
        ranks = right_ranks_of(scores, hidden, right, also)
        assert ranks.before == min((1 + shown.index(row) for row in right), default=None)
        marked = [row for row in {*right, *also} if row in shown]
        assert ranks.after == min((1 + shown.index(row) for row in marked), default=None)


def test_questions_without_a_right_answer_are_not_counted() -> None:
    assert found_among([1, None, 5, 11], 5) == (2, 3)
    assert found_among([None], 1) == (0, 0)
