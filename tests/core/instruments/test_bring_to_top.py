"""The smallest change that brings a candidate among the first k: against brute force, and by the order itself."""

from __future__ import annotations

import numpy as np
import pytest

from core.blend import blend, ranks, simplex_grid
from core.instruments import Blended
from core.instruments.bring_to_top import WITHIN, Brought, bring_to_top
from core.instruments.winner_atlas import atlas_of

STEPS = 60
GRID = simplex_grid(STEPS)


def blended_of(parts: np.ndarray, weights: tuple[float, ...], left_out: tuple[int, ...] = ()) -> Blended:
    names = [f"p{row}" for row in range(parts.shape[1])]
    return Blended(
        parts.astype(np.float32), weights, ("picture", "words", "box")[: len(parts)], names, (), left_out
    )


def nearest_on_grid(blended: Blended, candidate: int, k: int) -> float:
    """Returns how far the nearest point of a grid is at which the order has the candidate among the first k."""
    grid = (
        GRID
        if len(blended.parts) == 3
        else np.stack([GRID[: STEPS + 1, 1], 1 - GRID[: STEPS + 1, 1]], axis=1)
    )
    scores = blend(grid, blended.parts)
    scores[:, list(blended.left_out)] = -np.inf
    own, places = scores[:, candidate, None], np.arange(scores.shape[1])
    ahead = (scores > own) | ((scores == own) & (places < candidate))
    away = np.linalg.norm(grid - np.array(blended.weights), axis=1)
    return float(away[ahead.sum(axis=1) < k].min(initial=np.inf))


def check(blended: Blended, candidate: int, k: int) -> Brought:
    brought = bring_to_top(blended, candidate, k)
    brute = nearest_on_grid(blended, candidate, k)
    if brought.weights is None:
        assert brute == np.inf
        return brought
    weights = np.array(brought.weights)
    assert weights.min() >= 0 and weights.sum() == pytest.approx(1, abs=1e-12)
    assert ranks(blend(weights, blended.parts), blended.left_out)[candidate] == brought.rank <= k
    assert brought.change == pytest.approx(np.linalg.norm(weights - np.array(blended.weights)))
    assert brought.change <= brute + (1e-6 if brought.exact else WITHIN)
    return brought


@pytest.mark.parametrize("kinds", [2, 3])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_no_point_of_a_grid_is_nearer(kinds: int, k: int) -> None:
    rng = np.random.default_rng(10 * kinds + k)
    reached = 0
    for _ in range(12):
        weights = tuple(rng.dirichlet(np.ones(kinds)).tolist())
        blended = blended_of(rng.normal(size=(kinds, 12)), weights, (3, 7))
        for candidate in (0, 5, 9):
            brought = check(blended, candidate, k)
            reached += brought.weights is not None and brought.change > 0
            assert brought.exact == (k == 1 or kinds == 2) or not brought.change
    assert reached > 3


def test_whoever_has_a_cell_can_come_first_and_nobody_else() -> None:
    blended = blended_of(np.random.default_rng(4).normal(size=(3, 60)), (0.2, 0.3, 0.5))
    owners = {territory.index for territory in atlas_of(blended)}
    for candidate in range(60):
        brought = bring_to_top(blended, candidate)
        assert (brought.weights is not None) == (candidate in owners)
        assert brought.sentence.startswith("No mix brings") == (candidate not in owners)


def test_from_outside_it_comes_to_the_nearest_mix_and_copies_stay_behind_the_first() -> None:
    parts = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    outside = check(blended_of(parts, (1.5, -0.25, -0.25)), 1, 1)
    assert outside.weights and outside.weights[:2] == pytest.approx((0.5, 0.5), abs=1e-6)
    second = bring_to_top(blended_of(parts, (1.0, 0.0, 0.0)), 2)
    assert second.weights is None, "an equal one stands before it everywhere"
    both = check(blended_of(parts, (1.0, 0.0, 0.0)), 2, 2)
    assert both.rank == 2 and "to 0.001" in both.sentence


def test_who_is_there_already_moves_nothing() -> None:
    blended = blended_of(np.eye(3), (0.2, 0.3, 0.5))
    brought = bring_to_top(blended, 2)
    assert (brought.weights, brought.change, brought.rank) == ((0.2, 0.3, 0.5), 0.0, 1)
    assert brought.sentence == "“p2” is first already, at rank 1."
    alone = bring_to_top(blended_of(np.ones((3, 1)), (0.0, 0.0, 1.0)), 0)
    assert alone.rank == 1, "a gallery of one picture"
    assert set(brought.to_json()) >= {"sentence", "weights", "change", "rank", "exact"}


def test_twenty_thousand_candidates_are_answered_exactly() -> None:
    blended = blended_of(np.random.default_rng(8).normal(0.3, 0.1, (3, 20_000)), (0.2, 0.3, 0.5))
    first = max(atlas_of(blended), key=lambda part: part.index).index
    brought = bring_to_top(blended, first)
    assert brought.rank == 1 and brought.weights
    ten = bring_to_top(blended, first, 10)
    assert ten.weights and ten.rank is not None and ten.rank <= 10 and ten.change <= brought.change + WITHIN
