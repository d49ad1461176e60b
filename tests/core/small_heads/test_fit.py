"""Heads side by side: none sees what it leaves out, classes are drawn equally, the best checkpoint stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as functional
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.heads.field_road import HIDDEN
from core.small_heads import leave_out as leaving_out
from core.small_heads.fit import ClippedDescent, _squared_length, fit, fit_heads
from core.small_heads.leave_out import leave_out, tenths
from core.small_heads.network import Heads, best_temperature, cross_entropy, mean_loss, right
from core.small_heads.samples import CODE, SCHEDULES, TEXT, EpochRows, Samples, Schedule, judges_of

WIDTH = 8


def samples(fields: int = 6, roads: int = 14, copies: int = 3, outputs: int = 1) -> Samples:
    """Returns two clouds that a head can tell apart, with copies of which the last shows the next picture's sky."""
    draw = np.random.default_rng(0)
    classes = np.repeat([0, 1], [fields, roads])
    plain = draw.normal(size=(len(classes), WIDTH)) / 3 + np.where(classes[:, None], 1.0, -1.0)
    rows = tuple((row + draw.normal(size=(copies, WIDTH)) / 5).astype(np.float32) for row in plain)
    donors = tuple(np.array([-1] * (copies - 1) + [(i + 1) % len(classes)]) for i in range(len(classes)))
    return Samples(plain.astype(np.float32), classes, rows, donors, outputs)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("balanced", [False, True])
def test_both_sets_of_the_report_learn(name: str, balanced: bool) -> None:
    some = samples()
    network, epochs = fit(some, 0, replace(SCHEDULES[name], balanced=balanced))
    says = network(some.plain)[:, 0] >= 0
    assert (says == (some.classes == 1)).all()
    assert epochs[-1].accuracy > 0.9 and epochs[-1].loss < epochs[0].loss
    assert [epoch.number for epoch in epochs] == list(range(1, len(epochs) + 1))
    assert (epochs[0].validation_loss is None) == (name == "text")


def test_three_classes_learn() -> None:
    some = samples(8, 16, outputs=3)
    middle = np.concatenate([some.plain, np.tile([1.0, -1.0], (6, WIDTH // 2)).astype(np.float32)])
    classes = np.concatenate([some.classes * 2, np.ones(6, dtype=int)])
    network, _ = fit(Samples(middle, classes, outputs=3), 0, replace(TEXT, epochs=15))
    assert (network(middle).argmax(axis=1) == classes).mean() > 0.95


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize(
    "schedule", [TEXT, replace(TEXT, balanced=True), replace(CODE, epochs=3, balanced=True)]
)
def test_a_head_never_sees_the_picture_it_leaves_out_nor_its_copies_nor_its_sky(schedule: Schedule) -> None:
    some, left = samples(), 4
    poison = [array.copy() for array in (some.plain, *some.copies)]
    poison[0][left] = np.nan
    poison[1 + left][:] = np.nan
    poison[left][-1] = np.nan  # the copy of the picture before it, which shows its sky
    spoilt = replace(some, plain=poison[0], copies=tuple(poison[1:]))
    members = np.ones((2, len(some.classes)), dtype=bool)
    members[0, left] = False
    heads, _ = fit_heads(spoilt, members, 0, replace(schedule, patience=0, epochs=12))
    assert np.isfinite(heads.values[0]).all(), "the head that leaves it out"
    assert not np.isfinite(heads.values[1]).all(), "the other one takes it"


def test_heads_side_by_side_learn_what_one_alone_would() -> None:
    some = samples()
    alone, _ = fit(some, 3, TEXT)
    heads, _ = fit_heads(some, np.ones((3, len(some.classes)), dtype=bool), 3, TEXT)
    for number in range(3):
        assert ((heads.network(number)(some.plain) >= 0) == (alone(some.plain) >= 0)).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 99))
def test_augmentation_by_class_draws_both_classes_equally(fields: int, roads: int, seed: int) -> None:
    some = samples(fields, roads)
    rows = EpochRows(some, np.ones((1, fields + roads), dtype=bool), True, np.random.default_rng(seed))
    picks, classes, weights = rows.drawn()
    assert weights.all() and Counter(classes[0].tolist()) == {0: max(fields, roads), 1: max(fields, roads)}
    owners = {**{i: i for i in range(fields + roads)}}
    for i in range(fields + roads):
        owners |= {fields + roads + 3 * i + k: i for k in range(3)}
    assert [int(some.classes[owners[int(pick)]]) for pick in picks[0]] == classes[0].tolist()


def test_early_stopping_keeps_the_best_checkpoint() -> None:
    some = samples(10, 20)
    schedule = replace(CODE, rate=0.3, patience=4, decay_every=0)
    everything = np.ones((1, 30), dtype=bool)
    heads, epochs = fit_heads(some, everything, 1, schedule)
    judges = judges_of(some, everything, np.random.default_rng(1))[0]
    assert [int((judges & (some.classes == label)).sum()) for label in (0, 1)] == [2, 4]
    loss = float(cross_entropy(heads(some.plain[judges][None]), some.classes[judges][None]).mean())
    losses = [epoch.validation_loss for epoch in epochs if epoch.validation_loss is not None]
    assert loss == pytest.approx(min(losses), rel=1e-4)
    assert len(epochs) < schedule.epochs and len(epochs) - int(np.argmin(losses)) == schedule.patience + 1


def test_the_rate_decays_and_gradients_are_clipped() -> None:
    some = samples()
    still = replace(TEXT, epochs=4)

    def moved(schedule: Schedule) -> float:
        heads, _ = fit_heads(some, np.ones((1, 20), dtype=bool), 0, schedule)
        start = Heads(1, WIDTH, 1, 0)
        return float(np.abs(heads.values - start.values).sum())

    assert moved(replace(still, decay_every=1)) < moved(still)
    descent = ClippedDescent(Heads(2, WIDTH, 1, 0), 1e-3, clip=0.5)
    rows = np.stack([np.full((1, WIDTH), size, dtype=np.float32) for size in (1e3, 1e-3)])
    descent.step(rows, np.ones((2, 1), dtype=np.int64), np.ones((2, 1), dtype=np.float32))
    norms = np.linalg.norm(descent.adam.gradient, axis=1)
    assert norms[0] == pytest.approx(0.5, rel=1e-3) and 0 < norms[1] < 0.5, "each head by itself"


@pytest.mark.parametrize(("outputs", "clip"), [(1, 0.0), (1, 0.05), (3, 0.0)])
def test_a_step_is_the_one_that_pytorch_takes(outputs: int, clip: float) -> None:
    """Two heads, some rows of which only fill up, against autograd and torch.optim.Adam."""
    draw, heads = np.random.default_rng(1), Heads(2, WIDTH, outputs, 0)
    networks = []
    for number in range(2):
        network = nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs))
        tensors = heads.network(number).tensors
        network.load_state_dict({name: torch.from_numpy(value) for name, value in tensors.items()})
        networks.append((network, torch.optim.Adam(network.parameters(), lr=1e-3)))
    descent = ClippedDescent(heads, 1e-3, clip)
    for step in range(60):
        rows = draw.normal(size=(2, 3, WIDTH)).astype(np.float32)
        targets = draw.integers(0, max(outputs, 2), (2, 3))
        counts = np.array([3, 1 + step % 3])
        descent.step(rows, targets, (np.arange(3) < counts[:, None]).astype(np.float32))
        for number, (network, optimiser) in enumerate(networks):
            some = slice(0, counts[number])
            logits = network(torch.from_numpy(rows[number, some]))
            wanted = torch.from_numpy(targets[number, some])
            if outputs == 1:
                loss = functional.binary_cross_entropy_with_logits(logits[:, 0], wanted.float())
            else:
                loss = functional.cross_entropy(logits, wanted)
            optimiser.zero_grad()
            loss.backward()
            if clip:
                nn.utils.clip_grad_norm_(network.parameters(), clip)
            optimiser.step()
    for number, (network, _) in enumerate(networks):
        for name, value in heads.network(number).tensors.items():
            np.testing.assert_allclose(value, network.state_dict()[name].numpy(), atol=2e-5)


