"""Folds of the joint space: every photo is judged once, by what never saw it; the closed form learns what is linear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.joint_folds import measured_on_folds, splits
from core.encoders.towers import POOLED_WIDTH, WIDTH
from core.training.joint.fit import fit, started
from core.training.joint.measure import measured_elsewhere
from core.training.joint.network import Projections
from core.training.joint.pairs import SentencePairs, joined
from core.training.joint.photos import Collection

HIDDEN = 12


def world(count: int, captions: int, seed: int) -> SentencePairs:
    """Photos and captions that see the same 12 facts, each through its own mixture; captions add noise."""
    mixtures = torch.Generator().manual_seed(0)
    to_picture = torch.randn(HIDDEN, POOLED_WIDTH, generator=mixtures)
    to_words = torch.randn(HIDDEN, WIDTH, generator=mixtures)
    draw = torch.Generator().manual_seed(seed)
    facts = torch.randn(count, HIDDEN, generator=draw)
    noise = torch.randn(count, captions, WIDTH, generator=draw)
    return SentencePairs(facts @ to_picture + 3.0, (facts @ to_words)[:, None] + noise + 5.0)


@dataclass(frozen=True, slots=True, eq=False)
class Folded(Collection):
    """A collection in a few folds, whatever its size."""

    count: int

    @classmethod
    def of(cls, name: str, photos: SentencePairs, count: int) -> Folded:
        files = tuple(f"{name}{number}" for number in range(len(photos.pictures)))
        return cls(name, files, files, photos, count)

    def folds(self, seed: int = 0) -> np.ndarray:
        return np.arange(len(self.files)) % self.count


def collections() -> list[Folded]:
    return [Folded.of("five", world(40, 5, 1), 2), Folded.of("single", world(90, 1, 2), 3)]


def test_every_fold_is_left_out_once() -> None:
    runs = list(splits([np.arange(40) % 2, np.arange(90) % 3]))
    assert runs == [[[0], [0, 2]], [[1], [1]]]


def test_what_is_measured_elsewhere_trained_on_the_others_alone() -> None:
    parts = collections()
    trained: list[int] = []

    def train(training: Sequence[SentencePairs], seed: int) -> Projections:
        (pairs,) = training
        trained.append(len(pairs.pictures))
        return started([pairs], [])

    figures = measured_elsewhere(parts, train)
    assert trained == [90, 40] and [figure["recall_at_1"].n for figure in figures.values()] == [40, 90]
    assert list(figures) == ["five", "single"]


def test_usual_collections_are_judged_in_folds_of_about_two_hundred() -> None:
    def sizes(name: str, count: int) -> list[int]:
        files = tuple(f"{number}.jpg" for number in range(count))
        nothing = SentencePairs(torch.zeros(count, 1), torch.zeros(count, 1, 1))
        return np.bincount(Collection(name, files, files, nothing).folds()).tolist()

    assert sizes("flickr8k", 803) == [201, 201, 201, 200]
    assert sizes("anything", 12) == [12] and len(sizes("anything", 900)) == 3


def test_no_photo_is_judged_by_what_trained_on_it() -> None:
    parts = collections()
    numbers = {tuple(row[:3].tolist()): row for part in parts for row in part.photos.pictures}
    assert len(numbers) == 130
    trained: list[set[tuple[float, ...]]] = []
    judged: list[set[tuple[float, ...]]] = []

    class Watching(Projections):
        def forward(self, pictures: torch.Tensor, sentences: torch.Tensor):  # type: ignore[no-untyped-def]
            judged[-1] |= {tuple(row[:3].tolist()) for row in pictures}
            return super().forward(pictures, sentences)

    def train(training: Sequence[SentencePairs], seed: int) -> Projections:
        trained.append({tuple(row[:3].tolist()) for pairs in training for row in pairs.pictures})
        judged.append(set())
        assert seed == 7 + len(trained) - 1
        return Watching(joined(training).pictures).eval()

    figures = measured_on_folds(parts, train, seed=7)
    assert [len(rows) for rows in judged] == [20 + 60, 20 + 30]
    assert all(not seen & asked for seen, asked in zip(trained, judged, strict=True))
    assert {name: figure["recall_at_1"].n for name, figure in figures.items()} == {"five": 40, "single": 90}


def test_the_closed_form_finds_captions_of_photos_that_it_never_saw() -> None:
    training, unseen = (
        [world(300, 5, 3), world(300, 1, 4)],
        Folded.of("new", world(100, 1, 5), 2),
    )

    def share_first(model: Projections) -> float:
        return measured_on_folds([unseen], lambda *_: model)["new"]["recall_at_1"].value

    start = Projections(joined(training).pictures).eval()
    assert share_first(start) < 0.2
    assert share_first(started(training, [])) > 0.8


def test_runs_that_start_in_one_place_are_averaged_and_repeat_themselves() -> None:
    training, start = [world(120, 2, 3)], started([world(120, 2, 3)], [])
    ends = [fit(training, [], [], seed=5, runs=runs, steps=3).tensors() for runs in (1, 2, 2)]
    name = "visual.head.proj.weight"
    np.testing.assert_array_equal(ends[1][name], ends[2][name])
    assert (ends[0][name] != ends[1][name]).any() and (ends[0][name] != start.tensors()[name]).any()


def test_a_photo_is_drawn_in_each_of_its_views_and_parts_keep_them() -> None:
    pictures, views = torch.zeros(50, 1), torch.arange(1, 4).float()[None, :, None].expand(50, 3, 1)
    pairs = SentencePairs(pictures, torch.zeros(50, 1, 1), views)
    drawn, _ = pairs.part(np.arange(40)).drawn(40, torch.Generator().manual_seed(0))
    assert set(drawn[:, 0].tolist()) == {0.0, 1.0, 2.0, 3.0} and len(drawn) == 40
    assert joined([pairs, pairs]).views is not None
    assert joined([pairs, SentencePairs(pictures, torch.zeros(50, 1, 1))]).views is None


def test_a_source_with_fewer_sentences_repeats_them() -> None:
    both = joined([world(2, 5, 0), world(3, 1, 1)])
    assert both.sentences.shape == (5, 5, WIDTH)
    assert torch.equal(both.sentences[3, 0], both.sentences[3, 4])
