"""The classifiers of report 1 while they are trained: one side alone, alpha f + beta g, and [v; t] -> MLP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import nn

from core.heads.fusion import Standardise, build_classifier

FASTEST = 4096
"""Rows that are classified at a time, so that 20,000 of them need little memory."""
Rows = Float32[np.ndarray, "n d"]
Labels = Int[np.ndarray, " n"]


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Features of both sides, row by row.

    Attributes:
        picture: (n, d) features of the sketches.
        words: (n, e) embeddings of captions.
        classes: (n,) the right class of each.
    """

    picture: Rows
    words: Rows
    classes: Labels


class Alone(nn.Module):
    """One side's classifier, which does not look at the other.

    Args:
        width: numbers in an embedding of the side.
        count: number of classes.
        side: 0 for the picture, 1 for the words.
    """

    def __init__(self, width: int, count: int, side: int) -> None:
        super().__init__()
        self.classifier = build_classifier(width, count)
        self._side = side

    def forward(self, picture: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Returns the logits."""
        logits: torch.Tensor = self.classifier((picture, words)[self._side])
        return logits


class BlendedPair(nn.Module):
    """f, g, alpha and beta, learned together from (0.5, 0.5), as in report 1.

    Args:
        picture: f, untrained.
        words: g, untrained.
    """

    def __init__(self, picture: nn.Module, words: nn.Module) -> None:
        super().__init__()
        self.picture, self.words = picture, words
        self.weights = nn.Parameter(torch.tensor([0.5, 0.5]))

    def forward(self, picture: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Returns z = alpha f + beta g."""
        logits: torch.Tensor = self.weights[0] * self.picture(picture) + self.weights[1] * self.words(words)
        return logits

    @classmethod
    def of(cls, sides: Sides, count: int, *, standardised: bool = True) -> BlendedPair:
        """Returns an untrained pair for these features; see `fitted_classifier`."""
        f, g = (
            fitted_classifier(rows, count, standardised=standardised) for rows in (sides.picture, sides.words)
        )
        return cls(f, g)


class Concatenation(nn.Module):
    """One classifier on both embeddings side by side.

    Args:
        classifier: of both, untrained.
    """

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, picture: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Returns the logits."""
        logits: torch.Tensor = self.classifier(torch.cat([picture, words], dim=1))
        return logits

    @classmethod
    def of(cls, sides: Sides, count: int, *, standardised: bool = True) -> Concatenation:
        """Returns an untrained classifier for both features side by side; see `fitted_classifier`."""
        rows = np.concatenate([sides.picture, sides.words], axis=1)
        return cls(fitted_classifier(rows, count, standardised=standardised))


def fitted_classifier(rows: Rows, count: int, *, standardised: bool = True) -> nn.Sequential:
    """Returns an untrained classifier of one kind of features.

    Args:
        rows: (n, d) features that give mean and scale.
        count: number of classes.
        standardised: whether features are standardised first; the report takes them as they are.
    """
    network = build_classifier(rows.shape[1], count)
    first = network[0]
    assert isinstance(first, Standardise)
    if standardised:
        first.fit(torch.from_numpy(rows))
    return network


def logits_of(network: nn.Module, *sides: Rows) -> Float32[np.ndarray, "n classes"]:
    """Returns the logits of a trained network.

    Args:
        network: takes as many sides as there are.
        sides: (n, d) features of each.
    """

    def blocks() -> Iterator[np.ndarray]:
        for start in range(0, len(sides[0]), FASTEST):
            yield network(*(torch.from_numpy(rows[start : start + FASTEST]) for rows in sides)).numpy()

    return np.concatenate(list(blocks()))