def test_training_again_gives_the_same_head() -> None:
    first, second = (fit(samples(), 5, CODE)[0].tensors for _ in range(2))
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])


def test_every_picture_is_left_out_once_and_a_killed_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, short = samples(), replace(TEXT, epochs=3)
    folds = tenths(some.classes, 0)
    assert set(folds) == set(range(10)) and np.bincount(folds[some.classes == 0]).max() == 1
    checks = {"turned": -some.plain}
    first = leave_out(some, np.arange(20), 0, short, checks, tmp_path)
    assert (right(first.logits["plain"], some.classes)).all()
    assert not right(first.logits["turned"], some.classes).any()
    assert first.accuracy.shape == (3,)
    monkeypatch.setattr(leaving_out, "fit_heads", None)
    again = leave_out(some, np.arange(20), 0, short, checks, tmp_path)
    np.testing.assert_array_equal(again.logits["plain"], first.logits["plain"])
    with pytest.raises(TypeError):
        leave_out(some, np.arange(20), 1, short, checks, tmp_path)


def test_temperature_and_loss_follow_their_formulas() -> None:
    logits, classes = np.array([[2.0], [-1.0], [0.5]]), np.array([1, 0, 0])
    expected = np.mean([np.log1p(np.exp(-2.0)), np.log1p(np.exp(-1.0)), np.log1p(np.exp(0.5))])
    assert mean_loss(logits, classes) == pytest.approx(expected)
    three = np.concatenate([np.zeros((3, 1)), logits, np.full((3, 1), -50.0)], axis=1)
    assert mean_loss(three, classes) == pytest.approx(expected)
    best = best_temperature(logits, classes)
    assert all(mean_loss(logits / best, classes) <= mean_loss(logits / t, classes) + 1e-9
               for t in np.geomspace(0.25, 16, 145))  # fmt: skip


def test_a_gradient_that_cancels_out_has_a_length() -> None:
    """Two like pictures of opposite classes: the sum of products is rounding, and its root no NaN."""
    row = np.random.default_rng(0).normal(size=(1, WIDTH)).astype(np.float32)
    for seed in range(40):
        draw = np.random.default_rng(seed)
        below = draw.normal(size=(1, 1, 5)).astype(np.float32) * np.array([1, -1], np.float32)[None, :, None]
        fed = np.stack([row, row * np.float32(1 + 1e-7)], axis=1)
        assert np.isfinite(np.sqrt(_squared_length(below, fed))).all()
