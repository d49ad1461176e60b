"""The classifiers of report 1 while they are trained: one side alone, alpha f + beta g, and [v; t] -> MLP."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import Tensor, nn

from core.heads.fusion import HIDDEN

DROPOUT = 0.2
FASTEST = 4096
"""Rows that are classified at a time, so that 20,000 of them need little memory."""
PICTURE, WORDS, CONCAT = "f(v) alone", "g(t) alone", "concatenation"
LAMBDAS = {"v1": 0.1, "v2": 0.3}
"""Report 1's two proposals: how much the penalty on alpha and beta counts."""
Rows = Float32[np.ndarray, "n _"]
Labels = Int[np.ndarray, " n"]


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Features of sketches, embeddings of their captions, and the right class of each, row by row."""

    picture: Rows
    words: Rows
    classes: Labels


class Standardise(nn.Module):
    """Takes the mean and the scale of the training features away, so that one learning rate suits both sides."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mean = nn.Buffer(torch.zeros(width))
        self.scale = nn.Buffer(torch.ones(width))

    def fit(self, rows: torch.Tensor) -> None:
        """Takes mean and deviation from (n, width) training rows."""
        self.mean.copy_(rows.mean(0))
        self.scale.copy_(rows.std(0).clamp_min(1e-3))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Returns (n, width) standardised rows."""
        return (rows - self.mean) / self.scale


def build_classifier(width: int, classes: int, dropout: float = DROPOUT) -> nn.Sequential:
    """Returns f or g, untrained."""
    first, last = nn.Linear(width, HIDDEN), nn.Linear(HIDDEN, classes)
    return nn.Sequential(Standardise(width), first, nn.ReLU(), nn.Dropout(dropout), last)


def penalty(alpha: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    """Returns report 1's penalty: the negative parts of both weights, and |alpha + beta - 1|."""
    return torch.relu(-alpha) + torch.relu(-beta) + (alpha + beta - 1).abs()


class OneClassifier(nn.Module):
    """One classifier, untrained, on the embedding of one side (0 for the picture, 1 for the words) or on both."""

    def __init__(self, classifier: nn.Module, *sides: int) -> None:
        super().__init__()
        self.classifier, self._sides = classifier, sides

    def forward(self, picture: Tensor, words: Tensor) -> Tensor:
        """Returns the logits."""
        logits: Tensor = self.classifier(torch.cat([(picture, words)[side] for side in self._sides], dim=1))
        return logits


class BlendedPair(nn.Module):
    """f and g, untrained, with alpha and beta, learned together from (0.5, 0.5), as in report 1."""

    def __init__(self, picture: nn.Module, words: nn.Module) -> None:
        super().__init__()
        self.picture, self.words = picture, words
        self.weights = nn.Parameter(torch.tensor([0.5, 0.5]))

    def forward(self, picture: Tensor, words: Tensor) -> Tensor:
        """Returns z = alpha f + beta g."""
        logits: Tensor = self.weights[0] * self.picture(picture) + self.weights[1] * self.words(words)
        return logits


def untrained(name: str, sides: Sides, count: int, *, standardised: bool) -> nn.Module:
    """Returns an untrained network of one row of report 1; see `fitted_classifier`.

    Args:
        name: `PICTURE`, `WORDS`, `CONCAT` or one of `LAMBDAS`.
        sides: features that give mean and scale.
        count: number of classes.
        standardised: whether features are standardised first; the report takes them as they are.
    """
    both = sides.picture, sides.words
    if name in LAMBDAS:
        return BlendedPair(*(fitted_classifier(rows, count, standardised=standardised) for rows in both))
    chosen = {PICTURE: (0,), WORDS: (1,), CONCAT: (0, 1)}[name]
    rows = np.concatenate([both[side] for side in chosen], axis=1)
    return OneClassifier(fitted_classifier(rows, count, standardised=standardised), *chosen)


def fitted_classifier(rows: Rows, count: int, *, standardised: bool = True) -> nn.Sequential:
    """Returns an untrained classifier of `count` classes, its mean and scale fitted to features, or 0 and 1."""
    network = build_classifier(rows.shape[1], count)
    first = network[0]
    assert isinstance(first, Standardise)
    if standardised:
        first.fit(torch.from_numpy(rows))
    return network


def logits_of(network: nn.Module, *sides: Rows) -> Float32[np.ndarray, "n classes"]:
    """Returns the logits of a trained network that takes as many sides as are given."""
    starts = range(0, len(sides[0]), FASTEST)
    blocks = ((torch.from_numpy(rows[start : start + FASTEST]) for rows in sides) for start in starts)
    return np.concatenate([network(*block).numpy() for block in blocks])


def both_logits(network: nn.Module, sides: Sides) -> Float32[np.ndarray, "n classes"]:
    """Returns the logits of a trained network that takes both sides."""
    return logits_of(network, sides.picture, sides.words)
