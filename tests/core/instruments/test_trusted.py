"""How far judges can be trusted: the curves by brute force, and what a person's judgements change."""

from __future__ import annotations

import numpy as np
import pytest

from core.calibration import expected_calibration_error
from core.instruments.disagreements import Opinion
from core.instruments.trusted import MOST_BINS, trust, trusted


def test_risk_and_bins_are_those_of_counting() -> None:
    rng = np.random.default_rng(3)
    sure = np.round(rng.uniform(0.5, 1, 60), 2)  # with ties
    right = rng.random(60) < sure
    read = trust(list(zip(sure.tolist(), right.tolist(), strict=True)))
    wanted = [
        (float((sure >= level).mean()), float((~right[sure >= level]).mean()))
        for level in sorted(set(sure.tolist()), reverse=True)
    ]
    np.testing.assert_allclose(read.curve, wanted)
    assert read.curve[-1] == (1.0, pytest.approx(1 - read.right / read.n))
    places = [i / 60 for i in range(1, 61)]
    one_by_one = [next(risk for coverage, risk in wanted if coverage >= place - 1e-9) for place in places]
    assert read.risk == pytest.approx(np.mean(one_by_one))
    assert len(read.bins) <= MOST_BINS and sum(each.n for each in read.bins) == 60
    assert sum(each.right for each in read.bins) == read.right == right.sum()
    edges = [each.confidence for each in read.bins]
    assert edges == sorted(edges) and all(each.low <= each.right / each.n <= each.high for each in read.bins)
    assert read.calibration_error == expected_calibration_error(sure, right, len(read.bins))


def test_few_or_equal_confidences_share_one_bin() -> None:
    for said in ([(0.7, True)], [(0.7, True), (0.7, False)] * 20):
        read = trust(said)
        assert len(read.bins) == 1 and read.curve == ((1.0, 1 - read.right / read.n),)
    with pytest.raises(ValueError, match="at least one"):
        trust([])


def test_what_is_also_right_counts_and_what_is_unclear_is_left_out() -> None:
    def opinion(head: str, captions: str, truth: str | None) -> Opinion:
        return Opinion({"head": head, "captions": captions}, truth, {"head": 0.9, "captions": 0.6})

    opinions = {
        0: opinion("field", "field", "field"),
        1: opinion("road", "field", "field"),
        2: opinion("road", "road", "field"),
        3: opinion("road", "field", None),
    }
    before = trusted(opinions, {}, ["head", "captions", "nobody"])
    assert [(each.judge, each.plain.right, each.plain.n, each.changed) for each in before] == [
        ("head", 1, 3, False),
        ("captions", 2, 3, False),
    ]
    said = {
        (1, "road"): "also right",
        (2, "road"): "unclear",
        (0, "field"): "unclear",
        (3, "road"): "unclear",
    }
    head, captions = trusted(opinions, said, ["head", "captions"])
    assert head.plain == before[0].plain and head.changed and captions.changed
    assert head.judged is not None and (head.judged.right, head.judged.n) == (2, 2)
    assert captions.judged is not None and (captions.judged.right, captions.judged.n) == (2, 2)
    (alone,) = trusted({2: opinions[2]}, said, ["head"])
    assert alone.judged is None and alone.changed, "nothing is left to count"
