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
from tests.pocket import Counted, painted, picture_of, pocket

SHARE = st.floats(0, 1)
ODD: list[Any] = [-0.1, 1.1, math.nan, math.inf, "0.5", True, [0.5], 10**400]


def made(head: float = 0.8, zero: float = 0.3, field: float = 0.4, road: float = 0.6) -> FieldRoadEvidence:
    return FieldRoadEvidence("toy", {"joint": "toy"}, head, zero, field, road, 0.0125, ("a field", "a road"))


evidences = st.builds(made, SHARE, SHARE, st.floats(0.01, 1), st.floats(0.01, 1))


@given(evidences, SHARE, SHARE, st.one_of(st.none(), SHARE))
def test_the_answer_follows_its_rules(
    evidence: FieldRoadEvidence, one: float, two: float, coverage: float | None
) -> None:
    low, high = sorted((one, two))
    found = answer(evidence, low, high, coverage)
    for reading, probability in (
        (found.head, evidence.head_road_probability),
        (found.zero_shot, evidence.zero_shot_road_probability),
    ):
        assert reading.road_probability == probability
        assert reading.label == ("road" if probability >= 0.5 else "field")
    assert found.agree == (found.head.label == found.zero_shot.label)
    assert found.verdict in (found.head.label, "unsure")
    if low - 1e-9 > found.head.road_probability or found.head.road_probability > high + 1e-9:
        assert found.verdict == found.head.label
    elif low + 1e-8 < found.head.road_probability < high - 1e-8:
        assert found.verdict == "unsure"
    assert (found.conformal_set is None) == (coverage is None)
    assert found.smallest_error == evidence.smallest_error
    assert found.sentence.endswith(".")


@given(SHARE, SHARE, SHARE, st.one_of(st.none(), SHARE))
def test_without_a_head_the_captions_answer_alone(
    zero: float, one: float, two: float, coverage: float | None
) -> None:
    low, high = sorted((one, two))
    evidence = FieldRoadEvidence("toy", {}, None, zero, None, None, None, ("a field", "a road"))
    found = answer(evidence, low, high, coverage)
    assert found.head is None and found.agree is None and found.conformal_set is None
    assert found.verdict in (found.zero_shot.label, "unsure") and "no trained head" in found.sentence
    assert found.to_json()["head"] is None
    assert FieldRoadEvidence.from_json(evidence.to_json()) == evidence
    shown = view.answer(evidence, (low, high), coverage)
    assert "Two captions" in shown and "Head, trained" not in shown and "the captions’" in shown
    rows = [
        view.PictureRow("one.png", evidence=evidence),
        view.PictureRow("two.png", refusal="It is no picture."),
    ]
    assert "disagree on 0 of 1" in view.table(rows, (low, high), coverage)


@given(evidences, SHARE, SHARE)
def test_sets_only_grow_with_the_coverage(evidence: FieldRoadEvidence, one: float, two: float) -> None:
    low, high = sorted((one, two))
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
    found = answer(made(field=field, road=road), 0.4, 0.6, 0.9)
    assert found.conformal_set == expected and words in found.sentence


def test_the_sentence_says_who_disagrees_and_when_nobody_is_sure() -> None:
    assert "They disagree: the head says road (0.80 for road)" in answer(made(), 0.4, 0.6).sentence
    assert "both say road" in answer(made(zero=0.9), 0.4, 0.6).sentence
    unsure = answer(made(head=0.55), 0.4, 0.6)
    assert unsure.verdict == "unsure" and "inside the band 0.40 to 0.60" in unsure.sentence
    assert answer(made(head=0.5), 0.5, 0.5).verdict == "road", "a band without width unsettles nothing"
    assert answer(made(head=0.4), 0.4, 0.6).verdict == "unsure", "the band's ends belong to it"


