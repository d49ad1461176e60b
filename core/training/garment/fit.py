"""Trains the garment embedding: the losses of a batch added up, one training run, several merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.training.garment.embedding import Embedding, GarmentPairs, merged
from core.training.garment.losses import (
    BoxGuess,
    Losses,
    Matching,
    PairContrast,
    WordContrast,
    arcface,
    same_words,
)
from core.training.shared.fitting import Descent, batches_of, shuffled

EPOCHS = 30
BATCH = 256
RATE = 1e-3
DECAY = 0.05
TRAININGS = 5
"""How many are merged into what ships."""
FIRST = Losses(pairs=1.0)
"""The design that the losses of the report are compared with."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an embedding is trained.

    `square` keeps the size of the features and starts as the identity on features as they are, so that before training
    the map is the encoder itself; else it is drawn, for standardised features. `rate` is the highest learning rate.
    """

    batch: int = BATCH
    rate: float = RATE
    epochs: int = EPOCHS
    square: bool = False


DRAWN = Way()
REPORTED = Way(batch=16, rate=1e-4, epochs=1, square=True)
"""Report 3's fine-tuning: one epoch from the encoder itself; it gives neither batch nor rate."""


class Teacher(nn.Module):
    """Adds up the losses of a batch, for an embedding and the pairs that it is trained on.

    Raises:
        ValueError: a loss needs captions or scenes that the pairs lack.
    """

    def __init__(self, model: Embedding, pairs: GarmentPairs, losses: Losses) -> None:
        super().__init__()
        self.losses = losses
        self._model = [model]  # in a list, lest its parameters be listed twice
        self._street, self._shop = model.prepared(pairs.street, "street"), model.prepared(pairs.shop, "shop")
        self.contrast = PairContrast()
        if losses.itc or losses.itm:
            self._words = [
                torch.from_numpy(_there(side, losses)) for side in (pairs.street_words, pairs.shop_words)
            ]
            self.spoken = WordContrast(self._words[0].shape[1], model.linear.out_features)
            self.matching = Matching(model.linear.out_features)
        if losses.box:
            self._scenes = model.prepared(_there(pairs.scenes, losses), "street")
            self._boxes = torch.from_numpy(_there(pairs.boxes, losses))
            self.guess = BoxGuess(model.linear.out_features)
        if losses.arcface:
            self.arcface = arcface(len(pairs.street), model.linear.out_features)

    def forward(self, rows: Int[Tensor, " n"]) -> Tensor:
        """Returns the weighted sum of the losses of a batch, given by its rows."""
        model, losses = self._model[0], self.losses
        street, shop = model(self._street[rows]), model(self._shop[rows])
        total: Tensor = losses.pairs * self.contrast(street, shop)
        both = torch.cat([street, shop])
        if losses.arcface:
            total = total + losses.arcface * self.arcface(both, rows.repeat(2))
        if losses.itc or losses.itm:
            total = total + self._spoken_loss(both, rows)
        if losses.box:
            seen = model.linear(model.drop(self._scenes[rows]))
            total = total + losses.box * self.guess(seen, self._boxes[rows])
        return total

    def _spoken_loss(self, pictures: Float[Tensor, "both d"], rows: Int[Tensor, " n"]) -> Tensor:
        words = torch.cat([side[rows] for side in self._words])
        captions, same = self.spoken.embedded(words), same_words(words)
        total: Tensor = self.losses.itc * self.spoken.loss(pictures, captions, same)
        if self.losses.itm:
            drawn = self.spoken.hardest(pictures, captions, same)
            total = total + self.losses.itm * self.matching(pictures, captions, drawn)
        return total


def _there(rows: np.ndarray | None, losses: Losses) -> np.ndarray:
    if rows is None:
        raise ValueError(f"{losses.name} needs captions or scenes that these pairs do not have.")
    return rows


def fit(pairs: GarmentPairs, seed: int, losses: Losses = FIRST, way: Way = DRAWN) -> Embedding:
    """Trains the embedding, see `Teacher`; `seed` decides first weights, batches and dropout."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = Embedding(pairs, seed, square=way.square).train()
    teacher = Teacher(model, pairs, losses).train()
    count, batches = len(pairs.street), batches_of(len(pairs.street), way.batch)
    descent = Descent.one_cycle(_groups(model, teacher), way.rate, way.epochs * batches, warm_up=0.15)
    for batch in shuffled(count, batches, way.epochs, random, losses.name):
        descent.step(teacher(torch.from_numpy(batch)))
    return model.eval()


def fit_merged(pairs: GarmentPairs, seed: int, losses: Losses, trainings: int = TRAININGS) -> Embedding:
    """Trains several times, with a seed and the seeds after it, and returns one merged embedding."""
    models = [fit(pairs, seed + number, losses=losses) for number in range(trainings)]
    return models[0] if trainings == 1 else merged(models, pairs)


def _groups(model: Embedding, teacher: Teacher) -> list[dict[str, object]]:
    """Returns the parameters: those of the loss decay as the map does, temperatures do not."""
    named = [*model.linear.named_parameters(), *teacher.named_parameters()]
    scales = [value for name, value in named if name.endswith("log_scale")]
    others = [value for name, value in named if not name.endswith("log_scale")]
    return [{"params": others, "weight_decay": DECAY}, {"params": scales, "weight_decay": 0.0}]
