"""Street to shop: the answer is exact arithmetic on the evidence, and only what changed is encoded again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conformal.calibrations import Calibration
from core.errors import InputError
from core.index.vectors import IndexedVectors
from core.tasks.headline import Fit
from core.tasks.promise import TYPED, Finding, Promise
from core.tasks.street_to_shop import StreetEvidence, StreetToShopTask, answer
from core.text import Unread
from core.types import Caption, Picture


@dataclass(frozen=True)
class _Item:
    id: str
    file: str


@dataclass(frozen=True)
class _Copied(_Item):
    digest: str


class _Gallery(IndexedVectors):
    def __init__(self, n: int) -> None:
        generator = np.random.default_rng(3)
        self.items = [_Item(f"shirt-{row}", f"shop/{row}.webp") for row in range(n)]
        self.constants = {
            f"{part}_{name}": value
            for part in ("picture", "words", "box")
            for name, value in (("mean", 0.25), ("std", 0.5))
        }
        vectors = {}
        for name, width in (("garment", 8), ("words", 4)):
            rows = generator.normal(size=(n, width)).astype(np.float32)
            vectors[name] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        super().__init__(vectors)

    def find(self, digest: str) -> tuple[int, ...]:
        return ()


class _Fake:
    """Counts its calls; a vector is the mean colour of the picture, or the letters of the text."""

    def unread(self, text: str) -> Unread:
        return Unread()

    def __init__(self) -> None:
        self.calls: list[str] = []

    def garment_features(self, pictures: Sequence[Picture]) -> np.ndarray:
        self.calls.append("picture")
        return np.stack([np.resize(picture.pixels.reshape(-1), 8).astype(np.float32) for picture in pictures])

    def street(self, features: np.ndarray) -> np.ndarray:
        return features / np.linalg.norm(features, axis=1, keepdims=True)

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        self.calls.append("words")
        return np.stack([np.resize(np.frombuffer(text.encode(), np.uint8), 4) for text in texts]).astype(
            np.float32
        )

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]:
        return [self.caption(picture) for picture in pictures]

    def caption(self, picture: Picture) -> Caption:
        self.calls.append("caption")
        return Caption("an image of a shirt", "captioner")


def _picture(value: int) -> Picture:
    pixels = np.arange(value, value + 48, dtype=np.uint8).reshape(4, 4, 3)
    return Picture(pixels, (4, 4), f"{value:064x}")


def _task(n: int = 12) -> tuple[StreetToShopTask, _Fake]:
    fake = _Fake()
    task = StreetToShopTask(
        _Gallery(n), joint=fake, garment=fake, captioner=fake, profile="pocket", models={"joint": "fake"}
    )
    return task, fake


WEIGHTS = st.floats(-10, 10, allow_nan=False)


@given(WEIGHTS, WEIGHTS, WEIGHTS, st.integers(-3, 200))
def test_scores_are_the_weighted_sum_and_never_rise(
    w_picture: float, w_words: float, w_box: float, k: int
) -> None:
    task, _ = _task()
    evidence = task.evidence(_picture(1), _picture(40), "a red shirt")
    try:
        ranked = answer(evidence, w_picture, w_words, w_box, k)
    except InputError:
        assert abs(w_picture + w_words + w_box) < 1e-6
        return
    weights = np.array(ranked.weights)
    exact = weights @ evidence.parts.astype(np.float64)
    assert weights.sum() == pytest.approx(1)
    assert len(ranked.hits) == min(max(k, 1), 12)
    for hit in ranked.hits:
        assert hit.score == pytest.approx(exact[hit.index], rel=1e-9)
        assert hit.parts and sum(hit.parts.values()) == pytest.approx(
            hit.score, rel=1e-9, abs=1e-9 * np.abs(weights).max()
        )
    scores = [hit.score for hit in ranked.hits]
    assert scores == sorted(scores, reverse=True)


def test_parts_are_standardised_cosines() -> None:
    task, fake = _task()
    picture = _picture(9)
    evidence = task.evidence(picture, None, "a red shirt")
    cosines = fake.street(fake.garment_features([picture]))[0] @ task.gallery.vectors("garment").T
    assert evidence.parts[0] == pytest.approx((cosines - 0.25) / 0.5, rel=1e-5)
    caption_cosines = fake.street(fake.sentences(["a red shirt"]))[0] @ task.gallery.vectors("words").T
    assert evidence.parts[1] == pytest.approx((caption_cosines - 0.25) / 0.5, rel=1e-5)


def test_without_a_box_its_weight_is_zero_and_the_answer_says_so() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture(1), None, "a red shirt")
    ranked = answer(evidence, 1, 1, 5)
    assert not evidence.has_box
    assert ranked.weights == (0.5, 0.5, 0.0)
    assert "No box" in ranked.sentence
    assert all(hit.parts and hit.parts["box"] == 0 for hit in ranked.hits)


@pytest.mark.parametrize(
    "weights", [(0, 0, 0), (1, -1, 0), (0, 0, 1), (float("nan"), 1, 1), (float("inf"), 1, 0)]
)
def test_weights_without_a_sum_are_refused(weights: tuple[float, float, float]) -> None:
    task, _ = _task()
    with pytest.raises(InputError):
        answer(task.evidence(_picture(1), None, "a red shirt"), *weights)


def test_only_what_changed_is_encoded_again() -> None:
    task, fake = _task()
    evidence = task.evidence(_picture(1), None)
    assert evidence.caption.author == "captioner"
    fake.calls.clear()
    spoken = task.with_words(evidence, "a blue shirt")
    assert fake.calls == ["words"] and spoken.caption == Caption("a blue shirt", "person")
    fake.calls.clear()
    boxed = task.with_box(spoken, _picture(1), _picture(7))
    assert fake.calls == ["picture"] and boxed.has_box and not spoken.has_box
    fake.calls.clear()
    for k in range(50):
        answer(boxed, k, 1, 1)
    assert fake.calls == []
    assert not task.with_box(boxed, _picture(1), None).parts[2].any()
    fake.calls.clear()
    assert task.with_box(evidence, _picture(1), _picture(7)).caption.author == "captioner"
    assert fake.calls == ["picture", "caption", "words"], "the captioner looks into the box"


class _Typed:
    def __init__(self, best: float) -> None:
        self.best = best

    def compare_each(self, texts: Sequence[str]) -> list[tuple[np.ndarray, Fit]]:
        return [(np.arange(12, dtype=np.float32), Fit(self.best, 0.35)) for _ in texts]


def _promise(best: float) -> Promise:
    """Nine questions without an answer for whole pictures, nine for boxes; their best scores lie around `best`."""
    scores = tuple(best + step / 10 for step in range(9))
    weights = {"picture": (1.0, 0.0, 0.0), "box": (0.0, 0.0, 1.0)}
    return Promise(Calibration({}, "", weights, {"picture": scores, "box": scores}))


def test_a_person_s_words_are_compared_with_pictures_and_may_fit_nothing() -> None:
    fake = _Fake()
    task = StreetToShopTask(
        _Gallery(12), joint=fake, garment=fake, captioner=fake, typed=_Typed(0.2), promise=_promise(-9.0),
        profile="pocket", models={"joint": "fake"},
    )  # fmt: skip
    evidence = task.evidence(_picture(1), None, "a red shirt")
    assert evidence.parts[1].tolist() == list(range(12)) and "words" not in fake.calls
    ranked = answer(evidence, 0, 1, 0)
    assert ranked.hits[0].index == 11 and "These words fit nothing here" in ranked.sentence
    assert ranked.finding == Finding(0.1, 9, 0.1, TYPED) == answer(evidence, 1, 0, 0).finding
    assert answer(evidence, 1, 0, 0).sentence.startswith("The picture")
    written = task.evidence(_picture(1), None)
    assert "words" in fake.calls and "words" not in written.fits, "captions are compared with captions"
    assert "words" not in task.with_words(evidence, task.caption(_picture(1))).fits
    again = StreetEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert again.fits == evidence.fits and again.finding == evidence.finding


@pytest.mark.parametrize("best", [0.0, 99.0])
def test_a_picture_and_its_box_are_each_compared_with_questions_that_have_no_answer(best: float) -> None:
    fake = _Fake()
    task = StreetToShopTask(
        _Gallery(12), joint=fake, garment=fake, captioner=fake, promise=_promise(best),
        profile="pocket", models={"joint": "fake"},
    )  # fmt: skip
    whole = task.evidence(_picture(1), None)
    boxed = task.with_box(whole, _picture(1), _picture(7))
    for evidence, row in ((whole, 0), (boxed, 2), (task.with_box(boxed, _picture(1), None), 0)):
        expected = (1 + sum(best + step / 10 >= float(evidence.parts[row].max()) for step in range(9))) / 10
        assert evidence.finding == Finding(pytest.approx(expected), 9, 0.1)  # type: ignore[arg-type]
        ranked = answer(evidence, 1, 0, 0)
        assert ranked.finding is evidence.finding and ranked.sentence.startswith(evidence.finding.doubt())
        assert ranked.to_json()["finding"] == evidence.finding.to_json()
        assert ranked.sentence.startswith("Perhaps nothing here answers") is (best == 99.0)


def test_a_picture_that_the_gallery_holds_twice_is_one_hit() -> None:
    fake, gallery = _Fake(), _Gallery(4)
    gallery.items = [_Copied(f"shirt-{row}", f"shop/{row}.webp", "ab"[row % 2] * 64) for row in range(4)]
    rows = gallery._vectors["garment"]
    rows.setflags(write=True)
    rows[2], rows[3] = rows[0], rows[1]
    task = StreetToShopTask(
        gallery, joint=fake, garment=fake, captioner=fake, profile="pocket", models={"joint": "fake"}
    )
    evidence = task.evidence(_picture(1), None, "a red shirt")
    ranked = answer(evidence, 1, 0, 0, k=4)
    assert sorted(hit.index for hit in ranked.hits) == [0, 1]
    assert {hit.item: hit.copies for hit in ranked.hits} == {
        "shirt-0": ("shop/2.webp",), "shirt-1": ("shop/3.webp",),
    }  # fmt: skip
    assert [hit.score for hit in ranked.hits] == sorted((hit.score for hit in ranked.hits), reverse=True)
    assert ranked.to_json()["hits"][0]["copies"]
    again = StreetEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert answer(again, 1, 0, 0, k=4) == ranked


def test_the_place_of_the_right_one_is_told_wherever_it_stands() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture(1), None, "a red shirt")
    order = np.argsort(-evidence.parts[0], kind="stable")
    ranked = answer(evidence, 1, 0, 0, k=3, right=(f"shirt-{order[8]}",))
    assert ranked.right and (ranked.right.rank, ranked.right.hit.index) == (9, order[8])
    assert "the right one, at rank 9" in ranked.sentence
    assert answer(evidence, 1, 0, 0, right=("gone",)).right is None


def test_many_queries_at_once_give_what_single_ones_give() -> None:
    task, _ = _task()
    pictures = [_picture(value) for value in (1, 2, 3)]
    many = task.score_parts(pictures)
    assert many.shape == (3, 3, 12)
    for row, picture in enumerate(pictures):
        assert many[:, row] == pytest.approx(task.evidence(picture, None).parts, rel=1e-5, abs=1e-6)


def test_evidence_survives_json_without_loss() -> None:
    task, _ = _task()
    evidence = task.evidence(_picture(1), _picture(5), "a red shirt")
    again = StreetEvidence.from_json(json.loads(json.dumps(evidence.to_json())))
    assert np.array_equal(again.parts, evidence.parts) and again.parts.dtype == np.float32
    assert answer(again, 1, 2, 3) == answer(evidence, 1, 2, 3)


def test_the_endpoint_object() -> None:
    task, _ = _task()
    value = answer(task.evidence(_picture(1), None, "a red shirt"), 1, 1, 0, 2).to_json()
    assert json.loads(json.dumps(value)) == value
    assert {"profile", "models", "caption", "hits"} <= set(value)
    assert set(value["hits"][0]) == {"item", "file", "score", "parts"}
    assert set(value["hits"][0]["parts"]) == {"picture", "words", "box"}
