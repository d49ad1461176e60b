"""Compose: exact blends, three poolings, a masked reference, and sentences instead of NaN."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import blend
from core.encoders.pooling import POOLINGS, pooled_tokens
from core.errors import InputError
from core.index.vectors import IndexedVectors
from core.instruments.winner_atlas import atlas_of
from core.joining import joined
from core.tasks.compose import ComposeEvidence, ComposeTask, answer
from core.text import Unread
from core.types import Picture

WIDTH = 6


@dataclass(frozen=True)
class _Item:
    id: str
    file: str


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


class _Gallery(IndexedVectors):
    constants: dict[str, float] = {}

    def __init__(self, n: int) -> None:
        self.items = [_Item(f"scene-{row}", f"scenes/{row}.webp") for row in range(n)]
        super().__init__({"joint": _unit(np.random.default_rng(5).normal(size=(n, WIDTH)))})

    def find(self, digest: str) -> tuple[int, ...]:
        return {"4" * 64: (4,), "5" * 64: (2, 6, 7)}.get(digest, ())


class _Fake:
    """Tokens drawn from the input's own bytes; counts its calls."""

    mean_by_tokens = True

    def unread(self, text: str) -> Unread:
        return Unread()

    def __init__(self) -> None:
        self.calls = 0

    def picture_tokens(self, picture: Picture) -> np.ndarray:
        self.calls += 1
        generator = np.random.default_rng(int(picture.digest[:8], 16))
        return _unit(generator.normal(size=(9, WIDTH)))

    def text_tokens(self, text: str) -> np.ndarray:
        self.calls += 1
        return _unit(np.random.default_rng(list(text.encode())).normal(size=(4, WIDTH)))

    def fuse(self, reference: Picture, modification: str, q: np.ndarray, t: np.ndarray) -> np.ndarray:
        return self.combine(q, t)

    def combine(self, pictures: np.ndarray, words: np.ndarray) -> np.ndarray:
        self.calls += 1
        return _unit(pictures + 2 * words)


def _picture(digit: str) -> Picture:
    return Picture(np.zeros((2, 2, 3), dtype=np.uint8), (2, 2), digit * 64)


def _task(n: int = 10) -> tuple[ComposeTask, _Fake]:
    fake = _Fake()
    return ComposeTask(
        _Gallery(n), joint=fake, combiner=fake, profile="pocket", models={"joint": "fake"}
    ), fake


WEIGHTS = st.floats(-5, 5, allow_nan=False)


@given(WEIGHTS, WEIGHTS, WEIGHTS, st.sampled_from(POOLINGS), st.integers(-2, 150), st.booleans())
def test_every_answer_is_exact_or_a_sentence(
    w0: float, w1: float, w2: float, pooling: str, k: int, renormalise: bool
) -> None:
    task, _ = _task()
    evidence = task.evidence(_picture("4"), "the same in red")
    try:
        ranked = answer(evidence, w0, w1, w2, pooling, k, renormalise)
    except InputError:
        return
    row = POOLINGS.index(pooling)
    weights = np.array(ranked.weights)
    length = np.sqrt(weights @ evidence.gram[row] @ weights) if renormalise else 1
    exact = weights @ evidence.scores[row].astype(np.float64) / length
    assert len(ranked.hits) == min(max(k, 1), 9)
    assert 4 not in [hit.index for hit in ranked.hits]
    for hit in ranked.hits:
        assert hit.score == pytest.approx(exact[hit.index], rel=1e-9)
        assert hit.parts and sum(hit.parts.values()) == pytest.approx(
            hit.score, rel=1e-9, abs=1e-9 * np.abs(weights).max()
        )
    scores = [hit.score for hit in ranked.hits]
    assert scores == sorted(scores, reverse=True)


def test_renormalising_changes_scores_into_cosines_and_no_rank() -> None:
    task, fake = _task()
    evidence = task.evidence(_picture("7"), "with a dog")
    plain = answer(evidence, 0.2, 0.3, 0.5)
    cosine = answer(evidence, 0.2, 0.3, 0.5, renormalise=True)
    q = pooled_tokens(fake.picture_tokens(_picture("7")))[0]
    t = pooled_tokens(fake.text_tokens("with a dog"))[0]
    mixed = 0.2 * q + 0.3 * t + 0.5 * fake.combine(q[None], t[None])[0]
    direct = task.gallery.vectors("joint") @ (mixed / np.linalg.norm(mixed))
    assert [hit.index for hit in plain.hits] == [hit.index for hit in cosine.hits]
    for hit in cosine.hits:
        assert hit.score == pytest.approx(direct[hit.index], abs=1e-6)


