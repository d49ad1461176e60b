"""Instruments read what was blended: against brute force, and silent where they have nothing to say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import blend, simplex
from core.errors import SettingsError
from core.instruments import INSTRUMENTS, Blended, readings
from core.instruments.recall_map import STEPS
from core.instruments.tie import tie_of
from core.tasks import compose, sketch
from core.tasks.compose.answer import KINDS
from core.tasks.street_to_shop.answer import PARTS
from core.types import Caption

NAMES = ("cat", "dog", "owl")


def two(picture: list[float], words: list[float]) -> Blended:
    return Blended(np.array([picture, words]), (0.5, 0.5), ("picture", "words"), NAMES)


def three(seed: int, right: tuple[int, ...] = (2,), left_out: tuple[int, ...] = ()) -> Blended:
    parts = np.random.default_rng(seed).normal(size=(3, 30))
    names = tuple(f"shirt {i}" for i in range(30))
    return Blended(parts, (1.0, 0.0, 0.0), ("q", "t", "f"), names, right, left_out)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_reading_is_a_sentence_and_figures_that_json_takes(name: str) -> None:
    taken = [INSTRUMENTS.load(name)(blended) for blended in (two([1, 0, 0], [0, 1, 0]), three(0))]
    assert any(reading is not None for reading in taken)
    for reading in filter(None, taken):
        assert reading.sentence.endswith(".")
        assert json.loads(json.dumps(reading.to_json()))["sentence"] == reading.sentence


def test_the_tie_is_where_both_first_choices_score_the_same() -> None:
    reading = readings(two([2.0, 1.0, 0.0], [0.0, 3.0, 1.0]))["tie"]
    weight = reading.figures["weight"]
    assert weight * 2 + (1 - weight) * 0 == pytest.approx(weight * 1 + (1 - weight) * 3)
    assert (reading.figures["picture"], reading.figures["words"]) == ("cat", "dog")


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_left_of_a_tie_one_leads_the_other_and_right_of_it_not(numbers: list[float]) -> None:
    rows = np.array(numbers).reshape(2, 3)
    tie = tie_of(rows)
    if tie.weight is None or not 1e-3 < tie.weight < 1 - 1e-3:
        return
    step = min(tie.weight, 1 - tie.weight) / 2
    leads = [
        np.subtract(*blend.blend((weight, 1 - weight), rows)[[tie.first, tie.second]])
        for weight in (tie.weight - step, tie.weight + step)
    ]
    assert leads[0] <= 1e-9 and leads[1] >= -1e-9


def test_nothing_is_read_where_nothing_ties_or_nobody_knows_the_right_one() -> None:
    assert not {"tie", "flips"} & readings(two([3, 0, 0], [1, 0, 0])).keys()
    assert "recall_map" not in readings(three(0, right=()))


@pytest.mark.parametrize("left_out", [(), (3, 4)])
def test_the_map_of_one_question_counts_as_brute_force_does(left_out: tuple[int, ...]) -> None:
    blended = three(1, right=(2, 7), left_out=left_out)
    counts = {1: 0, 5: 0, 12: 0}
    grid = blend.simplex_grid(STEPS)
    for weights in grid:
        scores = blend.blend(weights, blended.parts)
        scores[list(left_out)] = -np.inf
        best = min(int(blend.ranks(scores)[i]) for i in blended.right)
        for k in counts:
            counts[k] += best <= k
    figures = readings(blended)["recall_map"].figures
    assert figures == {"points": len(grid), **{f"first_{k}": count for k, count in counts.items()}}


def test_an_unknown_instrument_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="no instrument called 'atlas'; choose one of tie, recall_map, "):
        INSTRUMENTS.load("atlas")


def test_what_is_left_out_is_nobodys_first_choice() -> None:
    blended = two([5.0, 2.0, 1.0], [0.0, 1.0, 3.0])
    reading = readings(replace(blended, left_out=(0,)))["tie"]
    assert (reading.figures["picture"], reading.figures["words"]) == ("dog", "owl")


def test_a_gallery_of_nothing_has_no_tie() -> None:
    assert readings(Blended(np.zeros((2, 0)), (0.5, 0.5), ("picture", "words"), ())) == {}


@pytest.mark.parametrize("kinds", [PARTS, KINDS], ids=["street to shop", "compose"])
def test_kinds_of_evidence_have_no_article_of_their_own(kinds: tuple[str, ...]) -> None:
    assert not [kind for kind in kinds if kind.startswith("the ")]


def _composed() -> compose.ComposeEvidence:
    random = np.random.default_rng(4)
    return compose.ComposeEvidence(
        profile="toy",
        models={},
        modification="in red",
        scores=random.normal(size=(3, 3, 40)).astype(np.float32),
        gram=np.stack([np.eye(3)] * 3),
        masked=(),
        items=tuple((f"shirt-{i}", f"shirt-{i}.webp") for i in range(40)),
    )


def _drawn() -> sketch.SketchEvidence:
    picture, words = np.random.default_rng(5).normal(size=(2, 9)).astype(np.float32)
    labels = tuple(f"class {i}" for i in range(9))
    return sketch.SketchEvidence("toy", {}, Caption("a cat", "person"), labels, picture, words, 0.5, 0.5, 0.0)


def test_what_no_weight_changes_is_computed_once_for_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(name: str, function: Any) -> Any:
        return lambda *given: calls.append(name) or function(*given)

    monkeypatch.setattr(simplex, "hits", counted("map", simplex.hits))
    monkeypatch.setattr(blend, "tie_weight", counted("tie", blend.tie_weight))
    drawing, composed = _drawn(), _composed()
    for step in range(4):
        sketch.answer(drawing, step / 4)
        for pooling in ("mean", "max"):
            compose.answer(composed, step, 1, 1, pooling, right=("shirt-3",))
    assert sorted(calls) == ["map", "map", "tie"], "a map for each pooling, and one tie"
    assert "tie" not in compose.answer(replace(composed), 1, 1, 1, right=("shirt-4",)).readings
    assert sorted(calls) == ["map", "map", "map", "tie"], "another question has a map of its own"


def test_another_right_answer_has_another_reading() -> None:
    composed = _composed()
    first, second = (
        compose.answer(composed, 1, 1, 1, right=(name,)).readings["recall_map"]
        for name in ("shirt-3", "shirt-4")
    )
    assert first != second
    assert second == compose.answer(_composed(), 1, 1, 1, right=("shirt-4",)).readings["recall_map"]