@pytest.mark.parametrize("odd", [*ODD, None], ids=lambda value: str(value)[:12])
def test_a_band_of_no_numbers_is_refused(odd: Any) -> None:
    with pytest.raises(InputError, match="lower end"):
        answer(made(), odd, 0.6)
    with pytest.raises(InputError, match="upper end"):
        answer(made(), 0.4, odd)


@pytest.mark.parametrize("odd", ODD, ids=lambda value: str(value)[:12])
def test_a_coverage_that_is_no_share_is_refused(odd: Any) -> None:
    with pytest.raises(InputError, match="coverage"):
        answer(made(), 0.4, 0.6, odd)


def test_a_band_upside_down_is_refused() -> None:
    with pytest.raises(InputError, match=r"\(0.7\) is above its upper end \(0.3\); swap them"):
        answer(made(), 0.7, 0.3)


@given(evidences)
def test_evidence_survives_json_without_loss(evidence: FieldRoadEvidence) -> None:
    again = FieldRoadEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert again == evidence
    noted = replace(evidence, notes=("A caption was shortened.",))
    assert FieldRoadEvidence.from_json(json.loads(json.dumps(noted.to_json()))) == noted
    assert answer(again, 0.4, 0.6, 0.9) == answer(evidence, 0.4, 0.6, 0.9)


@pytest.mark.parametrize("coverage", [None, 0.9])
def test_an_answer_is_plain_json_with_what_the_endpoint_promises(coverage: float | None) -> None:
    value = answer(made(), 0.4, 0.6, coverage).to_json()
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
    for picture, one in zip(pictures, together, strict=True):
        alone = task.evidence(picture)
        assert alone.head_road_probability == pytest.approx(one.head_road_probability, abs=1e-4)
        assert alone.zero_shot_road_probability == pytest.approx(one.zero_shot_road_probability, abs=1e-3)
        assert (alone.models, alone.smallest_error) == (one.models, one.smallest_error)


@pytest.mark.weights
def test_zero_shot_is_the_softmax_over_the_two_captions(task: FieldRoadTask) -> None:
    joint = pocket().joint
    picture = painted(6)
    found = task.evidence(picture, "green grass", "grey tarmac")
    row, words = joint.encode_pictures([picture])[0], joint.encode_texts(["green grass", "grey tarmac"])
    field, road = np.exp(joint.scale * (words.astype(float) @ row.astype(float)))
    assert found.zero_shot_road_probability == pytest.approx(road / (field + road), abs=1e-5)
    swapped = task.evidence(picture, "grey tarmac", "green grass")
    assert swapped.zero_shot_road_probability == pytest.approx(field / (field + road), abs=1e-5)
    assert swapped.head_road_probability == pytest.approx(found.head_road_probability, abs=1e-6)


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
        found = answer(evidence, 0.4, 0.6)
        assert found.neither is neither and found.to_json()["neither"] is neither
        assert ("neither field nor road" in found.sentence) is neither and found.verdict == "field"
    assert answer(replace(near, usual_distance=None), 0.4, 0.6).neither is None


def test_an_own_head_is_named_so_whatever_its_classes_are_called() -> None:
    own = replace(made(), own=True)
    found = answer(own, 0.4, 0.6)
    assert found.own and found.labels == LABELS and not answer(made(), 0.4, 0.6).own
    assert "Your head" in view.answer(own, (0.4, 0.6), None)
    assert "Your head" not in view.answer(made(), (0.4, 0.6), None)
    assert FieldRoadEvidence.from_json(own.to_json()) == own


def test_names_of_ones_own_classes_fill_the_answer() -> None:
    own = FieldRoadEvidence("toy", {}, 0.9, 0.2, 0.3, 0.05, 0.1, ("a", "b"), labels=("cat", "dog"))
    found = answer(own, 0.4, 0.6, 0.9)
    assert (found.verdict, found.zero_shot.label, found.conformal_set) == ("dog", "cat", ("cat",))
    assert "field" not in found.sentence and "road" not in found.sentence
    assert FieldRoadEvidence.from_json(own.to_json()) == own
