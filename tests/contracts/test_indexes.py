"""Every index in the registry answers as a few lines of NumPy do, and refuses what NumPy would let pass.

The retrieval tasks call `scores`, of one query or of several; `search` is for programs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.blend import dot_products
from core.contracts import Hits, Index
from core.errors import ArtifactError, InputError
from core.index import INDEXES
from core.index.base import checked_query, rescored
from core.index.exact import ExactIndex


class HalfBlind(ExactIndex):
    """An engine that only proposes rows, as a graph of neighbours does: it never looks at every second row."""

    name = "half-blind"
    exact = False

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the best of the rows that it looks at."""
        checked = checked_query(query, self.width)
        return rescored(np.arange(0, len(self), 2), checked, self._rows, k)


ENGINES = {**{name: f"registry:{name}" for name in INDEXES}, HalfBlind.name: "a later engine"}
pytestmark = [pytest.mark.numeric, pytest.mark.parametrize("name", list(ENGINES))]


def unit_rows(count: int, width: int, seed: int, copies: int = 0) -> np.ndarray:
    """Returns unit rows, the last `copies` of them equal to earlier ones."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for row in range(max(count - copies, 1), count):
        rows[row] = rows[rng.integers(0, row)]
    return rows.astype(np.float32)


def make(name: str, rows: np.ndarray) -> Index:
    index: Index = HalfBlind(rows) if name == HalfBlind.name else INDEXES.load(name)(rows)
    return index


def expected_rows(index: Index, scores: np.ndarray, k: int) -> np.ndarray:
    """Returns the rows that a search must find, best first, ties in order; those of an exact one are of all rows."""
    rows = np.arange(len(scores))[:: 1 if index.exact else 2]
    return rows[np.lexsort((rows, -scores[rows]))][: min(max(k, 1), len(rows))]


@settings(deadline=None, max_examples=80)
@given(
    count=st.integers(1, 130),
    width=st.integers(1, 40),
    k=st.integers(-3, 200),
    seed=st.integers(0, 10**6),
    copies=st.integers(0, 60),
    scale=st.sampled_from([1e-3, 1.0, 37.0]),
)
def test_agrees_with_numpy(
    name: str, count: int, width: int, k: int, seed: int, copies: int, scale: float
) -> None:
    rows = unit_rows(count, width, seed, copies)
    query = np.random.default_rng(seed + 1).normal(size=width)
    query *= scale / np.linalg.norm(query)
    index = make(name, rows)
    truth = rows.astype(np.float64) @ query
    tolerance = 1e-5 * np.linalg.norm(query)

    for typed in (query, query.astype(np.float32)):
        scores = index.scores(typed)
        assert scores.dtype == typed.dtype and scores.shape == (count,)
        np.testing.assert_array_equal(scores, dot_products(typed, rows), "an engine has no say in a score")
        np.testing.assert_allclose(scores, truth, atol=tolerance)

        places, values = index.search(typed, k)
        np.testing.assert_array_equal(places, expected_rows(index, scores, k))
        np.testing.assert_array_equal(values, scores[places])


@pytest.mark.parametrize("shape", [(), (1,), (3, 3), (0,)])
def test_several_queries_get_what_each_gets(name: str, shape: tuple[int, ...]) -> None:
    index = make(name, unit_rows(2100, 48, seed=0, copies=9))
    queries = np.random.default_rng(1).normal(size=(*shape, 48)).astype(np.float32)
    scores = index.scores(queries)
    assert scores.dtype == np.float32 and scores.shape == (*shape, 2100)
    for place in np.ndindex(*shape):
        np.testing.assert_array_equal(scores[place], index.scores(queries[place]))


def test_rows_that_rounding_cannot_tell_apart_are_ranked_by_their_scores(name: str) -> None:
    chance = np.random.default_rng(4)
    centre = unit_rows(1, 384, seed=3)
    rows = centre + chance.normal(scale=2e-8, size=(3000, 384))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    index = make(name, np.concatenate([rows, unit_rows(3000, 384, seed=5)]))
    for query in unit_rows(20, 384, seed=6) * 0.1 + centre:
        scores = index.scores(query)
        for k in (1, 10, 100):
            places, values = index.search(query, k)
            np.testing.assert_array_equal(places, expected_rows(index, scores, k))
            np.testing.assert_array_equal(values, scores[places])


@pytest.mark.parametrize("count", [7, 33, 1000, 4099])
@pytest.mark.parametrize("k", [1, 5, 4099])
def test_equal_rows_tie_exactly_and_keep_their_order(name: str, count: int, k: int) -> None:
    rows = np.repeat(unit_rows(1, 384, seed=3), count, axis=0)
    index = make(name, rows)
    query = np.random.default_rng(1).normal(size=384)
    assert len(set(index.scores(query).tolist())) == 1
    assert index.search(query, k)[0].tolist() == expected_rows(index, np.zeros(count), k).tolist()


@pytest.mark.parametrize(
    "query",
    [
        np.full(8, np.nan),
        np.r_[np.ones(7), np.inf],
        np.zeros(8),
        np.full(8, 1e-42),
        np.full(8, 1e300),
        np.ones(7),
        np.ones((1, 7)),
        np.r_[[np.ones(8)], [np.zeros(8)]],
        np.array(1.0),
        np.ones(0),
        np.array(["a"] * 8),
        np.array([None] * 8),
    ],
    ids=[
        "nan",
        "inf",
        "zero",
        "denormal",
        "huge",
        "short",
        "matrix",
        "one of two",
        "number",
        "empty",
        "text",
        "objects",
    ],
)
def test_refuses_a_query_without_direction(name: str, query: np.ndarray) -> None:
    index = make(name, unit_rows(20, 8, seed=0))
    with pytest.raises(InputError):
        index.search(query, 3)
    with pytest.raises(InputError):
        index.scores(query)
    with pytest.raises(InputError, match="one query"):
        index.search(np.ones((2, 8)), 3)
    assert index.search(np.ones(8), 3)[0].min() >= 0


def test_refuses_rows_and_names_the_first(name: str) -> None:
    for bad in (np.nan, np.inf, 0.0, 2.0, 1e300):
        rows = unit_rows(9, 4, seed=0).astype(np.float64)
        rows[5] *= bad
        with pytest.raises(ArtifactError, match="Row 5 "):
            make(name, rows)
    for shape in ((0, 4), (4,), (3, 0)):
        with pytest.raises(ArtifactError):
            make(name, np.ones(shape, dtype=np.float32))


def test_is_a_snapshot_of_its_rows(name: str) -> None:
    rows = unit_rows(50, 6, seed=0)
    index = make(name, rows)
    query = rows[7].copy()
    before = index.scores(query)
    rows[:] = 0
    np.testing.assert_array_equal(index.scores(query), before)
    assert (len(index), index.width, index.name) == (50, 6, name)
    assert isinstance(index, Index)


def test_threads_get_the_answer_of_one(name: str) -> None:
    rows = unit_rows(500, 32, seed=0)
    index = make(name, rows)
    alone = [index.search(row, 20) for row in rows[:40]]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda row: index.search(row, 20), np.tile(rows[:40], (5, 1))))
    for number, (places, scores) in enumerate(together):
        np.testing.assert_array_equal(places, alone[number % 40][0])
        np.testing.assert_array_equal(scores, alone[number % 40][1])
