"""Measures a way to train the joint space on folds: each photo by projections that never saw it or its captions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int

from core.datasets.captions import read_captions
from core.datasets.split import folds_by_group
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import FeatureStore
from core.metrics import Estimate, recalls
from core.training.joint.fit import Projections, SentencePairs
from core.training.joint.measure import PLACES, ranks_of_own

Trainer = Callable[[Sequence[SentencePairs], int], Projections]
"""From the collections' photos that train, and a seed, to projections."""


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Photos with captions from one source.

    Attributes:
        name: of the source.
        photos: their features and those of their captions.
        fold: (n,) the fold of each photo, from 0; a fold is judged among itself.
    """

    name: str
    photos: SentencePairs
    fold: Int[np.ndarray, " n"]

    @classmethod
    def read(cls, pack: Path, folds: int, towers: Towers, store: FeatureStore, seed: int = 0) -> Collection:
        """Reads a folder in the captions layout; features that were computed before come from the store."""
        rows = read_captions(pack)
        features, _ = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
        count = min(len(row.captions) for row in rows)
        texts = [text for row in rows for text in row.captions[:count]]
        sentences = store.text_rows(f"sentences {TOWERS_ID}", texts, towers.sentences)
        pairs = SentencePairs(
            torch.from_numpy(features), torch.from_numpy(sentences).unflatten(0, (len(rows), count))
        )
        return cls(pack.name, pairs, folds_by_group([row.file for row in rows], folds, seed))


def splits(collections: Sequence[Collection]) -> Iterator[list[list[int]]]:
    """Yields for each run the folds of every collection that it leaves out, each fold once over all runs.

    There are as many runs as the collection with the fewest folds has; the others lose several folds in one run, so
    that a candidate is trained seldom, and on nearly all.
    """
    runs = min(int(collection.fold.max()) + 1 for collection in collections)
    for run in range(runs):
        yield [list(range(run, int(collection.fold.max()) + 1, runs)) for collection in collections]


def measured_on_folds(
    collections: Sequence[Collection], train: Trainer, seed: int = 0
) -> Mapping[str, dict[str, Estimate]]:
    """Returns for each collection the recall of a photo's own captions among all captions of its fold.

    Args:
        collections: what trains and is judged, at least one.
        train: gets what a run does not leave out, in the order of the collections.
        seed: of the training; every run has one of its own.
    """
    ranks: dict[str, list[np.ndarray]] = {collection.name: [] for collection in collections}
    for run, left_out in enumerate(splits(collections)):
        model = train(
            [
                rows_of(collection.photos, np.flatnonzero(~np.isin(collection.fold, folds)))
                for collection, folds in zip(collections, left_out, strict=True)
            ],
            seed + run,
        )
        for collection, folds in zip(collections, left_out, strict=True):
            for fold in folds:
                judged = rows_of(collection.photos, np.flatnonzero(collection.fold == fold))
                ranks[collection.name].append(ranks_of_own(model, judged))
    return {name: recalls(np.concatenate(places), PLACES) for name, places in ranks.items()}


def rows_of(pairs: SentencePairs, rows: Int[np.ndarray, " some"]) -> SentencePairs:
    """Returns some of the pictures with their sentences."""
    return SentencePairs(pairs.pictures[rows], pairs.sentences[rows])
