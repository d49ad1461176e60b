"""Several trainings of the garment embedding in one map, so that what one of them learned by chance counts less.

Each training ends in a linear map of its own, turned as its first weights happened to be. Side by side their cosines
average; a singular value decomposition then keeps the directions that matter, so the merged map is as small as one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.training.garment.fit import DIMENSIONS, Embedding, Pairs, fit
from core.training.garment.losses import Losses

TRAININGS = 5


def fit_merged(pairs: Pairs, seed: int, losses: Losses, trainings: int = TRAININGS) -> Embedding:
    """Trains several times, from other first weights and in another order, and returns one merged embedding.

    Args:
        pairs: what to learn from.
        seed: of the first training; the others take the seeds after it.
        losses: what is made small.
        trainings: how many, at least 1.
    """
    models = [fit(pairs, seed + number, losses=losses) for number in range(trainings)]
    return models[0] if trainings == 1 else merged(models, pairs)


def merged(models: Sequence[Embedding], pairs: Pairs) -> Embedding:
    """Returns one embedding whose cosines are nearly the mean of those of all.

    Args:
        models: trained on the same pairs, so that they standardise alike.
        pairs: those pairs; the directions are chosen by what they make of them.
    """
    first = models[0]
    rows = torch.cat([first.prepared(pairs.street, "street"), first.prepared(pairs.shop, "shop")])
    with torch.inference_mode():
        outputs = [model.linear(rows) for model in models]
        lengths = [rows_out.norm(dim=1).mean() for rows_out in outputs]
        side_by_side = torch.cat([out / length for out, length in zip(outputs, lengths, strict=True)], dim=1)
        gram = (side_by_side.T @ side_by_side).double().numpy()
        _, vectors = np.linalg.eigh(gram)
        kept = torch.from_numpy(vectors[:, ::-1][:, :DIMENSIONS].T.copy()).float()
        scaled = zip(models, lengths, strict=True)
        weights, biases = zip(
            *((model.linear.weight / length, model.linear.bias / length) for model, length in scaled),
            strict=True,
        )
        one = Embedding(pairs)
        one.linear.weight.copy_(kept @ torch.cat(weights))
        one.linear.bias.copy_(kept @ torch.cat(biases))
    return one.eval()
