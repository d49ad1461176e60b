"""What the joint recipe measures: does a kept-back photo, or one of a collection never read, find its own caption?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Int

from core.metrics import Estimate, ranks_of_right, recalls
from core.training.joint.network import Projections
from core.training.joint.pairs import SentencePairs
from core.training.joint.photos import Collection

PLACES = (1, 10)
Trainer = Callable[[Sequence[SentencePairs], int], Projections]
"""From the collections' photos that train, and a seed, to projections."""


def measured(model: Projections, photos: SentencePairs) -> dict[str, Estimate]:
    """Returns recall of a photo's own captions among those of all photos."""
    return recalls(ranks_of_own(model, photos), PLACES, "photo_to_caption_recall_at_{}")


def measured_elsewhere(
    collections: Sequence[Collection], train: Trainer, seed: int = 0
) -> Mapping[str, dict[str, Estimate]]:
    """Returns for each collection the recall of a photo's own captions among all captions of its fold.

    Each is judged by a training that read all photos of the others, with a seed of its own.
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


def ranks_of_own(model: Projections, photos: SentencePairs) -> Int[np.ndarray, " n"]:
    """Returns for each photo the rank of the best of its own captions among those of all photos."""
    with torch.no_grad():
        pictures, words, _ = model(photos.pictures, photos.sentences.flatten(0, 1))
    own = np.arange(len(words)).reshape(len(pictures), -1)
    return np.asarray(ranks_of_right(pictures.numpy() @ words.numpy().T, own)[0])