def test_pooling_rules() -> None:
    tokens = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    pooled = pooled_tokens(tokens)
    assert pooled == pytest.approx(np.array([[1.6 / 3, 0.6], [0.6, 0.8], [1, 1]]))


class _OwnRows(_Fake):
    """Its own row of a picture or a text is another than the mean of its tokens."""

    mean_by_tokens = False

    def encode_pictures(self, pictures: Sequence[Picture]) -> np.ndarray:
        return _unit(np.stack([np.arange(WIDTH) + int(picture.digest[0], 16) for picture in pictures]))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return _unit(np.stack([np.arange(WIDTH)[::-1] + len(text) for text in texts]))


def test_an_encoder_may_stand_for_its_inputs_by_its_own_rows() -> None:
    fake, picture, words = _OwnRows(), _picture("7"), "with a dog"
    task = ComposeTask(_Gallery(10), joint=fake, combiner=fake, profile="pocket", models={"joint": "fake"})
    evidence = task.evidence(picture, words)
    q, t = fake.encode_pictures([picture])[0], fake.encode_texts([words])[0]
    rows = task.gallery.vectors("joint")
    assert evidence.scores[0, :2] == pytest.approx(np.stack([q, t]) @ rows.T, abs=1e-6)
    assert np.diag(evidence.gram[0]) == pytest.approx(1, abs=1e-6), "all three are unit rows"
    tokens = pooled_tokens(fake.picture_tokens(picture))
    assert evidence.scores[1:, 0] == pytest.approx(tokens[1:] @ rows.T, abs=1e-6), "median and max stay"
    assert task.part_scores([picture], [words])[:, 0] == pytest.approx(evidence.scores[0], abs=1e-6)


def test_the_combiner_takes_the_mean_whatever_the_switch_says() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture("7"), "with a dog")
    assert np.array_equal(evidence.scores[0, 2], evidence.scores[1, 2])
    assert np.array_equal(evidence.scores[0, 2], evidence.scores[2, 2])
    assert not np.array_equal(evidence.scores[0, 0], evidence.scores[2, 0])


@pytest.mark.parametrize("weights", [(0, 0, 0), (1, -1, 0), (float("nan"), 0, 1), (0, float("inf"), 1)])
def test_weights_without_a_sum_are_refused(weights: tuple[float, float, float]) -> None:
    task, _ = _task()
    with pytest.raises(InputError):
        answer(task.evidence(_picture("7"), "with a dog"), *weights)


def test_a_query_that_cancels_is_refused_when_renormalised() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture("7"), "with a dog")
    opposite = np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 1]], dtype=np.float64)
    cancelled = replace(evidence, gram=np.stack([opposite] * 3))
    with pytest.raises(InputError, match="cancel"):
        answer(cancelled, 0.5, 0.5, 0, renormalise=True)


def test_an_unknown_pooling_is_refused() -> None:
    task, _ = _task()
    with pytest.raises(InputError, match="mean, median, max"):
        answer(task.evidence(_picture("7"), "with a dog"), 0, 0, 1, "sum")


def test_no_copy_of_the_reference_answers() -> None:
    """A folder may hold one file several times, and none of them may be found with the picture alone."""
    task, _ = _task()
    evidence = task.evidence(_picture("5"), "the same in red")
    ranked = answer(evidence, 1, 0, 0, k=10)
    assert evidence.masked == (2, 6, 7) and len(ranked.hits) == 7
    assert not {"scene-2", "scene-6", "scene-7"} & {hit.item for hit in ranked.hits}
    assert not any(name in ranked.sentence for name in ("scene-2", "scene-6", "scene-7"))


def test_evidence_written_before_copies_were_known_is_read() -> None:
    evidence = _task()[0].evidence(_picture("7"), "in red").to_json()
    for masked, rows in ((None, ()), (4, (4,)), ([2, 6], (2, 6))):
        assert ComposeEvidence.from_json(evidence | {"masked": masked}).masked == rows


def test_a_gallery_of_the_reference_alone_answers_with_a_sentence() -> None:
    evidence = ComposeEvidence(
        "red",
        np.zeros((3, 3, 1), np.float32),
        np.zeros((3, 3, 3)),
        (0,),
        profile="pocket",
        models={},
        items=(("a", "a.webp"),),
    )
    ranked = answer(evidence, 0, 0, 1)
    assert ranked.hits == () and ranked.sentence


