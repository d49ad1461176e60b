"""Sketch: the answer is exact arithmetic on evidence, and only evidence ever runs an encoder."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import InputError
from core.tasks.sketch import SketchEvidence, SketchTask, answer, concat_answer, start_alpha
from core.types import Caption, Slot
from tests.pocket import Counted, drawn, picture_of, pocket

LOGIT = st.floats(-100, 100, width=32)
ALPHAS = st.one_of(st.none(), st.floats(0, 1))
CAPTION = Caption("a sketch of a cat", "captioner", (Slot("thing", "cat", 0.5, "dog", 0.25),))


def evidence_of(f: Any, g: Any, **changes: Any) -> SketchEvidence:
    rows = [np.asarray(row, dtype=np.float32) for row in (f, g)]
    plain: dict[str, Any] = {
        "profile": "toy",
        "models": {"head": "toy"},
        "caption": CAPTION,
        "labels": tuple(f"class {i}" for i in range(len(rows[0]))),
        "picture_logits": rows[0],
        "words_logits": rows[1],
        "learned_alpha": 0.7,
        "learned_beta": 0.5,
        "none_threshold": 0.2,
    }
    return SketchEvidence(**(plain | changes))


@st.composite
def evidences(draw: st.DrawFn) -> SketchEvidence:
    classes = draw(st.integers(1, 130))
    f, g = (draw(arrays(np.float32, classes, elements=LOGIT)) for _ in range(2))
    learned = {name: draw(st.floats(-2, 2)) for name in ("learned_alpha", "learned_beta")}
    return evidence_of(f, g, notes=tuple(draw(st.lists(st.text(max_size=9), max_size=2))), **learned)


@given(evidences(), ALPHAS)
@example(evidence_of([1e4, -1e4, 3], [0, 0, 0]), 1.0)
def test_parts_add_up_and_probabilities_sum_to_one(evidence: SketchEvidence, alpha: float | None) -> None:
    count = len(evidence.labels)
    ranked = answer(evidence, alpha, count)
    assert len(ranked.classes) == min(count, 100)
    for candidate in ranked.classes:
        scale = max(abs(candidate.picture_part), abs(candidate.words_part))
        assert abs(candidate.picture_part + candidate.words_part - candidate.logit) <= 1e-9 * scale + 1e-12
        assert 0 <= candidate.probability <= 1
    f, g = (np.asarray(row, dtype=float) for row in (evidence.picture_logits, evidence.words_logits))
    weights = (0.7, 0.5) if alpha is None else (alpha, 1 - alpha)
    if alpha is None:
        weights = (evidence.learned_alpha, evidence.learned_beta)
    assert (ranked.alpha, ranked.beta) == pytest.approx(weights, abs=1e-9)
    mixed = ranked.alpha * f + ranked.beta * g
    logits = mixed - mixed.mean()
    powers = np.exp(logits - logits.max())
    everyone = dict(zip(evidence.labels, zip(logits, powers / powers.sum(), strict=True), strict=True))
    for candidate in ranked.classes:
        assert candidate.logit == pytest.approx(
            everyone[candidate.label][0], abs=1e-9 * (1 + np.abs(mixed).max())
        )
        assert candidate.probability == pytest.approx(everyone[candidate.label][1], abs=1e-9)
    if count <= 100:
        assert math.fsum(candidate.probability for candidate in ranked.classes) == pytest.approx(
            1.0, abs=1e-9
        )
    logits_down = [candidate.logit for candidate in ranked.classes]
    assert logits_down == sorted(logits_down, reverse=True)


@given(evidences(), st.floats(-1e3, 1e3, width=32))
def test_a_shift_common_to_all_classes_changes_no_part(evidence: SketchEvidence, shift: float) -> None:
    f = evidence.picture_logits.astype(np.float64) + shift
    first, second = answer(evidence, 0.5, 100), answer(evidence_of(f, evidence.words_logits), 0.5, 100)
    if len(evidence.labels) > 1 and abs(first.classes[0].logit - first.classes[1].logit) > 0.01:
        assert first.classes[0].label == second.classes[0].label
    assert first.classes[0].logit == pytest.approx(second.classes[0].logit, abs=1e-3)


def test_without_alpha_the_learned_pair_answers() -> None:
    evidence = evidence_of([2.0, 0.0], [0.0, 3.0])
    ranked = answer(evidence, None)
    assert (ranked.alpha, ranked.beta) == (0.7, 0.5)
    assert [candidate.logit for candidate in ranked.classes] == pytest.approx([0.05, -0.05])
    assert (answer(evidence, 1.0).alpha, answer(evidence, 1.0).beta) == (1.0, 0.0)


@pytest.mark.parametrize(
    "alpha",
    [-0.01, 1.01, math.nan, math.inf, -math.inf, "0.5", True, False, [0.5], {"alpha": 1}, 10**400, 1j],
    ids=lambda value: str(value)[:12],
)
def test_an_alpha_that_is_no_number_from_0_to_1_is_refused(alpha: Any) -> None:
    with pytest.raises(InputError) as error:
        answer(evidence_of([1, 2], [3, 4]), alpha)
    assert str(error.value).startswith("alpha must be") or str(error.value).startswith("Alpha must be")


@pytest.mark.parametrize(
    ("top_k", "count"), [(-5, 1), (0, 1), (1, 1), (7, 7), (7.0, 7), (100, 100), (101, 100), (10**400, 100)]
)
def test_top_k_is_clamped(top_k: Any, count: int) -> None:
    assert len(answer(evidence_of(range(120), range(120)), 0.5, top_k).classes) == count
    assert len(answer(evidence_of(range(3), range(3)), 0.5, top_k).classes) == min(count, 3)


@pytest.mark.parametrize("top_k", [math.nan, math.inf, 2.5, "5", None, True])
def test_a_top_k_that_is_no_whole_number_is_refused(top_k: Any) -> None:
    with pytest.raises(InputError, match="number of results"):
        answer(evidence_of([1, 2], [3, 4]), 0.5, top_k)


@given(st.data())
def test_picture_words_and_base_add_up_side_by_side(data: st.DataObject) -> None:
    classes = data.draw(st.integers(1, 130))
    parts = data.draw(arrays(np.float32, (3, classes), elements=LOGIT))
    evidence = evidence_of(np.zeros(classes), np.zeros(classes), concat=parts)
    ranked = concat_answer(evidence, 100)
    assert ranked is not None
    logits = parts.astype(np.float64).sum(axis=0)
    best = int(np.argmax(logits - logits.mean()))
    assert ranked.classes[0].logit == pytest.approx(logits[best] - logits.mean(), abs=1e-6)
    for candidate in ranked.classes:
        whole = candidate.picture_part + candidate.words_part + candidate.base_part
        assert whole == pytest.approx(candidate.logit, abs=1e-9 * (1 + float(np.abs(parts).max())))
    again = SketchEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert concat_answer(again, 100) == ranked


def test_without_a_concatenation_there_is_no_such_answer() -> None:
    assert concat_answer(evidence_of([1, 2], [3, 4])) is None
    ranked = concat_answer(
        evidence_of([0, 0], [0, 0], concat=np.array([[2, 0], [0, 1], [0, 0]], dtype=np.float32))
    )
    assert ranked is not None and ranked.classes[0].label == "class 0"
    assert "the picture adds +1.0, the words add \u22120.5" in ranked.sentence


@given(evidences())
def test_the_tie_is_where_both_first_choices_meet(evidence: SketchEvidence) -> None:
    ranked = answer(evidence, 0.5, 100)
    first, second = (
        int(np.argmax(row - row.mean(dtype=np.float64)))
        for row in (evidence.picture_logits, evidence.words_logits)
    )
    if ranked.tie_alpha is None:
        return
    assert first != second
    at_tie = {
        candidate.label: candidate.logit for candidate in answer(evidence, ranked.tie_alpha, 100).classes
    }
    pair = [at_tie.get(evidence.labels[i]) for i in (first, second)]
    if None not in pair:
        assert pair[0] == pytest.approx(pair[1], abs=1e-6)


def test_the_sentence_is_made_of_the_numbers() -> None:
    divided = answer(evidence_of([4.0, 0.0, 0.0], [0.0, 4.0, 0.0]), 0.9)
    assert "The picture says class 0 (0.96); the words pull towards class 1 (0.96)" in divided.sentence
    assert (
        divided.tie_alpha == pytest.approx(0.5) and "; below alpha = 0.50 class 1 wins;" in divided.sentence
    )
    third = answer(evidence_of([4.0, 0.0, 3.9], [0.0, 4.0, 3.9]), 0.9)
    assert "; below alpha = 0.50 class 1 passes class 0;" in third.sentence
    agreed = answer(evidence_of([4.0, 0.0], [4.0, 0.0]), 0.5)
    assert "both say class 0" in agreed.sentence and agreed.tie_alpha is None
    unsure = answer(evidence_of([0.1, 0.0, 0.0], [0.0, 0.1, 0.0], none_threshold=0.5), 0.5)
    assert unsure.none_of_these and "nothing fits well" in unsure.sentence
    assert not agreed.none_of_these


@given(evidences(), ALPHAS)
def test_evidence_survives_json_without_loss(evidence: SketchEvidence, alpha: float | None) -> None:
    again = SketchEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert again.picture_logits.dtype == again.words_logits.dtype == np.float32
    np.testing.assert_array_equal(again.picture_logits, evidence.picture_logits)
    np.testing.assert_array_equal(again.words_logits, evidence.words_logits)
    assert (again.caption, again.labels, again.models) == (CAPTION, evidence.labels, evidence.models)
    assert again.notes == evidence.notes
    assert answer(again, alpha) == answer(evidence, alpha)


def test_an_answer_is_plain_json_with_what_the_endpoint_promises() -> None:
    value = answer(evidence_of([1, 2], [3, 4]), None).to_json()
    assert json.loads(json.dumps(value)) == value
    assert {"profile", "models", "caption", "alpha", "beta", "classes"} <= set(value)
    assert set(value["classes"][0]) == {"label", "probability", "logit", "picture_part", "words_part"}


@pytest.mark.parametrize(
    ("alpha", "beta", "start"), [(0.6, 0.4, 0.6), (1.2, 0.4, 0.75), (-1, 2, 0), (2, -1, 1), (0, 0, 1)]
)
def test_the_slider_starts_at_the_learned_share(alpha: float, beta: float, start: float) -> None:
    assert start_alpha(alpha, beta) == pytest.approx(start)


@pytest.fixture(scope="module")
def encoder() -> Counted:
    return Counted(pocket().joint)


@pytest.fixture(scope="module")
def captioner() -> Counted:
    return Counted(pocket().sketch().captioner)


@pytest.fixture(scope="module")
def task(encoder: Counted, captioner: Counted) -> SketchTask:
    shipped = pocket().sketch()
    return SketchTask(
        shipped.profile,
        shipped.models,
        encoder,
        encoder,
        captioner,
        shipped.head,  # type: ignore[arg-type]
    )


@pytest.mark.weights
def test_a_slider_never_calls_an_encoder(task: SketchTask, encoder: Counted, captioner: Counted) -> None:
    evidence = task.evidence(drawn(1))
    assert sorted(encoder.taken()) == ["pooled", "sentences"] and captioner.taken() == ["caption"]
    assert evidence.caption.author == "captioner" and len(evidence.labels) == 125
    for alpha in (None, 0.0, 0.25, 1.0):
        answer(evidence, alpha, 125)
    assert not encoder.taken() and not captioner.taken()


@pytest.mark.weights
def test_a_caption_of_a_person_spares_the_captioner(
    task: SketchTask, encoder: Counted, captioner: Counted
) -> None:
    evidence = task.evidence(drawn(1), "  a  drawing of a\u200b violin ")
    assert evidence.caption == Caption("a drawing of a violin", "person")
    assert sorted(encoder.taken()) == ["pooled", "sentences"] and not captioner.taken()


@pytest.mark.weights
def test_other_words_are_encoded_and_the_picture_is_not(
    task: SketchTask, encoder: Counted, captioner: Counted
) -> None:
    evidence = task.evidence(drawn(2), "a drawing of a cat")
    encoder.taken()
    other = task.with_words(evidence, "a drawing of a violin")
    assert encoder.taken() == ["sentences"] and not captioner.taken()
    assert other.picture_logits is evidence.picture_logits
    assert not np.array_equal(other.words_logits, evidence.words_logits)
    assert answer(other, 0.0, 1).classes[0].label == "violin"
    again = task.evidence(drawn(2), "a drawing of a violin")
    np.testing.assert_allclose(other.words_logits, again.words_logits, atol=1e-5)


@pytest.mark.weights
def test_a_note_says_where_a_long_caption_was_shortened(task: SketchTask) -> None:
    evidence = task.evidence(drawn(3), "a drawing of a cat")
    assert evidence.notes == ()
    longer = task.with_words(evidence, " ".join(f"number {i}" for i in range(90)))
    assert len(longer.notes) == 1 and "number" in longer.notes[0]
    assert task.with_words(longer, "a cat").notes == ()


@pytest.mark.weights
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_blank_picture_is_refused_before_any_encoder(task: SketchTask, encoder: Counted, grey: int) -> None:
    encoder.taken()
    with pytest.raises(InputError, match="blank; draw something"):
        task.evidence(picture_of(np.full((50, 60, 3), grey, dtype=np.uint8)))
    assert not encoder.taken()


@pytest.mark.weights
@pytest.mark.parametrize("caption", ["x" * 2001, 5, None])
def test_a_caption_that_cannot_be_used_is_refused(task: SketchTask, caption: Any) -> None:
    with pytest.raises(InputError, match="caption"):
        task.evidence(drawn(1), caption)
    with pytest.raises(InputError, match="caption"):
        task.with_words(evidence_of([1], [2]), " \u200b ")
