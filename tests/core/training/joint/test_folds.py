"""Folds of the joint space: every photo is judged once, by what never saw it; the closed form learns what is linear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.encoders.towers import POOLED_WIDTH, WIDTH
from core.training.joint.fit import Projections, SentencePairs, joined
from core.training.joint.folds import Collection, measured_on_folds, splits
from core.training.joint.start import closed_form

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


def collections() -> list[Collection]:
    return [
        Collection("five", world(40, 5, 1), np.arange(40) % 2),
        Collection("single", world(90, 1, 2), np.arange(90) % 3),
    ]


def test_every_fold_is_left_out_once() -> None:
    runs = list(splits(collections()))
    assert runs == [[[0], [0, 2]], [[1], [1]]]


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
        Collection("new", world(100, 1, 5), np.zeros(100, int)),
    )

    def share_first(model: Projections) -> float:
        whole = Collection("new", unseen.photos, np.arange(100) % 2)
        return measured_on_folds([whole], lambda *_: model)["new"]["recall_at_1"].value

    start = Projections(joined(training).pictures).eval()
    assert share_first(start) < 0.2
    learned = closed_form(Projections(joined(training).pictures), [(pairs, 1.0) for pairs in training]).eval()
    assert share_first(learned) > 0.8


def test_a_source_with_fewer_sentences_repeats_them() -> None:
    both = joined([world(2, 5, 0), world(3, 1, 1)])
    assert both.sentences.shape == (5, 5, WIDTH)
    assert torch.equal(both.sentences[3, 0], both.sentences[3, 4])
