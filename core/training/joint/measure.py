"""What the joint recipe measures: does a kept-back photo find one of its own captions?"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Int

from core.metrics import Estimate, ranks_of_right, recalls
from core.training.joint.network import Projections
from core.training.joint.pairs import SentencePairs

PLACES = (1, 10)


def measured(model: Projections, photos: SentencePairs) -> dict[str, Estimate]:
    """Returns recall of a photo's own captions among those of all photos."""
    return recalls(ranks_of_own(model, photos), PLACES, "photo_to_caption_recall_at_{}")


def ranks_of_own(model: Projections, photos: SentencePairs) -> Int[np.ndarray, " n"]:
    """Returns for each photo the rank of the best of its own captions among those of all photos."""
    with torch.no_grad():
        pictures, words, _ = model(photos.pictures, photos.sentences.flatten(0, 1))
    own = np.arange(len(words)).reshape(len(pictures), -1)
    return np.asarray(ranks_of_right(pictures.numpy() @ words.numpy().T, own)[0])