def test_sliders_run_no_encoder() -> None:
    task, fake = _task()
    evidence = task.evidence(_picture("7"), "with a dog")
    calls = fake.calls
    for step in range(50):
        answer(evidence, step, 1, 1, POOLINGS[step % 3])
    assert fake.calls == calls


def test_many_queries_at_once_give_what_single_ones_give() -> None:
    task, _ = _task()
    pictures, texts = [_picture("7"), _picture("8"), _picture("7")], ["in red", "with a dog", "two of them"]
    for row, pooling in enumerate(POOLINGS):
        many = task.part_scores(pictures, texts, pooling)
        assert many.shape == (3, 3, 10)
        for query, (picture, text) in enumerate(zip(pictures, texts, strict=True)):
            assert many[:, query] == pytest.approx(task.evidence(picture, text).scores[row], abs=1e-6)
    assert task.part_scores([], []).shape == (3, 0, 10)


def test_of_many_queries_each_picture_and_each_text_is_encoded_once() -> None:
    task, fake = _task()
    task.part_scores([_picture("7"), _picture("8"), _picture("7")], ["in red", "in red", "with a dog"])
    assert fake.calls == 2 + 2 + 3  # pictures, texts, and f of each query


def test_evidence_survives_json_without_loss() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture("4"), "the same in red")
    again = ComposeEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert np.array_equal(again.scores, evidence.scores) and again.masked == (4,)
    assert answer(again, 1, 2, 3, "max", 5, True) == answer(evidence, 1, 2, 3, "max", 5, True)


def test_the_endpoint_object_and_its_sentence() -> None:
    task, _ = _task()
    ranked = answer(task.evidence(_picture("4"), "the same in red"), 0.2, 0.3, 0.5, k=3)
    value = ranked.to_json()
    assert json.loads(json.dumps(value)) == value
    assert set(value["hits"][0]["parts"]) == {"q", "t", "f"}
    assert value["weights"] == pytest.approx([0.2, 0.3, 0.5])
    assert ranked.hits[0].item in ranked.sentence and "left out" in ranked.sentence


@pytest.mark.parametrize("rule", ["normal", "product"])
def test_by_another_additive_rule_the_parts_still_add_up_and_its_instruments_are_exact(rule: str) -> None:
    task, _ = _task()
    evidence = task.evidence(_picture("4"), "the same in red")
    ranked = answer(evidence, 0.2, 0.3, 0.5, rule=rule, renormalise=True)
    scores = joined(rule, (0.2, 0.3, 0.5), evidence.scores[0], evidence.hidden)
    assert [hit.index for hit in ranked.hits] == blend.order(scores, 10, evidence.hidden).tolist()
    for hit in ranked.hits:
        assert hit.parts and sum(hit.parts.values()) == pytest.approx(hit.score, rel=1e-9)
        assert hit.score == scores[hit.index]
    assert ranked.ranking and ranked.ranking.additive
    for territory in atlas_of(ranked.ranking.blended()):
        middle = np.mean(territory.corners, axis=0)
        assert answer(evidence, *middle, rule=rule).hits[0].index == territory.index
    assert answer(evidence, 0.2, 0.3, 0.5).readings != ranked.readings, "one rule's memory is not another's"


def test_harris_takes_no_weights_and_has_no_parts() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture("4"), "the same in red")
    ranked, other = (answer(evidence, *weights, rule="harris") for weights in ((0, 0, 1), (0.9, 0.1, 0)))
    assert ranked.hits == other.hits and ranked.weights == (0.5, 0.5, 0.0)
    assert all(hit.parts is None and hit.to_json()["parts"] is None for hit in ranked.hits)
    assert ranked.readings == {} and ranked.to_json()["rule"] == "harris"
    scores = joined("harris", (0.5, 0.5, 0.0), evidence.scores[0], evidence.hidden)
    assert [hit.index for hit in ranked.hits] == blend.order(scores, 10, evidence.hidden).tolist()
    assert ranked.ranking and int(ranked.ranking.blended().scores.argmax()) == ranked.hits[0].index


@pytest.mark.parametrize("rule", ["product", "Sum", "", None, 3])
def test_a_rule_that_cannot_be_used_is_one_sentence(rule: Any) -> None:
    evidence = _task()[0].evidence(_picture("4"), "the same in red")
    with pytest.raises(InputError, match=r"^(A product takes no weight below 0|There is no rule of joining)"):
        answer(evidence, -0.2, 0.7, 0.5, rule=rule)
