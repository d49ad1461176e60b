"""Windows of a large gallery: they find what the whole gallery would, score it alike, and say how much they saw."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from core.conformal.calibrations import Calibration
from core.errors import ArtifactError, InputError
from core.instruments.winner_atlas import atlas_of
from core.tasks import compose, street_to_shop, windows
from core.tasks.bringing import brought
from core.tasks.compose import ComposeEvidence
from core.tasks.promise import Promise
from core.tasks.street_to_shop import StreetEvidence, typed_words
from core.tasks.street_to_shop.typed_words import TypedWords
from core.tasks.windows import Searched
from core.types import Caption
from tests.core.window_fakes import COUNT, ClusteredGallery, SeededEncoders, composing_of, picture_of, shop_of

TEXT = "a red striped shirt"


def _promise(kind: str, weights: tuple[float, float, float]) -> Promise:
    return Promise(Calibration({}, "", {kind: weights}, {kind: tuple(map(float, range(99)))}))


@pytest.fixture(scope="module")
def gallery() -> ClusteredGallery:
    return ClusteredGallery()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Galleries are looked at whole up to 500 pictures, and windows are as small beside 6,000 as beside a million."""
    monkeypatch.setattr(windows, "WHOLE", 500)
    monkeypatch.setattr(windows, "ON_GRID", 1_350)
    monkeypatch.setattr(windows, "AT_WEIGHTS", 200)


def _files(answer: Any) -> list[str]:
    return [hit.file for hit in answer.hits]


