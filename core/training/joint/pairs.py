"""What the projections learn from, as tensors: pictures with sentences that belong to them, pictures of known kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

BALANCE = 0.75
"""Pictures of a kind are drawn as its count to the power of 1 less this: 0 as they come, 1 all kinds alike."""


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Pooled features of pictures, the sentences of each, and further views of each, which only train."""

    pictures: Float[Tensor, "n p"]
    sentences: Float[Tensor, "n k s"]
    views: Float[Tensor, "n v p"] | None = None

    def drawn(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Returns `count` pictures, none twice, each in one of its views and with one of its sentences."""
        rows = torch.randperm(len(self.pictures), generator=generator)[:count]
        which = torch.randint(self.sentences.shape[1], (len(rows),), generator=generator)
        pictures = self.pictures[rows]
        if self.views is not None:
            view = torch.randint(self.views.shape[1] + 1, (len(rows),), generator=generator)
            further = self.views[rows, (view - 1).clamp(min=0)]
            pictures = torch.where((view == 0)[:, None], pictures, further)
        return pictures, self.sentences[rows, which]

    def part(self, rows: Int[np.ndarray, " some"]) -> SentencePairs:
        """Returns some of the pictures with all that belongs to them."""
        views = None if self.views is None else self.views[rows]
        return SentencePairs(self.pictures[rows], self.sentences[rows], views)


def joined(sources: Sequence[SentencePairs]) -> SentencePairs:
    """Returns the pictures of several sources in one.

    Where a source has fewer sentences each than another, they come again; further views are taken where all have them.
    """
    count = torch.arange(max(pairs.sentences.shape[1] for pairs in sources))
    views = [pairs.views for pairs in sources if pairs.views is not None]
    return SentencePairs(
        torch.cat([pairs.pictures for pairs in sources]),
        torch.cat([pairs.sentences[:, count % pairs.sentences.shape[1]] for pairs in sources]),
        torch.cat(views) if len(views) == len(sources) else None,
    )


@dataclass(frozen=True, slots=True)
class Kinds:
    """Pictures of known kinds, and sentences that name each kind: whatever is of one kind fits all its sentences."""

    pictures: Float[Tensor, "n p"]
    labels: Int[Tensor, " n"]
    sentences: Float[Tensor, "kinds k s"]

    def drawn(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Returns `count` pictures, rare kinds oftener than they come, a sentence for each kind, and the labels."""
        frequency = torch.bincount(self.labels, minlength=len(self.sentences)).float()[self.labels]
        rows = torch.multinomial(frequency**-BALANCE, count, replacement=True, generator=generator)
        which = torch.randint(self.sentences.shape[1], (len(self.sentences),), generator=generator)
        return self.pictures[rows], self.sentences[torch.arange(len(which)), which], self.labels[rows]
