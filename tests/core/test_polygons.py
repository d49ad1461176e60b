"""Signs of points stand near them and cover no other sign."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.polygons import held_apart

places = st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)), max_size=8)


@given(places)
def test_signs_are_held_apart_and_stay_near(drawn: list[tuple[float, float]]) -> None:
    points = np.array(drawn).reshape(-1, 2)
    signs = held_apart(points, 1.0)
    assert signs.shape == points.shape
    assert all(np.hypot(*(one - other)) >= 1 - 1e-6 for one, other in combinations(signs, 2))
    assert all(np.hypot(*(sign - point)) <= len(points) for sign, point in zip(signs, points, strict=True))
    assert not len(points) or (signs[0] == points[0]).all()


def test_signs_with_room_stay_at_their_points() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    assert (held_apart(points, 1.0) == points).all()
