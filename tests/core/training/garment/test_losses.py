"""The losses of report 3: each can be switched, each pulls where it should, and ArcFace has the report's margin."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch

from core.training.garment import measure
from core.training.garment.embedding import GarmentPairs, merged
from core.training.garment.fit import Way, fit
from core.training.garment.losses import (
    REPORTS,
    Losses,
    Matching,
    WordContrast,
    arcface,
    box_loss,
    same_words,
)
from core.training.garment.measure import ablation_table, best_of, fold_ranks, folds, ranks_of
from core.training.garment.recipe import ABLATION

ALONE = [Losses(**{field.name: 1.0}) for field in fields(Losses)]


def pairs(count: int, seed: int = 0, width: int = 40) -> GarmentPairs:
    """Garments of 8 hidden traits, seen from two sides, described in words, and placed in scenes."""
    random = np.random.default_rng(3)
    traits = random.normal(size=(400, 8))[seed : seed + count]
    mixing, speech = random.normal(size=(8, width)), random.normal(size=(8, 24))

    def noisy(rows: np.ndarray) -> np.ndarray:
        return (rows + 0.3 * random.normal(size=rows.shape)).astype(np.float32)

    corners = random.uniform(0.0, 0.4, (count, 2))
    return GarmentPairs(
        noisy(traits @ mixing + 3.0),
        noisy(traits @ mixing - 1.0),
        noisy(traits @ speech),
        noisy(traits @ speech),
        noisy(traits @ mixing),
        np.hstack([corners, corners + 0.5]).astype(np.float32),
    )


@pytest.mark.parametrize("losses", [*ALONE, REPORTS], ids=lambda losses: losses.name)
def test_every_loss_trains_alone_and_with_the_others(losses: Losses) -> None:
    model = fit(pairs(96), seed=1, way=Way(epochs=2), losses=losses)
    ranks = ranks_of(model, pairs(40, seed=200))
    assert ranks.min() >= 1 and ranks.max() <= 40


@pytest.mark.parametrize("losses", [Losses(pairs=1.0), Losses(arcface=1.0), Losses(itc=1.0)])
def test_losses_that_know_items_or_words_find_unseen_pairs(losses: Losses) -> None:
    model = fit(pairs(160), seed=1, way=Way(epochs=20), losses=losses)
    assert np.mean(ranks_of(model, pairs(60, seed=240)) <= 5) > 0.6


@pytest.mark.parametrize("losses", [Losses(itc=1.0), Losses(itm=1.0), Losses(box=1.0)])
def test_a_loss_without_what_it_needs_is_refused(losses: Losses) -> None:
    bare = GarmentPairs(pairs(8).street, pairs(8).shop)
    with pytest.raises(ValueError, match="needs captions or scenes"):
        fit(bare, seed=0, way=Way(epochs=1), losses=losses)


def test_arcface_takes_degrees_and_means_015_radians() -> None:
    loss = arcface(5, 16)
    assert float(loss.margin) == pytest.approx(0.15)
    assert loss.scale == 30
    cosine = torch.tensor([0.5])
    moved = loss.modify_cosine_of_target_classes(cosine)
    assert float(moved[0]) == pytest.approx(math.cos(math.acos(0.5) + 0.15), abs=1e-5)


def test_a_perfect_box_costs_nothing_and_a_far_one_more_than_a_near_one() -> None:
    true = torch.tensor([[0.2, 0.2, 0.6, 0.6]])
    near, far = torch.tensor([[0.3, 0.2, 0.7, 0.6]]), torch.tensor([[0.7, 0.7, 0.9, 0.9]])
    assert float(box_loss(true, true)) == pytest.approx(0.0, abs=1e-5)
    assert float(box_loss(true, true)) < float(box_loss(near, true)) < float(box_loss(far, true))


def test_a_caption_that_says_the_same_is_never_drawn_as_wrong() -> None:
    torch.manual_seed(0)
    words = torch.randn(3, 24)[[0, 0, 1, 2]]
    same = same_words(words)
    assert same.tolist() == same.T.tolist() and bool(same[0, 1]) and not bool(same[0, 2])
    contrast = WordContrast(24, 8)
    pictures, captions = torch.nn.functional.normalize(torch.randn(4, 8), dim=1), contrast.embedded(words)
    for _ in range(30):
        drawn_captions, drawn_pictures = contrast.hardest(pictures, captions, same)
        rows = torch.arange(4)
        assert not same[rows, drawn_captions].any() and not same[drawn_pictures, rows].any()


def test_matching_prefers_right_pairs_once_trained() -> None:
    torch.manual_seed(0)
    head, rows = Matching(8), torch.nn.functional.normalize(torch.randn(64, 8), dim=1)
    optimiser = torch.optim.Adam(head.parameters(), lr=0.01)
    wrong = torch.roll(torch.arange(64), 1)
    first = float(head(rows, rows, (wrong, wrong)).detach())
    for _ in range(60):
        loss = head(rows, rows, (wrong, wrong))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert float(loss.detach()) < first / 2


def test_folds_are_read_again_and_judge_every_pair_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything, items = pairs(45), [f"item {row // 2}" for row in range(45)]
    folded = folds(everything, items, Losses(pairs=1.0), 0, tmp_path)
    assert sorted(np.concatenate([fold.rows for fold in folded])) == list(range(45))
    homes = [{items[row] for row in fold.rows} for fold in folded]
    assert not homes[0] & homes[1] and not homes[1] & homes[2] and not homes[0] & homes[2]

    def never(*_: object, **__: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(measure, "fit_merged", never)
    again = folds(everything, items, Losses(pairs=1.0), 0, tmp_path)
    assert np.array_equal(fold_ranks(again), fold_ranks(folded))
    with pytest.raises(AssertionError, match="trained again"):
        folds(everything, items, Losses(arcface=1.0), 0, tmp_path)
    with pytest.raises(AssertionError, match="trained again"):
        folds(everything, items, Losses(pairs=1.0), 0, tmp_path, trainings=2)


def test_merged_trainings_give_nearly_the_mean_of_their_cosines() -> None:
    training_pairs, new = pairs(160), pairs(40, seed=200)
    models = [fit(training_pairs, seed, way=Way(epochs=4)) for seed in (0, 1, 2)]
    merged_model = merged(models, training_pairs)
    mean = np.mean(
        [each.embedded(new.street, "street") @ each.embedded(new.shop, "shop").T for each in models], axis=0
    )
    cosines = merged_model.embedded(new.street, "street") @ merged_model.embedded(new.shop, "shop").T
    alone = models[0].embedded(new.street, "street") @ models[0].embedded(new.shop, "shop").T
    assert merged_model.linear.weight.shape == models[0].linear.weight.shape
    assert np.abs(cosines - mean).mean() < 0.5 * np.abs(alone - mean).mean()


def test_the_choice_looks_only_at_the_judged_queries() -> None:
    ranks = [np.array([1, 9, 9]), np.array([2, 1, 1])]
    assert best_of(ranks, np.array([True, False, False])) == 0
    assert best_of(ranks, np.array([False, True, True])) == 1


def test_the_table_names_the_report_and_what_ships() -> None:
    ranks = [np.arange(1, 5)] * len(ABLATION)
    table = ablation_table(ABLATION, ranks, list("abcd"), ("InfoNCE, merged (shipped)", ranks[0]))
    names = [row[0] for row in table["rows"]]
    assert names[0] == "InfoNCE, merged (shipped)"
    assert "ITC + ITM + (L1 + IoU) + ArcFace (the report's)" in names
    assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert table["rows"][-1][-1] == 0.034
