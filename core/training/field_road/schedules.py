"""The schedules that are tried: report 2's two, its proposals, and those that learn from captioned photos as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.small_heads.samples import CODE, SCHEDULES, TEXT, Schedule
from core.small_heads.trained import Trained

WITH_PHOTOS = "code, augmentation by class, captioned photos"
"""Trains beside report 2's pictures on everyday photos whose captions speak of open country or of a road, in steps of
more pictures, for there are more."""
THRICE = f"{WITH_PHOTOS}, the report’s pictures three times"
BESIDE_PHOTOS = {WITH_PHOTOS: 1, THRICE: 3}
"""How often an epoch draws each of the report's pictures, which are outnumbered by the photos."""
CANDIDATES: dict[str, Schedule] = {
    "text: 3e-3, batch 3, 7 epochs": TEXT,
    "text, augmentation by class": replace(TEXT, balanced=True),
    "text, 30 epochs, rate halved every 10": replace(TEXT, epochs=30, decay_every=10),
    "text, early stopping (50 epochs, patience 15)": replace(TEXT, epochs=50, patience=15),
    "code: 3e-4, 50 epochs, halved every 10, patience 15, clip 0.5": CODE,
    "code, augmentation by class": replace(CODE, balanced=True),
    WITH_PHOTOS: replace(CODE, balanced=True, batch=12),
    THRICE: replace(CODE, balanced=True, batch=12),
}
"""Report 2's two sets, alone and with its proposals; which one ships is chosen by leave-one-out."""
PUBLISHED = tuple(name for name, schedule in CANDIDATES.items() if schedule in (TEXT, CODE))


def candidates(photos: bool) -> list[str]:
    """Returns the names of the schedules to try, without those that need captioned photos where there are none."""
    return [name for name in CANDIDATES if photos or name not in BESIDE_PHOTOS]


def published() -> dict[str, Schedule]:
    """Returns report 2's own two sets by their names here."""
    return {name: CANDIDATES[name] for name in PUBLISHED}


def published_of(runs: Iterable[Trained]) -> dict[str, Trained]:
    """Returns the heads that report 2's own two sets trained: "text" and "code"."""
    by_name = {run.name: run for run in runs}
    return {kind: by_name[name] for kind, name in zip(SCHEDULES, PUBLISHED, strict=True)}
