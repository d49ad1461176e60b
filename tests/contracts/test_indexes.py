"""Every index in the registry answers as a few lines of NumPy do, and refuses what NumPy would let pass."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contracts import Index
from core.errors import ArtifactError, InputError
from core.index import INDEXES

pytestmark = [pytest.mark.numeric, pytest.mark.parametrize("name", list(INDEXES))]


def unit_rows(count: int, width: int, seed: int, copies: int = 0) -> np.ndarray:
    """Returns unit rows, the last `copies` of them equal to earlier ones."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for row in range(max(count - copies, 1), count):
        rows[row] = rows[rng.integers(0, row)]
    return rows.astype(np.float32)


def make(name: str, rows: np.ndarray) -> Index:
    index: Index = INDEXES.load(name)(rows)
    return index


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

    scores = index.scores(query)
    assert scores.dtype == np.float32 and scores.shape == (count,)
    np.testing.assert_allclose(scores, truth, atol=tolerance)

    found, values = index.search(query, k)
    expected = min(max(k, 1), count)
    assert len(found) == len(values) == expected
    assert len(set(found.tolist())) == expected and found.min() >= 0 and found.max() < count
    np.testing.assert_array_equal(values, scores[found])
    np.testing.assert_array_equal(found, np.lexsort((np.arange(count), -scores))[:expected])
    np.testing.assert_allclose(values, np.sort(truth)[::-1][:expected], atol=tolerance)


@pytest.mark.parametrize("count", [7, 33, 1000, 4099])
@pytest.mark.parametrize("k", [1, 5, 4099])
def test_equal_rows_tie_exactly_and_keep_their_order(name: str, count: int, k: int) -> None:
    rows = np.repeat(unit_rows(1, 384, seed=3), count, axis=0)
    index = make(name, rows)
    query = np.random.default_rng(1).normal(size=384)
    assert len(set(index.scores(query).tolist())) == 1
    assert index.search(query, k)[0].tolist() == list(range(min(k, count)))


@pytest.mark.parametrize(
    "query",
    [
        np.full(8, np.nan),
        np.r_[np.ones(7), np.inf],
        np.zeros(8),
        np.full(8, 1e-42),
        np.full(8, 1e300),
        np.ones(7),
        np.ones((1, 8)),
        np.ones(0),
        np.array(["a"] * 8),
        np.array([None] * 8),
    ],
    ids=["nan", "inf", "zero", "denormal", "huge", "short", "matrix", "empty", "text", "objects"],
)
def test_refuses_a_query_without_direction(name: str, query: np.ndarray) -> None:
    index = make(name, unit_rows(20, 8, seed=0))
    with pytest.raises(InputError):
        index.search(query, 3)
    with pytest.raises(InputError):
        index.scores(query)
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
    for number, (found, scores) in enumerate(together):
        np.testing.assert_array_equal(found, alone[number % 40][0])
        np.testing.assert_array_equal(scores, alone[number % 40][1])
