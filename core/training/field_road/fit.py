"""Trains report 2's head by each schedule: on everything, and for each picture on what it has no copy in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.small_heads.fit import fit
from core.small_heads.leave_out import LeftOut, leave_out, tenths
from core.small_heads.network import best_temperature, right
from core.small_heads.samples import Rows, Samples, Schedule, joined
from core.small_heads.trained import Trained
from core.training.field_road import schedules
from core.training.field_road.data import Training

Checks = Mapping[str, Rows]


def trained(name: str, training: Training, seed: int, cache: Path) -> Trained:
    """Trains one schedule on everything, and with a tenth left out at a time; `cache` keeps finished heads."""
    schedule, (pictures, beside) = schedules.CANDIDATES[name], training.samples_of(name)

    def left_out(samples: Samples, checks: Checks, beside: Samples | None) -> LeftOut:
        folds = tenths(samples.classes, seed)
        return leave_out(samples, folds, seed, schedule, checks, cache, f"{name}: tenths", beside)

    network, epochs = fit(pictures if beside is None else joined(pictures, beside), seed, schedule)
    left, elsewhere = left_out(pictures, training.checks, beside), None
    if training.photos is not None:
        photos = training.photos.samples
        logits = network(photos.plain) if beside is None else left_out(photos, {}, pictures).logits["plain"]
        elsewhere = right(logits, photos.classes)
    logits = np.concatenate(list(left.logits.values()))
    temperature = best_temperature(logits, np.tile(training.samples.classes, len(left.logits)))
    return Trained(name, network, epochs, left, temperature, elsewhere)


def left_out_once(run: Trained, training: Training, seed: int, cache: Path) -> Trained:
    """Adds what heads say of each picture when it alone is left out."""
    schedule, (pictures, beside) = schedules.CANDIDATES[run.name], training.samples_of(run.name)
    folds = np.arange(len(pictures.classes))
    left = leave_out(pictures, folds, seed, schedule, {}, cache, f"{run.name}: one by one", beside)
    return replace(run, left_out=left)


def third_class(training: Training, schedule: Schedule, seed: int, cache: Path) -> Trained | None:
    """Trains the three-way head on everything, and by leave-one-out; None where no picture is known to show both."""
    samples = training.three
    if samples is None:
        return None
    folds = np.arange(len(samples.classes))
    left = leave_out(samples, folds, seed, schedule, {}, cache, "three classes: one by one")
    network, epochs = fit(samples, seed, schedule)
    temperature = best_temperature(left.logits["plain"], samples.classes)
    return Trained("three classes", network, epochs, left, temperature, left_out=left)
