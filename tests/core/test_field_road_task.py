"""Field or road: verdict, band and sets follow from the evidence alone, and only evidence runs encoders."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.tasks.field_road import (
    FIELD_CAPTION,
    LABELS,
    ROAD_CAPTION,
    FieldRoadEvidence,
    FieldRoadTask,
    answer,
)
from demo.answers import field_road as view
from demo.answers.several import PictureRow, Several
from tests.pocket import Counted, painted, picture_of, pocket

SHARE = st.floats(0, 1)
ODD: list[Any] = [-0.1, 1.1, math.nan, math.inf, "0.5", True, [0.5], 10**400]


def evidence_of(
    head: float = 0.8, zero: float = 0.3, field: float = 0.4, road: float = 0.6
) -> FieldRoadEvidence:
    return FieldRoadEvidence("toy", {"joint": "toy"}, head, zero, field, road, 0.0125, ("a field", "a road"))


evidences = st.builds(evidence_of, SHARE, SHARE, st.floats(0.01, 1), st.floats(0.01, 1))


@given(evidences, SHARE, SHARE, st.one_of(st.none(), SHARE))
def test_the_answer_follows_its_rules(
    evidence: FieldRoadEvidence, first_end: float, second_end: float, coverage: float | None
) -> None:
    low, high = sorted((first_end, second_end))
    verdict = answer(evidence, low, high, coverage)
    for reading, probability in (
        (verdict.head, evidence.head_road_probability),
        (verdict.zero_shot, evidence.zero_shot_road_probability),
    ):
        assert reading.road_probability == probability
        assert reading.label == ("road" if probability >= 0.5 else "field")
    assert verdict.agree == (verdict.head.label == verdict.zero_shot.label)
    assert verdict.verdict in (verdict.head.label, "unsure")
    if low - 1e-9 > verdict.head.road_probability or verdict.head.road_probability > high + 1e-9:
        assert verdict.verdict == verdict.head.label
    elif low + 1e-8 < verdict.head.road_probability < high - 1e-8:
        assert verdict.verdict == "unsure"
    assert (verdict.conformal_set is None) == (coverage is None)
    assert verdict.smallest_error == evidence.smallest_error
    assert verdict.sentence.endswith(".")


@given(SHARE, SHARE, SHARE, st.one_of(st.none(), SHARE))
def test_without_a_head_the_captions_answer_alone(
    zero: float, first_end: float, second_end: float, coverage: float | None
) -> None:
    low, high = sorted((first_end, second_end))
    evidence = FieldRoadEvidence("toy", {}, None, zero, None, None, None, ("a field", "a road"))
    verdict = answer(evidence, low, high, coverage)
    assert verdict.head is None and verdict.agree is None and verdict.conformal_set is None
    assert verdict.verdict in (verdict.zero_shot.label, "unsure") and "no trained head" in verdict.sentence
    assert verdict.to_json()["head"] is None
    assert FieldRoadEvidence.from_json(evidence.to_json()) == evidence
    shown = view.answer(evidence, (low, high), coverage)
    assert "Two captions" in shown and "Head, trained" not in shown and "the captions’" in shown
    rows = (PictureRow("one.png", evidence=evidence), PictureRow("two.png", refusal="It is no picture."))
    assert "disagree on 0 of 1" in view.listed(Several("1", rows), (low, high), coverage).summary


@given(evidences, SHARE, SHARE)
def test_sets_only_grow_with_the_coverage(
    evidence: FieldRoadEvidence, first_coverage: float, second_coverage: float
) -> None:
    low, high = sorted((first_coverage, second_coverage))
    small, large = (answer(evidence, 0.5, 0.5, coverage).conformal_set for coverage in (low, high))
    assert small is not None and large is not None and set(small) <= set(large)
    assert answer(evidence, 0.5, 0.5, 1.0).conformal_set == ("field", "road")


@pytest.mark.parametrize(
    ("field", "road", "expected", "words"),
    [
        (0.4, 0.6, ("field", "road"), "both classes would fit"),
        (0.4, 0.05, ("field",), "field only would fit"),
        (0.05, 0.6, ("road",), "road only would fit"),
        (0.05, 0.05, (), "neither class would fit"),
    ],
)
def test_every_set_can_occur_at_one_coverage(
    field: float, road: float, expected: tuple[str, ...], words: str
) -> None:
    verdict = answer(evidence_of(field=field, road=road), 0.4, 0.6, 0.9)
    assert verdict.conformal_set == expected and words in verdict.sentence


def test_the_sentence_says_who_disagrees_and_when_nobody_is_sure() -> None:
    assert "They disagree: the head says road (0.80 for road)" in answer(evidence_of(), 0.4, 0.6).sentence
    assert "both say road" in answer(evidence_of(zero=0.9), 0.4, 0.6).sentence
    unsure = answer(evidence_of(head=0.55), 0.4, 0.6)
    assert unsure.verdict == "unsure" and "inside the band 0.40 to 0.60" in unsure.sentence
    assert answer(evidence_of(head=0.5), 0.5, 0.5).verdict == "road", "a band without width unsettles nothing"
    assert answer(evidence_of(head=0.4), 0.4, 0.6).verdict == "unsure", "the band's ends belong to it"


@pytest.mark.parametrize("odd", [*ODD, None], ids=lambda value: str(value)[:12])
def test_a_band_of_no_numbers_is_refused(odd: Any) -> None:
    with pytest.raises(InputError, match="lower end"):
        answer(evidence_of(), odd, 0.6)
    with pytest.raises(InputError, match="upper end"):
        answer(evidence_of(), 0.4, odd)


@pytest.mark.parametrize("odd", ODD, ids=lambda value: str(value)[:12])
def test_a_coverage_that_is_no_share_is_refused(odd: Any) -> None:
    with pytest.raises(InputError, match="coverage"):
        answer(evidence_of(), 0.4, 0.6, odd)


def test_a_band_upside_down_is_refused() -> None:
    with pytest.raises(InputError, match=r"\(0.7\) is above its upper end \(0.3\); swap them"):
        answer(evidence_of(), 0.7, 0.3)


@given(evidences)
def test_evidence_survives_json_without_loss(evidence: FieldRoadEvidence) -> None:
    again = FieldRoadEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert again == evidence
    noted = replace(evidence, notes=("A caption was shortened.",))
    assert FieldRoadEvidence.from_json(json.loads(json.dumps(noted.to_json()))) == noted
    assert answer(again, 0.4, 0.6, 0.9) == answer(evidence, 0.4, 0.6, 0.9)


@pytest.mark.parametrize("coverage", [None, 0.9])
def test_an_answer_is_plain_json_with_what_the_endpoint_promises(coverage: float | None) -> None:
    value = answer(evidence_of(), 0.4, 0.6, coverage).to_json()
    assert json.loads(json.dumps(value)) == value
    assert {"profile", "models", "head", "zero_shot", "agree", "verdict", "conformal_set"} <= set(value)
    assert set(value["head"]) == set(value["zero_shot"]) == {"label", "road_probability"}
    assert value["conformal_set"] == (None if coverage is None else ["field", "road"])


@pytest.fixture(scope="module")
def encoder() -> Counted:
    return Counted(pocket().joint)


@pytest.fixture(scope="module")
def task(encoder: Counted) -> FieldRoadTask:
    shipped = pocket().field_road()
    return FieldRoadTask(shipped.profile, shipped.models, encoder, shipped.head)  # type: ignore[arg-type]


@pytest.mark.weights
def test_band_and_coverage_never_call_an_encoder(task: FieldRoadTask, encoder: Counted) -> None:
    encoder.taken()
    evidence = task.evidence(painted(3))
    assert sorted(encoder.taken()) == ["encode_pictures", "encode_texts"]
    assert evidence.captions == (FIELD_CAPTION, ROAD_CAPTION)
    for coverage in (None, 0.5, 0.99):
        answer(evidence, 0.2, 0.8, coverage)
    assert not encoder.taken()


@pytest.mark.weights
def test_many_pictures_find_what_each_finds(task: FieldRoadTask) -> None:
    pictures = [painted(seed) for seed in range(5)]
    together = task.evidence_many(pictures)
    for picture, batched in zip(pictures, together, strict=True):
        alone = task.evidence(picture)
        assert alone.head_road_probability == pytest.approx(batched.head_road_probability, abs=1e-4)
        assert alone.zero_shot_road_probability == pytest.approx(batched.zero_shot_road_probability, abs=1e-3)
        assert (alone.models, alone.smallest_error) == (batched.models, batched.smallest_error)


@pytest.mark.weights
def test_zero_shot_is_the_softmax_over_the_two_captions(task: FieldRoadTask) -> None:
    joint = pocket().joint
    picture = painted(6)
    evidence = task.evidence(picture, "green grass", "grey tarmac")
    row, words = joint.encode_pictures([picture])[0], joint.encode_texts(["green grass", "grey tarmac"])
    field, road = np.exp(joint.scale * (words.astype(float) @ row.astype(float)))
    assert evidence.zero_shot_road_probability == pytest.approx(road / (field + road), abs=1e-5)
    swapped = task.evidence(picture, "grey tarmac", "green grass")
    assert swapped.zero_shot_road_probability == pytest.approx(field / (field + road), abs=1e-5)
    assert swapped.head_road_probability == pytest.approx(evidence.head_road_probability, abs=1e-6)


@pytest.mark.weights
def test_a_blank_picture_is_refused_before_any_encoder(task: FieldRoadTask, encoder: Counted) -> None:
    encoder.taken()
    with pytest.raises(InputError, match="blank"):
        task.evidence_many([painted(1), picture_of(np.full((30, 30, 3), 200, dtype=np.uint8))])
    assert not encoder.taken()


@pytest.mark.weights
@pytest.mark.parametrize(("field", "road"), [("", "a road"), ("a field", " \n"), ("x" * 2001, "a road")])
def test_a_caption_that_cannot_be_used_is_refused_by_name(task: FieldRoadTask, field: str, road: str) -> None:
    with pytest.raises(InputError, match="field caption" if field != "a field" else "road caption"):
        task.evidence(painted(1), field, road)


def test_a_picture_far_from_both_classes_is_called_neither_and_keeps_its_verdict() -> None:
    near = FieldRoadEvidence("toy", {}, 0.2, 0.7, 0.1, 0.1, 0.1, ("a", "b"), (), (), LABELS, 0.5, 0.6)
    for evidence, neither in ((near, False), (replace(near, distance=0.7), True)):
        verdict = answer(evidence, 0.4, 0.6)
        assert verdict.neither is neither and verdict.to_json()["neither"] is neither
        assert ("neither field nor road" in verdict.sentence) is neither and verdict.verdict == "field"
    assert answer(replace(near, usual_distance=None), 0.4, 0.6).neither is None


def test_an_own_head_is_named_so_whatever_its_classes_are_called() -> None:
    own = replace(evidence_of(), own=True)
    verdict = answer(own, 0.4, 0.6)
    assert verdict.own and verdict.labels == LABELS and not answer(evidence_of(), 0.4, 0.6).own
    assert "Your head" in view.answer(own, (0.4, 0.6), None)
    assert "Your head" not in view.answer(evidence_of(), (0.4, 0.6), None)
    assert FieldRoadEvidence.from_json(own.to_json()) == own


def test_names_of_ones_own_classes_fill_the_answer() -> None:
    own = FieldRoadEvidence("toy", {}, 0.9, 0.2, 0.3, 0.05, 0.1, ("a", "b"), labels=("cat", "dog"))
    verdict = answer(own, 0.4, 0.6, 0.9)
    assert (verdict.verdict, verdict.zero_shot.label, verdict.conformal_set) == ("dog", "cat", ("cat",))
    assert "field" not in verdict.sentence and "road" not in verdict.sentence
    assert FieldRoadEvidence.from_json(own.to_json()) == own
