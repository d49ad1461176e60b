"""The official protocols agree with torchmetrics and with counts by hand, and keep their promises on any input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchmetrics.retrieval import RetrievalHitRate

from core.evaluation.reproduce.recall import (
    CIRR_PLACES,
    CIRR_SUBSET_PLACES,
    NO_RIGHT_ITEM,
    SHOP_PLACES,
    best_ranks,
    cirr_recall,
)
from core.metrics import recall_at

SEEDS = st.integers(0, 10**6)


def hit_rate(rows: list[np.ndarray], right: list[np.ndarray], k: int) -> float:
    """Returns torchmetrics' share of queries with a right candidate among the first k."""
    judge = RetrievalHitRate(top_k=k)
    for query, (row, places) in enumerate(zip(rows, right, strict=True)):
        wanted = torch.zeros(len(row), dtype=torch.bool)
        wanted[places] = True
        judge.update(torch.from_numpy(row), wanted, indexes=torch.full((len(row),), query))
    return float(judge.compute())


def scores_of(seed: int, queries: int, gallery: int) -> np.ndarray:
    """Returns positive scores without ties: torchmetrics takes a score of 0 or less for "not found"."""
    return np.random.default_rng(seed).permutation(queries * gallery).reshape(queries, gallery) + 1.0


@st.composite
def composed(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """Draws scores, references, targets and groups as CIRR has them."""
    seed, queries, gallery = draw(SEEDS), draw(st.integers(1, 6)), draw(st.integers(6, 90))
    rng = np.random.default_rng(seed)
    groups = [rng.choice(gallery, rng.integers(2, 7), replace=False) for _ in range(queries)]
    references, targets = (np.array([group[place] for group in groups]) for place in (0, 1))
    return (
        scores_of(seed, queries, gallery),
        references,
        targets,
        [rng.permutation(group) for group in groups],
    )


@given(composed())
def test_cirr_agrees_with_torchmetrics(case: tuple[np.ndarray, np.ndarray, np.ndarray, list]) -> None:
    scores, references, targets, groups = case
    recall = cirr_recall(scores, references, targets, groups)
    rows = [np.delete(row, out) for row, out in zip(scores, references, strict=True)]
    right = [np.array([target - (target > out)]) for target, out in zip(targets, references, strict=True)]
    for k in CIRR_PLACES:
        assert recall.whole[k] == pytest.approx(hit_rate(rows, right, min(k, scores.shape[1] - 1)))
    others = [np.setdiff1d(group, [out]) for group, out in zip(groups, references, strict=True)]
    rows = [row[group] for row, group in zip(scores, others, strict=True)]
    right = [np.flatnonzero(group == target) for group, target in zip(others, targets, strict=True)]
    for k in CIRR_SUBSET_PLACES:
        # torchmetrics wants top_k within the smallest group, so the rest is padded with what is never found.
        padded = [np.concatenate([row, np.zeros(6 - len(row))]) for row in rows]
        assert recall.subset[k] == pytest.approx(hit_rate(padded, right, k))
    assert recall.average == pytest.approx((recall.whole[5] + recall.subset[1]) / 2)


@given(composed(), st.floats(0.01, 50), st.floats(-9, 9))
def test_cirr_looks_at_the_order_alone_and_never_at_the_reference(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, list], factor: float, shift: float
) -> None:
    scores, references, targets, groups = case
    recall = cirr_recall(scores, references, targets, groups)
    changed = scores * factor + shift
    changed[np.arange(len(scores)), references] = 1e6
    assert cirr_recall(changed, references, targets, groups) == recall
    assert recall.subset[1] >= recall.whole[1], "fewer rivals stand before the target"
    for shares in (recall.whole, recall.subset):
        values = list(shares.values())
        assert values == sorted(values) and values[0] >= 0 and values[-1] <= 1


def test_cirr_by_hand() -> None:
    scores = np.array([[9.0, 5, 7, 6, 8], [1, 1, 1, 1, 1]])
    recall = cirr_recall(scores, [0, 4], [2, 1], [[0, 1, 2, 3], [4, 1, 3]])
    assert recall.whole == {1: 0.0, 5: 1.0, 10: 1.0, 50: 1.0}
    assert recall.subset == {1: 1.0, 2: 1.0, 3: 1.0}, "a tie goes to the first of the gallery"


def test_what_is_no_protocol_of_cirr_is_refused() -> None:
    scores = np.eye(3)
    with pytest.raises(ValueError, match="outside its group"):
        cirr_recall(scores[:1], [0], [1], [[0, 2]])
    with pytest.raises(ValueError, match="is one of its right"):
        cirr_recall(scores[:1], [1], [1], [[0, 1]])
    with pytest.raises(ValueError, match="differ"):
        cirr_recall(scores, [0], [1], [[0, 1]])
    with pytest.raises(ValueError, match="finite"):
        cirr_recall(np.full((1, 3), np.nan), [0], [1], [[0, 1]])
    with pytest.raises(ValueError, match="at least one query"):
        cirr_recall(scores[:0], [], [], [])


@st.composite
def shopping(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    """Draws scores and, for each query, its right items; some have none."""
    seed, queries, gallery = draw(SEEDS), draw(st.integers(1, 8)), draw(st.integers(20, 60))
    rng = np.random.default_rng(seed)
    right = [np.sort(rng.choice(gallery, rng.integers(0, 4), replace=False)) for _ in range(queries)]
    return scores_of(seed, queries, gallery), right


@given(shopping())
def test_the_rank_of_the_best_right_item_agrees_with_torchmetrics(
    case: tuple[np.ndarray, list[np.ndarray]],
) -> None:
    scores, right = case
    judged = [row for row, places in enumerate(right) if len(places)]
    ranks = best_ranks(scores, right)
    assert [row for row, rank in enumerate(ranks) if rank != NO_RIGHT_ITEM] == judged
    for k in SHOP_PLACES if judged else ():
        expected = hit_rate([scores[row] for row in judged], [right[row] for row in judged], k)
        assert recall_at(ranks[judged], k) == pytest.approx(expected)


def test_blocks_of_queries_rank_as_the_whole_does() -> None:
    scores = scores_of(3, 9, 40)
    right = [[row, row + 20] for row in range(9)]
    blocks = [best_ranks(scores[start : start + 4], right[start : start + 4]) for start in (0, 4, 8)]
    assert np.concatenate(blocks).tolist() == best_ranks(scores, right).tolist()
