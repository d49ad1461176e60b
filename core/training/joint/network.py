"""Projections of frozen picture and sentence features into one space, and the closed form that they start from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float
from torch import Tensor, nn

from core.encoders.towers import POOLED_WIDTH, WIDTH
from core.training.joint.pairs import SentencePairs

PICTURE_DROPOUT, WORDS_DROPOUT = 0.5, 0.25
START_SCALE = 14.0
PICTURE_RIDGE, WORDS_RIDGE = 1.0, 0.3
"""Added to the covariances, as shares of their mean eigenvalue."""
Matrix = Float[np.ndarray, "a b"]


class Projections(nn.Module):
    """Both projections, on standardised picture features.

    Args:
        pictures: (n, 1280) features that give mean and deviation.
    """

    def __init__(self, pictures: Tensor) -> None:
        super().__init__()
        self.mean, self.deviation = pictures.mean(0), pictures.std(0) + 1e-3
        self.picture = nn.Linear(POOLED_WIDTH, WIDTH, bias=False)
        self.words = nn.Linear(WIDTH, WIDTH, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(START_SCALE).log())

    def forward(self, pictures: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns unit rows of both sides and the scale, as `open_clip.loss.ClipLoss` takes them."""
        standard = (pictures - self.mean) / self.deviation
        x = functional.dropout(standard, PICTURE_DROPOUT, self.training)
        y = functional.dropout(sentences, WORDS_DROPOUT, self.training)
        rows, names = (functional.normalize(side, dim=-1) for side in (self.picture(x), self.words(y)))
        return rows, names, self.logit_scale.exp().clamp(max=100.0)

    def tensors(self) -> dict[str, np.ndarray]:
        """Returns the parameters under open_clip's names, the standardisation folded in."""
        with torch.no_grad():
            weight = self.picture.weight / self.deviation
            values = {
                "visual.head.proj.weight": weight,
                "visual.head.proj.bias": -(weight @ self.mean),
                "text.proj.weight": self.words.weight,
                "logit_scale": self.logit_scale,
            }
            return {name: value.detach().numpy() for name, value in values.items()}


def closed_form(model: Projections, sources: Sequence[tuple[SentencePairs, float]]) -> Projections:
    """Sets projections to the canonical directions of pairs, each scaled by the root of its correlation.

    Regularised canonical correlation analysis; similarities weighed by powers of the correlations as in Gong et al.
    2014. The projection of sentences has no offset, so their mean is taken from the covariances, not from the rows.

    Args:
        model: standardises the pictures; gets the weights.
        sources: pairs, and how much one of their pictures counts beside those of the others.
    """
    total = np.zeros((POOLED_WIDTH + WIDTH + 1,) * 2)
    for pairs, weight in sources:
        pictures = ((pairs.pictures - model.mean) / model.deviation).double().numpy()
        count = pairs.sentences.shape[1]
        for place in range(count):
            ones = np.ones((len(pictures), 1))
            rows = np.concatenate([pictures, pairs.sentences[:, place].double().numpy(), ones], axis=1)
            total += weight / count * rows.T @ rows
    total /= total[-1, -1]
    x, y = slice(POOLED_WIDTH), slice(POOLED_WIDTH, POOLED_WIDTH + WIDTH)
    mean = total[y, -1]
    words, across = total[y, y] - np.outer(mean, mean), total[x, y] - np.outer(total[x, -1], mean)
    left, right = _root(total[x, x], PICTURE_RIDGE), _root(words, WORDS_RIDGE)
    half = np.linalg.solve(left, across)
    first, correlations, second = np.linalg.svd(np.linalg.solve(right, half.T).T, full_matrices=False)
    scale = np.sqrt(correlations)
    pictures, sentences = np.linalg.solve(left.T, first) * scale, np.linalg.solve(right.T, second.T) * scale
    with torch.no_grad():
        model.picture.weight.copy_(torch.from_numpy((pictures / _length(pictures, total[x, x])).T))
        model.words.weight.copy_(torch.from_numpy((sentences / _length(sentences, total[y, y])).T))
    return model


def _length(weight: Matrix, squares: Float[np.ndarray, "a a"]) -> float:
    """Returns the root mean square length of projected rows; weights of one size take steps of one size."""
    return float(np.sqrt(np.trace(weight.T @ squares @ weight)))


def _root(covariance: Matrix, ridge: float) -> Matrix:
    """Returns the Cholesky factor of a covariance with a ridge."""
    mean = np.trace(covariance) / len(covariance)
    return np.linalg.cholesky(covariance + ridge * mean * np.eye(len(covariance)))
