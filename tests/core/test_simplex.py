"""Recall over the simplex counts what the blend answers at every point, to the last tie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core import simplex
from core.blend import blend, simplex_grid, simplex_weights
from core.metrics import first_right_rank

pytestmark = pytest.mark.numeric
FLOATS = st.floats(-1, 1, width=32)
# Thirds and sevenths of few values: sums that are equal on paper and differ by a rounding, or do not.
FEW = st.tuples(st.integers(-4, 4), st.sampled_from([1, 3, 7])).map(lambda pair: pair[0] / pair[1])


def one_by_one(scores: np.ndarray, right: list[int], hidden: list[int], steps: int) -> list[int]:
    """Returns the rank of the best right candidate at every point, in numbers of Python's own."""
    columns = [[float(value) for value in column] for column in scores.T]
    counted = []
    for w0, w1, w2 in simplex_grid(steps).tolist():
        mixed = [(w0 * q + w1 * t) + w2 * f for q, t, f in columns]
        best = min(right, key=lambda x: (-mixed[x], x))
        rivals = [x for x in range(len(mixed)) if x not in hidden]
        counted.append(1 + sum((-mixed[x], x) < (-mixed[best], best) for x in rivals))
    return counted


@given(
    st.sampled_from([FEW, FLOATS]).flatmap(
        lambda kind: arrays(np.float64, st.tuples(st.just(3), st.integers(2, 30)), elements=kind)
    ),
    st.sampled_from([1, 2, 7, 9, 12, 15]),
    st.integers(1, 8),
    st.data(),
)
def test_ranks_are_those_of_the_ordered_sums(
    scores: np.ndarray, steps: int, furthest: int, data: st.DataObject
) -> None:
    scores = scores.astype(np.float32)
    names = data.draw(st.permutations(range(scores.shape[1])))
    answers = data.draw(st.integers(1, min(4, len(names) - 1)))
    right, hidden = names[:answers], names[answers : answers + data.draw(st.integers(0, 2))]
    ranks = simplex.ranks(scores, right, hidden, steps, furthest)
    exact = one_by_one(scores, right, hidden, steps)
    assert ranks.tolist() == [min(rank, furthest + 1) for rank in exact]


@pytest.mark.parametrize("steps", [9, 45])
def test_candidates_that_a_rounding_parts_keep_the_order_of_the_blend(steps: int) -> None:
    chance = np.random.default_rng(steps)
    base = chance.normal(size=3).astype(np.float32)
    # Moved along a line of equal sums and back onto float32: all of them nearly tie somewhere on the grid.
    moved = base + chance.normal(size=(400, 1)) * np.array([1.0, -2.0, 1.0]) / 3
    scores = np.concatenate([moved, moved[:40]]).astype(np.float32).T
    for right in ([3], [17, 403], [439]):
        assert simplex.ranks(scores, right, (), steps, 500).tolist() == one_by_one(scores, right, [], steps)


def test_hits_are_counted_at_every_point_for_every_k() -> None:
    scores = np.random.default_rng(3).normal(size=(3, 40, 60)).astype(np.float32)
    right = [[query, query + 1] for query in range(40)]
    hits = simplex.hits(scores, right, [[59]] * 40, 45, (1, 5, 20))
    grid = simplex_grid(45)
    assert hits.shape == (3, 1081)
    for point in (0, 45, 1080, 517):
        ranks = [
            first_right_rank(blend(grid[[point]], scores[:, query]), right[query], [59])[0]
            for query in range(40)
        ]
        assert hits[:, point].tolist() == [sum(rank <= k for rank in ranks) for k in (1, 5, 20)]


@pytest.mark.parametrize("steps", [9, 45])
def test_every_point_is_asked_with_as_it_stands(steps: int) -> None:
    for point in simplex_grid(steps):
        assert simplex_weights(point.tolist()).tolist() == point.tolist()
