"""What the joint recipe measures: does a kept-back photo find one of its own captions?"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float32

from core.metrics import Estimate, ranks_of_right, recalls
from core.training.joint.fit import Projections

PLACES = (1, 10)


def measured(
    model: Projections, features: Float32[np.ndarray, "n p"], sentences: Float32[np.ndarray, "n k s"]
) -> dict[str, Estimate]:
    """Returns recall of a photo's own captions among those of all photos.

    Args:
        model: the trained projections.
        features: (n, p) pooled features of the photos.
        sentences: (n, k, s) embeddings of their captions.
    """
    with torch.no_grad():
        pictures, words, _ = model(torch.from_numpy(features), torch.from_numpy(sentences).flatten(0, 1))
    own = np.arange(len(words)).reshape(len(features), -1)
    ranks = ranks_of_right(pictures.numpy() @ words.numpy().T, own)[0]
    return recalls(ranks, PLACES, "photo_to_caption_recall_at_{}")
