"""What the joint recipe measures: does a kept-back photo find one of its own captions?"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float32

from core.metrics import ranks_of_right
from core.training.joint.fit import Projections
from core.training.shared.reporting import Metrics, shares_at

PLACES = (1, 10)


def measured(
    model: Projections, features: Float32[np.ndarray, "n p"], sentences: Float32[np.ndarray, "n k s"]
) -> Metrics:
    """Returns recall of a photo's own captions among those of all photos.

    Args:
        model: the trained projections.
        features: (n, p) pooled features of the photos.
        sentences: (n, k, s) embeddings of their captions.
    """
    with torch.no_grad():
        flat = torch.from_numpy(sentences).flatten(0, 1)
        pictures, words, _ = model(torch.from_numpy(features), flat)
    captions = sentences.shape[1]
    own = [range(row * captions, (row + 1) * captions) for row in range(len(features))]
    ranks = ranks_of_right(pictures.numpy() @ words.numpy().T, own)[0]
    return shares_at("photo_to_caption_recall_at_{}", ranks, PLACES)
