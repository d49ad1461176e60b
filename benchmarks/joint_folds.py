"""Measures ways to train the joint space on folds: `python -m benchmarks.joint_folds DATA [WAY ...]`.

DATA holds the packs flickr8k (four folds of about 200 photos) and coco_captions (seven of about 245), and the packs
that train beside them. The ways: the recipe itself (averaged or one run of it), the closed form that it starts from,
and the recipe on a collection that it never read. Features are computed once, minutes on a laptop; a way then takes a
minute to ten. Each figure with its 95 % interval.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Int

from core.encoders.towers import Towers
from core.features.store import feature_store
from core.metrics import Estimate, recalls
from core.training.joint.data import FurtherLessons
from core.training.joint.fit import fit, started
from core.training.joint.measure import PLACES, Trainer, measured_elsewhere, ranks_in_folds
from core.training.joint.network import Projections
from core.training.joint.pairs import SentencePairs
from core.training.joint.photos import PACKS, Collection

Folds = Sequence[Int[np.ndarray, " _"]]
"""The fold of each photo, of every collection."""
Measure = Callable[[Sequence[Collection], FurtherLessons], Mapping[str, dict[str, Estimate]]]


def _trained(sides: FurtherLessons, photos: Sequence[SentencePairs], seed: int, runs: int = 1) -> Projections:
    return fit(photos, sides.pairs, sides.kinds, seed, runs)


def _folds(
    collections: Sequence[Collection], sides: FurtherLessons, runs: int
) -> Mapping[str, dict[str, Estimate]]:
    return measured_on_folds(collections, partial(_trained, sides, runs=runs))


def _captions_alone(
    collections: Sequence[Collection], _: FurtherLessons
) -> Mapping[str, dict[str, Estimate]]:
    return measured_on_folds(collections, partial(_trained, FurtherLessons([], [], [], [])))


def _closed_form(
    collections: Sequence[Collection], sides: FurtherLessons
) -> Mapping[str, dict[str, Estimate]]:
    return measured_on_folds(collections, lambda photos, _: started(photos, sides.pairs))


def _elsewhere(collections: Sequence[Collection], sides: FurtherLessons) -> Mapping[str, dict[str, Estimate]]:
    return measured_elsewhere(collections, partial(_trained, sides))


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


WAYS: dict[str, Measure] = {
    "closed-form": _closed_form,
    "captions-alone": _captions_alone,
    "one-run": partial(_folds, runs=1),
    "recipe": partial(_folds, runs=3),
    "never-read": _elsewhere,
}


def main(arguments: Sequence[str]) -> int:
    """Prints a row for each way and collection."""
    data, ways = Path(arguments[0]), list(arguments[1:]) or list(WAYS)
    towers, store = Towers(), feature_store()
    collections = [Collection.read(data / name, towers, store) for name in PACKS]
    sides = FurtherLessons.read(data, towers, store)
    for way in ways:
        for name, figures in WAYS[way](collections, sides).items():
            shown = "   ".join(
                f"{metric} {figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
                for metric, figure in figures.items()
            )
            print(f"{way:16}{name:16}{shown}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
