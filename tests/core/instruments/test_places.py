"""Parts of a score over places and words: they add up, whatever the pooling."""

from __future__ import annotations

import numpy as np
import pytest

from core.encoders.pooling import POOLINGS, pooled_shares, pooled_tokens
from core.instruments.places import MARKS, QueryShares, located, places_for_half, words_of


def rows(count: int, seed: int, width: int = 6) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, width))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def query() -> QueryShares:
    reference, words = rows(10, 1), rows(3, 2)
    parts = np.stack([reference.sum(axis=0), words.sum(axis=0), rows(1, 3)[0]])
    return QueryShares(parts, reference, ("red", "dress", MARKS), words)


def test_places_and_words_add_up_to_the_parts() -> None:
    asked, picture = query(), rows(10, 4)
    scores = asked.rows @ picture.sum(axis=0)
    result = located(asked, 7, scores.tolist(), picture)
    assert result.places.sum(axis=1) == pytest.approx(scores, abs=1e-12)
    assert result.reference.sum() == pytest.approx(scores[0], abs=1e-12)
    assert result.by_word.sum(axis=0) == pytest.approx(result.places[1], abs=1e-12)
    assert result.difference < 1e-12 and result.grid == 3
    assert result.pairs.sum() == pytest.approx(
        scores[0] - asked.reference[-1] @ picture.sum(axis=0), abs=1e-12
    )
    best = result.best_pairs()
    assert [pair["adds"] for pair in best] == sorted((pair["adds"] for pair in best), reverse=True)
    assert best[0]["adds"] == pytest.approx(result.pairs[:, :-1].max())
    for side in ("reference", "picture"):
        assert len({tuple(pair[side]) for pair in best}) == len(best), "each place once"
    plain = result.to_json("shirt")
    assert np.sum(plain["parts"]["f"]["places"]) + plain["parts"]["f"]["nowhere"] == pytest.approx(scores[2])
    assert [word["word"] for word in plain["words"]] == ["red", "dress", MARKS]
    assert "estimated" not in plain["sentence"] and not plain["estimated"]


def test_a_small_copy_is_said_to_be_an_estimate_and_by_how_much() -> None:
    asked, picture = query(), rows(10, 4)
    scores = asked.rows @ picture.sum(axis=0) + np.array([0.0, -0.25, 0.1])
    result = located(asked, 7, scores.tolist(), picture, original=False)
    assert result.difference == pytest.approx(0.25)
    assert "(estimated from a small copy, at most 0.250 off)" in result.sentence("shirt")


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("count", [1, 4, 5])
def test_tokens_share_a_pooled_row(pooling: str, count: int) -> None:
    tokens = rows(count, count).astype(np.float32)
    tokens[-1, :2] = tokens[0, :2]  # two that give the same
    pooled = pooled_tokens(tokens)[POOLINGS.index(pooling)]
    assert pooled_shares(tokens, pooling).sum(axis=0) == pytest.approx(pooled, abs=1e-6)


def test_of_a_maximum_only_those_that_gave_it_have_a_share() -> None:
    tokens = np.array([[0.9, 0.1], [0.2, 0.1]], dtype=np.float32)
    np.testing.assert_allclose(pooled_shares(tokens, "max"), [[0.9, 0.05], [0.0, 0.05]], atol=1e-7)


def test_pieces_become_words_again() -> None:
    given = np.eye(6)
    words, sums = words_of(("[CLS]", "ki", "##mono", "in", "[UNK]", "[SEP]"), given)
    assert words == ("kimono", "in", "[UNK]", MARKS)
    ones = [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, 1]]
    np.testing.assert_array_equal(sums, ones)


@pytest.mark.parametrize(
    ("places", "count"), [([1.0, 1, 1, 1], 2), ([4.0, 1, 1], 1), ([-3.0, 1, 1, 1], 2), ([0.0, -1], 0)]
)
def test_half_comes_from_the_fewest_places(places: list[float], count: int) -> None:
    assert places_for_half(np.array(places)) == count
