"""What it takes to open the scores of another model, beside `numpy.load` of the same file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import Row, milliseconds
from core.images import encode_png
from core.scores import ScoreSet, open_scores
from core.settings import Settings
from demo.services import Services

LIMIT, LIMIT_RATIO = 2000.0, 8.0
"""Milliseconds until the scores of 500 queries over 5,000 candidates stand on the page, and times `numpy.load`."""


def written(folder: Path, queries: int, candidates: int) -> Path:
    """Writes scores of chance with a picture for each candidate, and returns the file."""
    chance = np.random.default_rng(0)
    (folder / "pictures").mkdir()
    drawn = encode_png(np.full((24, 24, 3), 128, dtype=np.uint8))
    ids = [f"{number}.png" for number in range(candidates)]
    for name in ids:
        (folder / "pictures" / name).write_bytes(drawn)
    right = np.stack([np.arange(queries), chance.integers(0, candidates, queries)], axis=1)
    arrays: Mapping[str, Any] = {
        "parts": chance.standard_normal((3, queries, candidates)).astype(np.float32),
        "kinds": np.array(["picture", "words", "both"]),
        "ids": np.array(ids),
        "queries": np.array([f"query {number}" for number in range(queries)]),
        "right": right,
    }
    np.savez(folder / "scores.npz", **arrays)
    return folder / "scores.npz"


def loaded(file: Path) -> list[np.ndarray]:
    """Reads every array of a file, and checks nothing."""
    with np.load(file) as archive:
        return [archive[name] for name in archive.files]


def first_answer(scores: ScoreSet, cache: Path) -> object:
    """Makes what the tab opens with: all names, the first answer, and the small pictures that it shows."""
    from demo.events.scores import ScoresEvents

    tab = ScoresEvents(Services(Settings(cache=cache)), scores)
    return tab.opened(), tab.names()


def rows(queries: int = 500, candidates: int = 5000, rounds: int = 5) -> list[Row]:
    """Measures a file of so many queries and candidates."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = written(folder, queries, candidates)
        bare = milliseconds(lambda: loaded(file), rounds, 1)
        ours = milliseconds(lambda: open_scores(file), rounds, 1)
        scores = open_scores(file)
        answer = milliseconds(lambda: first_answer(scores, folder / "cache"), rounds, 1)
        size = f"{queries:,} x {candidates:,}"
        beside = {"beside": "numpy.load"}
        return [
            Row(f"scores, read and checked, {size}", ours, bare, None, LIMIT_RATIO, **beside),
            Row(f"scores, to the first answer, {size}", ours + answer, bare, LIMIT, None, **beside),
        ]
