"""Two answers side by side: who moved, how far, and how alike the orders are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from core.errors import InputError
from core.instruments import Blended
from core.instruments.comparison import compare, ranks_of

NAMES = ("a", "b", "c", "d")


def blended(*scores: float, right: tuple[int, ...] = (), left_out: tuple[int, ...] = ()) -> Blended:
    parts = np.array([scores, scores], dtype=np.float32)
    return Blended(parts, [0.5, 0.5], ["picture", "words"], NAMES[: len(scores)], right, left_out)


def test_the_biggest_mover_comes_first_and_the_sentence_names_it() -> None:
    comparison = compare(blended(4, 3, 2, 1), blended(1, 4, 3, 2, right=(3,)), places=3)
    assert [(move.index, move.before, move.after) for move in comparison.moves] == [
        (0, 1, 4), (1, 2, 1), (2, 3, 2), (3, 4, 3),
    ]  # fmt: skip
    assert (comparison.shared, comparison.right) == (2, (4, 3))
    assert comparison.sentence == (
        "2 of the first 3 stay; “a” moves most, from rank 1 to 4. The right one: from rank 4 to 3."
    )
    assert comparison.to_json()["moves"][0] == {"name": "a", "before": 1, "after": 4}


def test_what_one_answer_leaves_out_is_no_mover_but_is_named() -> None:
    comparison = compare(blended(4, 3, 2, 1), blended(4, 3, 2, 1, left_out=(0,)))
    assert comparison.moves[-1].index == 0 and comparison.moves[-1].after == 0
    assert comparison.to_json()["moves"][-1]["after"] is None
    only = compare(blended(2, 1), blended(2, 1, left_out=(1,)))
    assert "“b” moves most, rank 2, and now left out" in only.sentence


def test_the_same_answer_twice_and_a_single_candidate() -> None:
    same = blended(4, 3, 2, 1)
    assert compare(same, same).sentence == "Nothing moved among the first 4."
    assert compare(same, same).agreement == 1
    alone = compare(blended(1), blended(5))
    assert alone.agreement is None and "nothing can move" in alone.sentence


def test_agreement_is_spearmans() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.standard_normal((2, 50))
    answers = [
        Blended(np.array([row, row]), [0.4, 0.6], ["x", "y"], [str(i) for i in range(50)])
        for row in (first, second)
    ]
    expected = spearmanr(*(-ranks_of(answer) for answer in answers)).statistic
    assert compare(*answers).agreement == pytest.approx(expected, abs=1e-12)


def test_answers_over_other_candidates_are_refused() -> None:
    with pytest.raises(InputError, match="only over the same candidates"):
        compare(blended(1, 2), blended(1, 2, 3))
