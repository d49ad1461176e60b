"""Projections of frozen picture and sentence features into one space: what trains them, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from open_clip.loss import ClipLoss
from torch import Tensor, nn
from tqdm import tqdm

from core.encoders.towers import POOLED_WIDTH, WIDTH
from core.training.shared.fitting import Descent

EPOCHS = 60
BATCH = 256
RATE = 1e-3
DECAY = 0.1
PICTURE_DROPOUT, WORDS_DROPOUT = 0.5, 0.25
START_SCALE = 14.0
SIDE_LOSS = 0.3
BALANCE = 0.75
"""Pictures of a kind are drawn as its count to the power of 1 less this: 0 as they come, 1 all kinds alike."""


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Pictures and sentences that belong together.

    Attributes:
        pictures: (n, 1280) pooled features.
        sentences: (n, k, 384) embeddings of the k sentences of each picture.
    """

    pictures: Tensor
    sentences: Tensor

    def drawn(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Returns `count` pictures, none twice, each with one of its sentences."""
        rows = torch.randperm(len(self.pictures), generator=generator)[:count]
        which = torch.randint(self.sentences.shape[1], (len(rows),), generator=generator)
        return self.pictures[rows], self.sentences[rows, which]


def joined(sources: Sequence[SentencePairs]) -> SentencePairs:
    """Returns the pictures of several sources in one; where a source has fewer sentences each, they come again."""
    count = max(pairs.sentences.shape[1] for pairs in sources)
    places = torch.arange(count)
    return SentencePairs(
        torch.cat([pairs.pictures for pairs in sources]),
        torch.cat([pairs.sentences[:, places % pairs.sentences.shape[1]] for pairs in sources]),
    )


@dataclass(frozen=True, slots=True)
class Kinds:
    """Pictures of known kinds, and sentences that name each kind: whatever is of one kind fits all its sentences.

    Attributes:
        pictures: (n, 1280) pooled features.
        labels: (n,) the kind of each.
        sentences: (kinds, k, 384) embeddings of k sentences for each kind.
    """

    pictures: Tensor
    labels: Tensor
    sentences: Tensor

    def drawn(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Returns `count` pictures, rare kinds oftener than they come, a sentence for each kind, and the labels."""
        frequency = torch.bincount(self.labels, minlength=len(self.sentences)).float()[self.labels]
        rows = torch.multinomial(frequency**-BALANCE, count, replacement=True, generator=generator)
        which = torch.randint(self.sentences.shape[1], (len(self.sentences),), generator=generator)
        return self.pictures[rows], self.sentences[torch.arange(len(which)), which], self.labels[rows]


class Projections(nn.Module):
    """Both projections while they are trained, on standardised picture features.

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


def fit(
    main: SentencePairs,
    sides: Sequence[SentencePairs],
    kinds: Sequence[Kinds],
    seed: int,
    epochs: int = EPOCHS,
) -> Projections:
    """Trains the projections.

    Args:
        main: photos with captions; an epoch is one pass over them.
        sides: further pairs; each adds its own loss, weighted 0.3, from a batch of its own.
        kinds: pictures with labels; each adds, weighted alike, the cross-entropy between a picture's kind and its
            similarity to a sentence of every kind (a half of the loss of UniCL, Yang et al. 2022).
        seed: of first weights, batches and dropout.
        epochs: passes over the photos.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model, loss_of = Projections(main.pictures), ClipLoss()
    decayed = [model.picture.weight, model.words.weight]
    groups = [
        {"params": decayed, "weight_decay": DECAY},
        {"params": [model.logit_scale], "weight_decay": 0.0},
    ]
    steps = epochs * max(1, len(main.pictures) // BATCH)
    descent = Descent.one_cycle(groups, RATE, steps, warm_up=0.1)
    for _ in tqdm(range(steps), desc="projections", unit="step", mininterval=1.0):
        loss = loss_of(*model(*main.drawn(BATCH, generator)))
        for side in sides:
            loss = loss + SIDE_LOSS * loss_of(*model(*side.drawn(BATCH, generator)))
        for labelled in kinds:
            pictures, sentences, labels = labelled.drawn(BATCH, generator)
            rows, names, scale = model(pictures, sentences)
            loss = loss + SIDE_LOSS * functional.cross_entropy(scale * rows @ names.T, labels)
        descent.step(loss)
    return model.eval()
