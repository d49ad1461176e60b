"""What recall over the whole weight simplex costs, beside comparing every candidate at every point."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import Row, milliseconds
from core import simplex
from core.blend import simplex_grid

QUERIES, PICTURES, WIDTH, POOLINGS = 500, 5000, 64, 3
# How far q, t and f of a query stand from its right picture: f finds it nine times of ten, q and t in a few.
DISTANCE = (3.0, 3.0, 1.5)
LIMIT = 2000.0
ROUNDS = 3
BARE_QUERIES = 10


def bare(grid: np.ndarray, scores: np.ndarray, right: int) -> np.ndarray:
    """Blends one query at every point in one NumPy call, and counts who is better in another."""
    blended = grid @ scores
    return np.asarray(1 + np.count_nonzero(blended > blended[:, right, None], axis=1))


def rows(grids: tuple[int, ...] = (9, 45)) -> list[Row]:
    """Measures the 55 points of report 4 and 1,081 points: all queries, all three pooling rules."""
    chance = np.random.default_rng(0)
    gallery = _unit(chance.normal(size=(PICTURES, WIDTH)))
    right = chance.integers(PICTURES, size=QUERIES)
    queries = [
        _unit(gallery[right] + far * chance.normal(size=(QUERIES, WIDTH)) / WIDTH**0.5) for far in DISTANCE
    ]
    scores = (np.stack(queries) @ gallery.T).astype(np.float32)
    answers, hidden = (
        [[int(picture)] for picture in right],
        [[int(picture + 1) % PICTURES] for picture in right],
    )
    table = []
    for steps in grids:
        grid = simplex_grid(steps).astype(np.float32)
        ours = milliseconds(
            lambda steps=steps: [  # type: ignore[misc]
                simplex.hits(scores, answers, hidden, steps) for _ in range(POOLINGS)
            ],
            ROUNDS,
            warm_up=1,
        )
        some = milliseconds(
            lambda grid=grid: [bare(grid, scores[:, row], right[row]) for row in range(BARE_QUERIES)],  # type: ignore[misc]
            ROUNDS,
            warm_up=1,
        )
        whole = some * POOLINGS * QUERIES / BARE_QUERIES
        name = f"recall, {len(grid):,} weights, {QUERIES} x {PICTURES:,} x {POOLINGS}"
        table.append(Row(name, ours, whole, LIMIT))
    return table


def _unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
