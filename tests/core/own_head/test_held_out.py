"""Pictures of one's own are judged by heads that saw neither them nor their copies; small classes train, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.own_head.held_out import PARTS, HeldOut, judging
from core.small_heads.fit import fit_heads
from core.small_heads.samples import CODE, TEXT, Samples

FAST = replace(TEXT, rate=1e-2, epochs=12)
SHORT = replace(CODE, rate=1e-2, epochs=16)


def judged(samples: Samples) -> HeldOut | None:
    steps = judging(samples, [Path(f"{i}.png") for i in range(len(samples.classes))], 0, FAST)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            held_out: HeldOut | None = end.value
            return held_out


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def noise(first: int, second: int) -> Samples:
    """Pictures whose classes cannot be told, only learned by heart."""
    classes = np.repeat([0, 1], [first, second])
    return Samples(unit(np.random.default_rng(3).normal(size=(len(classes), 48))), classes)


def apart(first: int, second: int) -> Samples:
    """Pictures of two classes that are easily told."""
    classes = np.repeat([0, 1], [first, second])
    rows = np.random.default_rng(1).normal(size=(len(classes), 16)) * 0.2
    rows[:, 0] += 2.0 * classes - 1
    return Samples(unit(rows), classes)


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize(("first", "second"), [(9, 9), (12, 12)])
def test_what_is_only_learned_by_heart_is_not_found_held_out(first: int, second: int, twice: bool) -> None:
    samples = noise(first, second)
    if twice:  # the same pixels in another file
        samples = Samples(np.tile(samples.plain, (2, 1)), np.tile(samples.classes, 2))
    _, epochs = fit_heads(samples, np.ones((1, len(samples.classes)), dtype=bool), 0, FAST)
    assert epochs[-1].accuracy == 1.0
    held_out = judged(samples)
    assert held_out is not None and held_out.figure.value < 0.75
    assert held_out.one_by_one is (first == 9) and held_out.heads == (18 if first == 9 else PARTS)


def test_each_picture_has_its_answer_and_each_class_its_count() -> None:
    held_out = judged(apart(5, 31))
    assert (
        held_out is not None and np.bincount(held_out.classes).tolist() == [5, 31] and not held_out.one_by_one
    )
    assert held_out.right == (5, 31) and held_out.figure.value == 1.0
    assert held_out.paths[4:6] == (Path("4.png"), Path("5.png"))
    assert (held_out.probabilities[:5] < 0.5).all() and (held_out.probabilities[5:] > 0.5).all()


def test_a_class_of_copies_alone_cannot_be_judged() -> None:
    samples = apart(3, 8)
    samples.plain[:3] = samples.plain[0]
    assert judged(samples) is None


@pytest.mark.parametrize(("first", "second"), [(3, 3), (4, 12)])
def test_a_class_too_small_to_judge_by_keeps_its_last_weights(first: int, second: int) -> None:
    samples = apart(first, second)
    heads, epochs = fit_heads(samples, np.ones((1, first + second), dtype=bool), 0, SHORT)
    assert len(epochs) == SHORT.epochs and all(epoch.validation_loss is None for epoch in epochs)
    assert ((heads.network()(samples.plain)[:, 0] >= 0) == samples.classes).all()