@pytest.mark.numeric
def test_compose_finds_in_a_window_what_the_whole_gallery_has(
    gallery: ClusteredGallery, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    chance, shares, sizes = np.random.default_rng(3), [], []
    some = composing_of(gallery, promise=_promise("query", (0.2, 0.1, 0.7)))
    with monkeypatch.context() as patch:
        patch.setattr(windows, "WHOLE", COUNT)
        every = composing_of(gallery, promise=_promise("query", (0.2, 0.1, 0.7)))
    for number in range(12):
        picture, words = picture_of(number), f"words {number}"
        window, whole = some.evidence(picture, words), every.evidence(picture, words)
        assert whole.window is None and window.window is not None
        rows = window.window.rows
        np.testing.assert_array_equal(window.scores, whole.scores[..., rows])
        assert window.finding == whole.finding, "the best at the calibration's weights is in the window"
        assert [window.row_of(hidden) for hidden in window.masked] == list(whole.masked)
        sizes.append(len(rows))
        for weights in chance.dirichlet(np.ones(3), 8).tolist():
            pooling = ("mean", "median", "max")[number % 3]
            first, second = (compose.answer(each, *weights, pooling, 12) for each in (window, whole))
            shares.append(len({hit.index for hit in first.hits} & {hit.index for hit in second.hits}) / 12)
            assert all(gallery.items[hit.index].file == hit.file for hit in first.hits)
    assert np.mean(shares) >= 0.98, np.mean(shares)
    assert max(sizes) < COUNT / 3


@pytest.mark.numeric
@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("box", [False, True])
def test_street_to_shop_finds_in_a_window_what_the_whole_gallery_has(
    gallery: ClusteredGallery, monkeypatch: pytest.MonkeyPatch, small: None, typed: bool, box: bool
) -> None:
    fake: Any = SeededEncoders(gallery)
    monkeypatch.setattr(typed_words, "KINDS", 3)  # fewer sentences to compare with, and nothing to draw
    monkeypatch.setattr(typed_words, "cloth", lambda name: [picture_of(sum(name.encode()))])

    def words() -> TypedWords:
        return TypedWords(gallery.index("joint"), fake, garment=gallery.vectors("garment"), head=fake)

    some = shop_of(gallery, typed=words())
    with monkeypatch.context() as patch:
        patch.setattr(windows, "WHOLE", COUNT)
        every = shop_of(gallery, typed=words())
    chance, shares = np.random.default_rng(5), []
    for number in range(3):
        asked = (picture_of(number), picture_of(90 + number) if box else None, TEXT[number:] if typed else "")
        window, whole = some.evidence(*asked), every.evidence(*asked)
        assert window.window is not None and whole.window is None
        rows = window.window.rows
        exact = [0, 2] if typed else [0, 1, 2]
        np.testing.assert_array_equal(window.parts[exact], whole.parts[exact][:, rows])
        np.testing.assert_allclose(window.parts[1], whole.parts[1, rows], atol=0.1)
        if typed:
            assert window.fits["words"].best == pytest.approx(whole.fits["words"].best)
        for weights in chance.dirichlet(np.ones(3), 12).tolist():
            first, second = (street_to_shop.answer(each, *weights, 12) for each in (window, whole))
            shares.append(len(set(_files(first)) & set(_files(second))) / 12)
    assert np.mean(shares) >= 0.98, np.mean(shares)


def test_what_leaves_a_ranking_is_a_row_of_the_gallery(gallery: ClusteredGallery, small: None) -> None:
    evidence = composing_of(gallery).evidence(picture_of(4), "red")
    ranked = compose.answer(evidence, 0.3, 0.3, 0.4, right=["item-9"])
    ranking = ranked.ranking
    assert ranking is not None and evidence.window is not None
    row = ranked.hits[3].index
    assert evidence.row_of(evidence.candidate_of(row)) == row and gallery.items[row].id == ranked.hits[3].item
    assert brought(ranking, row, 1).before == 4
    assert all(0 <= cell.index < len(evidence.items) for cell in atlas_of(ranking.blended()))
    missing = next(row for row in range(COUNT) if evidence.window.candidate_of(row) is None)
    with pytest.raises(InputError, match="not among the"):
        brought(ranking, missing, 1)
    seen = Searched(len(evidence.items), COUNT, False, unindexed="such questions")
    assert ranked.searched == seen and ranked.to_json()["searched"] == seen.to_json()["searched"]
    assert seen.label == f"over {len(evidence.items):,} fetched"
    assert Searched(500, 500, True).to_json() == {} and Searched(500, 500, True).sentence == ""
    assert Searched(30_000, 30_000, True).label == "exact"
    assert "(98.2% of the 12 best are found)" in Searched(900, 30_000, False, 0.982).sentence


def test_evidence_of_a_window_is_written_and_read(gallery: ClusteredGallery, small: None) -> None:
    composed, worn = (
        composing_of(gallery).evidence(picture_of(4), "red"),
        shop_of(gallery).evidence(picture_of(4), None),
    )
    for evidence in (composed, worn):
        read = type(evidence).from_json(json.loads(json.dumps(evidence.to_json())))
        assert read.window is not None and evidence.window is not None
        np.testing.assert_array_equal(read.window.rows, evidence.window.rows)
        assert read.window.of == COUNT and read.row_of(3) == evidence.row_of(3) and not read.asked
    # What was read knows no longer what asked: nothing more is fetched, and other words are about the same pictures.
    again = StreetEvidence.from_json(json.loads(json.dumps(worn.to_json())))
    assert shop_of(gallery).reaching(again, (2.0, -1.0, 0.0)) is again
    assert shop_of(gallery).with_words(again, "blue").items == worn.items
    assert "window" not in composing_of(ClusteredGallery(400)).evidence(picture_of(4), "red").to_json()


@pytest.mark.numeric
def test_weights_that_leave_the_grid_are_fetched_for(
    gallery: ClusteredGallery, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    away, turned, some, shop = (1.6, -0.9, 0.3), (-1.6, 0.9, -0.3), composing_of(gallery), shop_of(gallery)
    monkeypatch.setattr(windows, "WHOLE", COUNT)
    every, whole_shop = composing_of(gallery), shop_of(gallery)
    evidence = some.evidence(picture_of(8), "red")
    further = some.reaching(evidence, away)
    assert len(further.items) > len(evidence.items) and set(evidence.items) <= set(further.items)
    assert _files(compose.answer(further, *away)) == _files(
        compose.answer(every.evidence(picture_of(8), "red"), *away)
    )
    assert set(some.reaching(evidence, turned).items) == set(further.items)
    worn = shop.evidence(picture_of(8), picture_of(9))
    assert set(shop.reaching(worn, turned).items) == set(shop.reaching(worn, away).items)
    expected = street_to_shop.answer(whole_shop.evidence(picture_of(8), picture_of(9)), *away)
    assert _files(street_to_shop.answer(shop.reaching(worn, away), *away)) == _files(expected)
    for usual in ((0.2, 0.1, 0.7), (-1.0, -0.5, -0.5)):
        assert some.reaching(evidence, usual) is evidence and shop.reaching(worn, usual) is worn
    assert every.reaching(whole := every.evidence(picture_of(8), "red"), away) is whole


def test_other_words_and_boxes_fetch_anew_and_what_if_does_not(
    gallery: ClusteredGallery, small: None
) -> None:
    task, words = shop_of(gallery), "something else"
    evidence = task.evidence(picture_of(8), None, "red")
    assert task.reaching(evidence, (0.4, 0.6, -1.0)) is evidence, "without a box that weight counts as 0"
    other, same = task.with_words(evidence, words), task.evidence(picture_of(8), None, words)
    assert other.items == same.items != evidence.items
    np.testing.assert_array_equal(other.parts, same.parts)
    boxed = task.with_box(other, picture_of(8), picture_of(3))
    np.testing.assert_array_equal(boxed.parts, task.evidence(picture_of(8), picture_of(3), words).parts)
    [varied] = task.with_each(evidence, [Caption("blue", "person")])
    assert varied.items == evidence.items and varied.window is evidence.window
    assert task.score_garments([picture_of(1)], np.array([5, 7])).shape == (1, 2)
    tried = composing_of(gallery)
    composed: ComposeEvidence = tried.evidence(picture_of(8), "red")
    assert composed.window is not None
    [changed] = tried.evidence_of_each(picture_of(8), ["blue"], composed.window.rows)
    assert changed.items == composed.items


def test_an_index_of_another_gallery_is_refused_in_one_sentence(
    gallery: ClusteredGallery, small: None
) -> None:
    class Stale:
        exact = False

        def propose(self, queries: np.ndarray, count: int) -> np.ndarray:
            return np.array([3, COUNT])

    class Changed(ClusteredGallery):
        def proposer(self, *names: str) -> Any:
            return Stale()

    with pytest.raises(ArtifactError, match="made for another one; index the gallery again"):
        composing_of(Changed(50)).evidence(picture_of(4), "red")
