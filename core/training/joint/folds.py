"""Measures a way to train the joint space: on folds, and on collections that the training never read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Int

from core.metrics import Estimate, recalls
from core.training.joint.measure import PLACES, ranks_of_own
from core.training.joint.network import Projections
from core.training.joint.pairs import SentencePairs
from core.training.joint.photos import Collection

Trainer = Callable[[Sequence[SentencePairs], int], Projections]
"""From the collections' photos that train, and a seed, to projections."""
Folds = Sequence[Int[np.ndarray, " _"]]
"""The fold of each photo, of every collection."""


def splits(folds: Folds) -> Iterator[list[list[int]]]:
    """Yields for each run the folds of every collection that it leaves out, each fold once over all runs.

    There are as many runs as the collection with the fewest folds has; the others lose several folds in one run, so
    that a candidate is trained seldom, and on nearly all.
    """
    counts = [int(fold.max()) + 1 for fold in folds]
    for run in range(min(counts)):
        yield [list(range(run, count, min(counts))) for count in counts]


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
    folds = [collection.folds() for collection in collections]
    for run, left_out in enumerate(splits(folds)):
        training = [
            collection.photos.part(np.flatnonzero(~np.isin(fold, some)))
            for collection, fold, some in zip(collections, folds, left_out, strict=True)
        ]
        model = train(training, seed + run)
        for collection, fold, some in zip(collections, folds, left_out, strict=True):
            ranks[collection.name] += ranks_in_folds(model, collection.photos, fold, some)
    return {name: recalls(np.concatenate(places), PLACES) for name, places in ranks.items()}


def measured_elsewhere(
    collections: Sequence[Collection], train: Trainer, seed: int = 0
) -> Mapping[str, dict[str, Estimate]]:
    """Returns for each collection what `measured_on_folds` does, by a training that read only the others.

    Args:
        collections: at least two.
        train: gets all photos of all but one.
        seed: of the training; every run has one of its own.
    """
    figures = {}
    for run, collection in enumerate(collections):
        model = train([other.photos for other in collections if other is not collection], seed + run)
        fold = collection.folds()
        ranks = ranks_in_folds(model, collection.photos, fold, range(int(fold.max()) + 1))
        figures[collection.name] = recalls(np.concatenate(ranks), PLACES)
    return figures


def ranks_in_folds(
    model: Projections, photos: SentencePairs, fold: Int[np.ndarray, " n"], chosen: Sequence[int]
) -> list[Int[np.ndarray, " _"]]:
    """Returns for each of some folds the rank of each photo's best caption among those of its fold."""
    return [ranks_of_own(model, photos.part(np.flatnonzero(fold == number))) for number in chosen]
