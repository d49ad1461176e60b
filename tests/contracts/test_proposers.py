"""Whatever proposes rows keeps one promise; an exact one agrees with NumPy, an approximate one with most of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.contracts import Proposer
from core.errors import InputError
from core.index.approximate import IVF, ApproximateProposer
from core.index.approximate_build import approximation
from core.index.proposing import ExactProposer

EXACT = "exact"
COUNT, WIDTHS = 3000, (12, 8)
pytestmark = [pytest.mark.numeric, pytest.mark.parametrize("kind", [EXACT, IVF])]


def _sides(count: int = COUNT) -> list[np.ndarray]:
    """Returns clusters of unit rows, as pictures of things are; the last ten are copies of the first."""
    chance = np.random.default_rng(0)
    sides = []
    for width in WIDTHS:
        rows = chance.normal(size=(40, width))[chance.integers(40, size=count)]
        rows = rows + 0.5 * chance.normal(size=(count, width))
        rows[-10:] = rows[:1]
        sides.append((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))
    return sides


def _made(kind: str, sides: list[np.ndarray]) -> Proposer:
    if kind == EXACT:
        return ExactProposer(sides)
    return ApproximateProposer(*approximation(sides, ("garment", "words"), ""))


@pytest.fixture(scope="module")
def proposers() -> dict[str, Proposer]:
    return {kind: _made(kind, _sides()) for kind in (EXACT, IVF)}


def _queries(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, sum(WIDTHS))).astype(np.float32)


def _best(queries: np.ndarray, count: int) -> list[set[int]]:
    scores = queries.astype(np.float64) @ np.hstack(_sides()).T.astype(np.float64)
    return [set(row.tolist()) for row in np.argsort(-scores, axis=1, kind="stable")[:, :count]]


def test_proposes_the_best_rows_ascending_each_once(kind: str, proposers: dict[str, Proposer]) -> None:
    proposer, queries = proposers[kind], _queries(50)
    assert isinstance(proposer, Proposer)
    rows = proposer.propose(queries, 30)
    assert rows.dtype == np.int64 and (np.diff(rows) > 0).all() and rows[0] >= 0 and rows[-1] < COUNT
    alone = [proposer.propose(query[None], 30) for query in queries]
    assert {len(each) for each in alone} == {30}
    np.testing.assert_array_equal(rows, np.unique(np.concatenate(alone)))
    shares = [
        len(best & set(each.tolist())) / 12 for best, each in zip(_best(queries, 12), alone, strict=True)
    ]
    assert np.mean(shares) == 1 if proposer.exact else np.mean(shares) > 0.9


@pytest.mark.parametrize("count", [COUNT - 1, COUNT, COUNT + 1, 10**9])
def test_many_are_all(kind: str, proposers: dict[str, Proposer], count: int) -> None:
    rows = proposers[kind].propose(_queries(1), count)
    assert len(rows) == min(count, COUNT)
    if count >= COUNT:
        np.testing.assert_array_equal(rows, np.arange(COUNT))


def test_none_and_one(kind: str, proposers: dict[str, Proposer]) -> None:
    proposer = proposers[kind]
    assert len(proposer.propose(_queries(1), 0)) == len(proposer.propose(_queries(1), -5)) == 1
    assert proposer.propose(_queries(0), 5).shape == (0,)


@pytest.mark.parametrize("query", [np.zeros((1, 20)), np.full((1, 20), np.nan), np.ones((1, 19))])
def test_refuses_a_query_without_direction(
    kind: str, proposers: dict[str, Proposer], query: np.ndarray
) -> None:
    with pytest.raises(InputError):
        proposers[kind].propose(query.astype(np.float32), 3)
    assert len(proposers[kind].propose(_queries(1), 3)) == 3


def test_threads_get_the_answer_of_one(kind: str, proposers: dict[str, Proposer]) -> None:
    proposer, queries = proposers[kind], _queries(40)
    alone = [proposer.propose(query[None], 20) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: proposer.propose(query[None], 20), np.tile(queries, (4, 1))))
    for number, rows in enumerate(together):
        np.testing.assert_array_equal(rows, alone[number % 40])


def test_few_rows_are_proposed_too(kind: str) -> None:
    assert _made(kind, _sides(14)).propose(_queries(2), 13).max() < 14
