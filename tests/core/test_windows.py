"""Windows of a large gallery: they find what the whole gallery would, score it alike, and say how much they saw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.blend import unit
from core.conformal.calibrations import Calibration
from core.errors import ArtifactError, InputError
from core.index.vectors import IndexedVectors
from core.instruments.winner_atlas import atlas_of
from core.tasks import compose, street_to_shop, windows
from core.tasks.bringing import brought
from core.tasks.compose import ComposeEvidence, ComposeTask
from core.tasks.promise import Promise
from core.tasks.street_to_shop import StreetEvidence, StreetToShopTask, typed_words
from core.tasks.street_to_shop.typed_words import TypedWords
from core.tasks.windows import Searched
from core.types import Caption, Picture, Unread

COUNT, WIDTH, CLUSTERS = 6_000, 48, 60
TEXT = "a red striped shirt"


@dataclass(frozen=True)
class _Shown:
    id: str
    file: str
    title: str
    caption: str
    digest: str


class _Clusters(IndexedVectors):
    """A gallery of pictures in clusters, as embeddings of real pictures are."""

    constants = {f"{part}_mean": 0.1 for part in ("picture", "words", "box")} | {
        f"{part}_std": std for part, std in (("picture", 0.2), ("words", 0.3), ("box", 0.2))
    }

    def __init__(self, count: int = COUNT) -> None:
        self.chance = np.random.default_rng(17)
        rows = {name: self._clustered(count, WIDTH) for name in ("joint", "garment", "words")}
        super().__init__(rows)
        self.items = [
            _Shown(f"item-{row}", f"shop/{row}.webp", f"Title {row}", f"a thing {row}", f"{row:064d}")
            for row in range(count)
        ]

    def _clustered(self, count: int, width: int) -> np.ndarray:
        centres = unit(self.chance.normal(size=(CLUSTERS, width)))
        of = self.chance.integers(0, CLUSTERS, count)
        return np.asarray(unit(centres[of] + 0.11 * self.chance.normal(size=(count, width))), np.float32)

    def near(self, name: str, seed: int, place: int | None = None) -> np.ndarray:
        chance = np.random.default_rng(seed)
        row = self.vectors(name)[chance.integers(0, len(self.items)) if place is None else place]
        return np.asarray(unit(row[None] + 0.1 * chance.normal(size=(1, WIDTH)))[0], np.float32)

    def find(self, digest: str) -> tuple[int, ...]:
        return (int(digest),) if digest.isdigit() and int(digest) < len(self.items) else ()


class _Seeded:
    """Encoders whose rows lie near pictures of the gallery, another one for each picture and text."""

    scale, mean_by_tokens = 20.0, True

    def __init__(self, gallery: _Clusters) -> None:
        self._gallery = gallery

    def unread(self, text: str) -> Unread:
        return Unread()

    def picture_tokens(self, picture: Picture) -> np.ndarray:
        number = int(picture.digest)
        return self._gallery.near("joint", number, number)[None]

    def text_tokens(self, text: str) -> np.ndarray:
        return self.encode_texts([text])

    def fuse(self, picture: Picture, text: str, q: np.ndarray, t: np.ndarray) -> np.ndarray:
        return np.asarray(unit(q + 2 * t), np.float32)

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return np.stack([self._gallery.near("joint", sum(text.encode())) for text in texts])

    def sentences(self, texts: list[str]) -> np.ndarray:
        return np.stack([self._gallery.near("words", sum(text.encode())) for text in texts])

    def garment_features(self, pictures: list[Picture]) -> np.ndarray:
        return np.stack(
            [self._gallery.near("garment", int(picture.digest, 16) % 999) for picture in pictures]
        )

    def street(self, features: np.ndarray) -> np.ndarray:
        return features

    shop = street

    def caption(self, picture: Picture) -> Caption:
        return Caption("an image of a shirt", "captioner")


def _picture(number: int) -> Picture:
    return Picture(np.zeros((2, 2, 3), dtype=np.uint8), (2, 2), f"{number:064d}")


def _promise(kind: str, weights: tuple[float, float, float]) -> Promise:
    return Promise(Calibration({}, "", {kind: weights}, {kind: tuple(map(float, range(99)))}))


@pytest.fixture(scope="module")
def gallery() -> _Clusters:
    return _Clusters()


def _composing(gallery: _Clusters, **more: Any) -> ComposeTask:
    fake: Any = _Seeded(gallery)
    return ComposeTask(gallery, joint=fake, combiner=fake, profile="pocket", models={}, **more)


def _shop(gallery: _Clusters, **more: Any) -> StreetToShopTask:
    fake: Any = _Seeded(gallery)
    return StreetToShopTask(
        gallery, joint=fake, garment=fake, captioner=fake, profile="pocket", models={}, **more
    )


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
    gallery: _Clusters, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    chance, shares, sizes = np.random.default_rng(3), [], []
    some = _composing(gallery, promise=_promise("query", (0.2, 0.1, 0.7)))
    with monkeypatch.context() as patch:
        patch.setattr(windows, "WHOLE", COUNT)
        every = _composing(gallery, promise=_promise("query", (0.2, 0.1, 0.7)))
    for number in range(12):
        picture, words = _picture(number), f"words {number}"
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
    gallery: _Clusters, monkeypatch: pytest.MonkeyPatch, small: None, typed: bool, box: bool
) -> None:
    fake: Any = _Seeded(gallery)
    monkeypatch.setattr(typed_words, "KINDS", 3)  # fewer sentences to compare with, and nothing to draw
    monkeypatch.setattr(typed_words, "cloth", lambda name: [_picture(sum(name.encode()))])

    def words() -> TypedWords:
        return TypedWords(gallery.index("joint"), fake, garment=gallery.vectors("garment"), head=fake)

    some = _shop(gallery, typed=words())
    with monkeypatch.context() as patch:
        patch.setattr(windows, "WHOLE", COUNT)
        every = _shop(gallery, typed=words())
    chance, shares = np.random.default_rng(5), []
    for number in range(3):
        asked = (_picture(number), _picture(90 + number) if box else None, TEXT[number:] if typed else "")
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


def test_what_leaves_a_ranking_is_a_row_of_the_gallery(gallery: _Clusters, small: None) -> None:
    evidence = _composing(gallery).evidence(_picture(4), "red")
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


def test_says_which_index_a_gallery_lacks_and_what_adds_it(
    monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    class Indexed(_Clusters):
        """As a gallery whose indexes were made before there was one for typed words."""

        def proposer(self, *names: str) -> Any:
            found = super().proposer(*names)
            return (
                found
                if names == ("garment", "joint")
                else SimpleNamespace(exact=False, propose=found.propose)
            )

    monkeypatch.setattr(typed_words, "KINDS", 3)
    monkeypatch.setattr(typed_words, "cloth", lambda name: [_picture(sum(name.encode()))])
    gallery = Indexed(600)
    fake: Any = _Seeded(gallery)
    typed = TypedWords(gallery.index("joint"), fake, garment=gallery.vectors("garment"), head=fake)
    shop = _shop(gallery, typed=typed)
    worn = shop.evidence(_picture(4), None)
    read = StreetEvidence.from_json(json.loads(json.dumps(shop.with_words(worn, "red").to_json())))
    for evidence in (shop.evidence(_picture(4), None, "red"), shop.with_words(worn, "red"), read):
        said = street_to_shop.answer(evidence, 0.5, 0.5, 0.0).searched.sentence
        assert said.endswith(
            "The gallery has no index for typed words, so all its rows were looked at to fetch these, which "
            "takes longer; \u201cpython -m core index PICTURES --out GALLERY --ann\u201d adds it."
        )
    for answer in (
        street_to_shop.answer(worn, 0.5, 0.5, 0.0),
        compose.answer(_composing(gallery).evidence(_picture(4), "red"), 0.3, 0.3, 0.4),
    ):
        assert answer.searched.label and "no index" not in answer.searched.sentence


def test_evidence_of_a_window_is_written_and_read(gallery: _Clusters, small: None) -> None:
    composed, worn = (
        _composing(gallery).evidence(_picture(4), "red"),
        _shop(gallery).evidence(_picture(4), None),
    )
    for evidence in (composed, worn):
        read = type(evidence).from_json(json.loads(json.dumps(evidence.to_json())))
        assert read.window is not None and evidence.window is not None
        np.testing.assert_array_equal(read.window.rows, evidence.window.rows)
        assert read.window.of == COUNT and read.row_of(3) == evidence.row_of(3) and not read.asked
    # What was read knows no longer what asked: nothing more is fetched, and other words are about the same pictures.
    again = StreetEvidence.from_json(json.loads(json.dumps(worn.to_json())))
    assert _shop(gallery).reaching(again, (2.0, -1.0, 0.0)) is again
    assert _shop(gallery).with_words(again, "blue").items == worn.items
    assert "window" not in _composing(_Clusters(400)).evidence(_picture(4), "red").to_json()


@pytest.mark.numeric
def test_weights_that_leave_the_grid_are_fetched_for(
    gallery: _Clusters, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    away, turned, some, shop = (1.6, -0.9, 0.3), (-1.6, 0.9, -0.3), _composing(gallery), _shop(gallery)
    monkeypatch.setattr(windows, "WHOLE", COUNT)
    every, whole_shop = _composing(gallery), _shop(gallery)
    evidence = some.evidence(_picture(8), "red")
    further = some.reaching(evidence, away)
    assert len(further.items) > len(evidence.items) and set(evidence.items) <= set(further.items)
    assert _files(compose.answer(further, *away)) == _files(
        compose.answer(every.evidence(_picture(8), "red"), *away)
    )
    assert set(some.reaching(evidence, turned).items) == set(further.items)
    worn = shop.evidence(_picture(8), _picture(9))
    assert set(shop.reaching(worn, turned).items) == set(shop.reaching(worn, away).items)
    expected = street_to_shop.answer(whole_shop.evidence(_picture(8), _picture(9)), *away)
    assert _files(street_to_shop.answer(shop.reaching(worn, away), *away)) == _files(expected)
    for usual in ((0.2, 0.1, 0.7), (-1.0, -0.5, -0.5)):
        assert some.reaching(evidence, usual) is evidence and shop.reaching(worn, usual) is worn
    assert every.reaching(whole := every.evidence(_picture(8), "red"), away) is whole


def test_other_words_and_boxes_fetch_anew_and_what_if_does_not(gallery: _Clusters, small: None) -> None:
    task, words = _shop(gallery), "something else"
    evidence = task.evidence(_picture(8), None, "red")
    assert task.reaching(evidence, (0.4, 0.6, -1.0)) is evidence, "without a box that weight counts as 0"
    other, same = task.with_words(evidence, words), task.evidence(_picture(8), None, words)
    assert other.items == same.items != evidence.items
    np.testing.assert_array_equal(other.parts, same.parts)
    boxed = task.with_box(other, _picture(8), _picture(3))
    np.testing.assert_array_equal(boxed.parts, task.evidence(_picture(8), _picture(3), words).parts)
    [varied] = task.with_each(evidence, [Caption("blue", "person")])
    assert varied.items == evidence.items and varied.window is evidence.window
    assert task.score_garments([_picture(1)], np.array([5, 7])).shape == (1, 2)
    tried = _composing(gallery)
    composed: ComposeEvidence = tried.evidence(_picture(8), "red")
    assert composed.window is not None
    [changed] = tried.evidence_of_each(_picture(8), ["blue"], composed.window.rows)
    assert changed.items == composed.items


def test_an_index_of_another_gallery_is_refused_in_one_sentence(gallery: _Clusters, small: None) -> None:
    class Stale:
        exact = False

        def propose(self, queries: np.ndarray, count: int) -> np.ndarray:
            return np.array([3, COUNT])

    class Changed(_Clusters):
        def proposer(self, *names: str) -> Any:
            return Stale()

    with pytest.raises(ArtifactError, match="made for another one; index the gallery again"):
        _composing(Changed(50)).evidence(_picture(4), "red")
