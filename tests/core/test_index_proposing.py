"""Proposing rows by looking at all of them: the best ones, a block at a time, over several sets side by side."""

from __future__ import annotations

import numpy as np
import pytest

from core.contracts import Proposer
from core.errors import ArtifactError, InputError
from core.index import proposing
from core.index.exact import ExactIndex
from core.index.proposing import ExactProposer
from core.index.vectors import IndexedVectors


def _rows(count: int, width: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.numeric
@pytest.mark.parametrize("block", [64, 10_000])
def test_proposes_the_best_rows_of_sets_side_by_side(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(proposing, "BLOCK", block)
    first, second = _rows(1000, 12, 0), _rows(1000, 7, 1)
    proposer = IndexedVectors({"garment": first, "words": second}).proposer("garment", "words")
    queries = np.random.default_rng(2).normal(size=(5, 19)).astype(np.float32)
    queries[1, :12] = queries[2, 12:] = 0  # a set that a query does not ask says nothing
    truth = queries.astype(np.float64) @ np.hstack([first, second]).T.astype(np.float64)
    best = np.unique(np.argsort(-truth, axis=1)[:, :40])

    found = proposer.propose(queries, 40)

    assert isinstance(proposer, Proposer) and proposer.exact and found.dtype == np.int64
    np.testing.assert_array_equal(found, best)
    np.testing.assert_array_equal(proposer.propose(queries, 1000), np.arange(1000))


def test_of_equal_rows_the_first_are_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "BLOCK", 16)
    rows = np.zeros((100, 4), dtype=np.float32)
    rows[:, 0] = 1
    rows[50] = (0.6, 0.8, 0, 0)
    query = np.array([[1, 1, 0, 0]], dtype=np.float32)
    assert ExactProposer([rows]).propose(query, 5).tolist() == [0, 1, 2, 3, 50]


def test_refuses_what_cannot_be_asked() -> None:
    proposer = ExactProposer([_rows(30, 8, 0)])
    for query in (np.zeros((1, 8)), np.full((1, 8), np.nan), np.ones((1, 7))):
        with pytest.raises(InputError):
            proposer.propose(query.astype(np.float32), 3)
    with pytest.raises(ArtifactError, match="as many"):
        ExactProposer([_rows(30, 8, 0), _rows(29, 8, 0)])


def test_some_rows_score_to_the_bit_what_they_score_among_all() -> None:
    index, some = ExactIndex(_rows(3000, 48, 4)), np.array([5, 6, 1030, 2999])
    queries = np.random.default_rng(1).normal(size=(2, 3, 48)).astype(np.float32)
    np.testing.assert_array_equal(index.scores(queries, some), index.scores(queries)[..., some])
