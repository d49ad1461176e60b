"""Deletion and insertion: a map that knows what a score is made of beats random order, its opposite loses."""

from __future__ import annotations

import numpy as np
import pytest

from core.instruments.faithful import areas, estimates


def test_a_true_map_beats_random_order_and_its_opposite_loses() -> None:
    chance = np.random.default_rng(1)
    worth = chance.normal(size=16)

    def score_of(shown: np.ndarray) -> np.ndarray:
        return np.stack([shown @ worth, 2.0 - shown @ worth])

    true, opposite = areas(np.stack([worth, worth]), score_of, 16, chance)
    assert true.deletion < true.random < true.insertion
    assert opposite.deletion > opposite.random > opposite.insertion
    steps = np.concatenate([[0.0], np.cumsum(np.sort(worth)[::-1])])
    assert true.insertion == pytest.approx(np.trapezoid(steps) / 16)
    assert true.deletion == pytest.approx(np.trapezoid(worth.sum() - steps) / 16)
    figures = estimates([true, true, opposite], ["a", "b", "c"])
    assert figures["deletion"].n == 3
    assert figures["insertion_less_random"].low <= figures["insertion_less_random"].value


def test_many_places_are_hidden_in_few_steps() -> None:
    asked: list[np.ndarray] = []

    def score_of(shown: np.ndarray) -> np.ndarray:
        asked.append(shown)
        return shown.sum(axis=1, keepdims=True).T.astype(float)

    (found,) = areas(np.arange(81.0)[None], score_of, 9, np.random.default_rng(0))
    assert len(asked) == 1 and len(asked[0]) == 2 + 4 * 8
    assert sorted(set(asked[0].sum(axis=1))) == list(range(0, 82, 9))
    assert found.deletion == pytest.approx(40.5) and found.random == pytest.approx(40.5)
