"""Leave-one-out for small heads: each picture, and strange copies of it, judged by a head that never saw it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float
from tqdm import tqdm

from core.datasets.split import folds_by_class
from core.features.cache import cached_arrays
from core.small_heads.fit import fit_heads
from core.small_heads.network import Heads, right
from core.small_heads.samples import Classes, Members, Rows, Samples, Schedule, joined

TOGETHER = 17
"""Heads that are trained side by side: as many as a processor's cache holds."""
TENTHS = 10
VERSION = "2"
"""Part of the names under which finished heads are kept; changes with what a head is."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What heads say of the pictures that they never saw.

    Attributes:
        logits: kind of copy -> logits; "plain" is the pictures as they are.
        accuracy: share of left-out pictures that are right after each epoch; an ended head keeps its last weights.
    """

    logits: dict[str, Float[np.ndarray, "n outputs"]]
    accuracy: Float[np.ndarray, " epochs"]


def tenths(classes: Classes, seed: int) -> Classes:
    """Returns the fold of each picture, 0 to 9, each with its share of every class."""
    return folds_by_class(np.arange(len(classes)), classes, TENTHS, seed)


def leave_out(
    samples: Samples,
    folds: Classes,
    seed: int,
    schedule: Schedule,
    checks: Mapping[str, Rows],
    cache: Path | None = None,
    name: str = "leave out",
    beside: Samples | None = None,
) -> LeftOut:
    """Trains one head for each fold, on all the others; a copy is left out with its picture.

    Args:
        samples: the pictures and their copies.
        folds: the fold of each picture.
        seed: the same for all heads, as `schedule` is.
        schedule: the hyper-parameters.
        checks: kind -> embeddings of one copy of each picture, judged beside the picture itself.
        cache: a folder in which finished heads are kept, so that a killed run goes on; None for no keeping.
        name: shown with the progress.
        beside: further samples, which train every head and are not judged.
    """
    judged = {"plain": samples.plain, **checks}
    left = np.unique(folds)
    parts = [left[start : start + TOGETHER] for start in range(0, len(left), TOGETHER)]
    logits = {kind: np.zeros((len(folds), samples.outputs)) for kind in judged}
    if beside is not None:
        samples, folds = joined(samples, beside), np.pad(folds, (0, len(beside.classes)), constant_values=-1)
    curves, weights = [], []
    for part in tqdm(parts, desc=name, unit="batch of heads", mininterval=1.0):
        heads_of = part[:, None] == folds
        trained = partial(_part, samples, judged, seed, schedule, heads_of)
        key = _key(samples, judged, seed, schedule, heads_of)
        answers = trained() if cache is None else cached_arrays(cache / f"{key}.npz", trained)
        rows = np.flatnonzero(heads_of.any(axis=0))
        for kind in judged:
            logits[kind][rows] = answers[kind]
        curves.append(answers["accuracy"])
        weights.append(len(rows))
    longest = max(map(len, curves))
    same = [np.pad(line, (0, longest - len(line)), mode="edge") for line in curves]
    return LeftOut(logits, np.average(same, axis=0, weights=weights))


def _part(
    samples: Samples, judged: Mapping[str, Rows], seed: int, schedule: Schedule, left: Members
) -> dict[str, np.ndarray]:
    """Returns the logits of the pictures that each head left out, in their order, and the accuracy by epoch."""
    rows = np.flatnonzero(left.any(axis=0))
    head = left[:, rows].argmax(axis=0)
    curve = []

    def answers(heads: Heads, embeddings: Rows) -> np.ndarray:
        return np.asarray(heads(embeddings[rows][None])[head, np.arange(len(rows))])

    def note(heads: Heads) -> None:
        curve.append(float(right(answers(heads, judged["plain"]), samples.classes[rows]).mean()))

    heads, _ = fit_heads(samples, ~left, seed, schedule, note)
    logits = {kind: answers(heads, embeddings) for kind, embeddings in judged.items()}
    return logits | {"accuracy": np.array(curve)}


def _key(
    samples: Samples, judged: Mapping[str, np.ndarray], seed: int, schedule: Schedule, left: Members
) -> str:
    digest = hashlib.sha256(f"{VERSION} {seed} {schedule} {samples.outputs} {sorted(judged)}".encode())
    copies = (*samples.copies, *samples.donors) if schedule.balanced else ()
    often = () if not len(samples.often) else (np.asarray(samples.often),)
    for array in (left, samples.classes, *judged.values(), *copies, *often):
        # Rounded, for threads add in another order.
        digest.update(np.round(np.asarray(array, dtype=np.float64), 3).tobytes())
    return digest.hexdigest()[:32]
