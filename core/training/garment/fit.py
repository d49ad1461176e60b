"""The garment embedding while it is trained: pairs and what else is known of them, the model, one training run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float, Float32, Int
from torch import Tensor, nn
from tqdm import tqdm

from core.blend import dot_products
from core.heads.garment import standardised
from core.metrics import first_right_rank
from core.training.garment.losses import (
    BoxGuess,
    Losses,
    Matching,
    PairContrast,
    WordContrast,
    arcface,
    same_words,
)

DIMENSIONS = 256
EPOCHS = 30
BATCH = 256
RATE = 1e-3
DECAY = 0.05
DROPOUT = 0.3
SMALLEST_DEVIATION = 1e-3
FIRST = Losses(pairs=1.0)
"""The design that the losses of the report are compared with."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an embedding is trained.

    Attributes:
        batch: pairs in a step.
        rate: the highest learning rate.
        square: whether the map keeps the size of the features and starts as the identity on features as they
            are, so that before training it is the encoder itself; else it is drawn, for standardised features.
    """

    batch: int = BATCH
    rate: float = RATE
    square: bool = False


DRAWN = Way()


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Features of worn photos and of the product photos of the same items, row by row.

    Attributes:
        street: (n, f) features of the worn photos.
        shop: (n, f) features of the product photos.
        street_words: (n, s) embeddings of the worn photos' captions; needed by ITC and ITM.
        shop_words: (n, s) embeddings of the product photos' captions; likewise.
        scenes: (n, f) features of whole synthetic scenes with the worn photos; needed by the box loss.
        boxes: (n, 4) left, top, right, bottom of their boxes, in shares of the picture; likewise.
    """

    street: Float32[np.ndarray, "n f"]
    shop: Float32[np.ndarray, "n f"]
    street_words: Float32[np.ndarray, "n s"] | None = None
    shop_words: Float32[np.ndarray, "n s"] | None = None
    scenes: Float32[np.ndarray, "n f"] | None = None
    boxes: Float32[np.ndarray, "n 4"] | None = None

    def part(self, rows: Int[np.ndarray, " m"]) -> Pairs:
        """Returns the chosen rows."""

        def chosen(name: str) -> Any:
            value = getattr(self, name)
            return None if value is None else value[rows]

        return Pairs(**{field.name: chosen(field.name) for field in fields(self)})


class Dropout(nn.Module):
    """Blanks values at random, as torch's dropout does, from cheap random bytes: half of a step went into torch's.

    Args:
        share: how many values are blanked, in [0, 1), to 1/256.
        seed: of the choice.
    """

    def __init__(self, share: float, seed: int) -> None:
        super().__init__()
        self._limit = round(share * 256)
        self._random = np.random.default_rng(seed)

    def forward(self, rows: Tensor) -> Tensor:
        """Returns the rows, in training with some values 0 and the others scaled up."""
        if not self.training:
            return rows
        drawn = torch.frombuffer(bytearray(self._random.bytes(rows.numel())), dtype=torch.uint8)
        kept = (drawn >= self._limit).view(rows.shape)
        return rows * kept * (256 / (256 - self._limit))


class Embedding(nn.Module):
    """Standardises each side and projects both with one linear map.

    Args:
        pairs: give each side's mean and deviation.
        seed: of dropout.
        square: see `Way`.
    """

    def __init__(self, pairs: Pairs, seed: int = 0, *, square: bool = False) -> None:
        super().__init__()
        width = pairs.street.shape[1]
        known = _as_they_are if square else _statistics
        self.statistics = {"street": known(pairs.street), "shop": known(pairs.shop)}
        self.linear = nn.Linear(width, width if square else DIMENSIONS)
        if square:
            nn.init.eye_(self.linear.weight)
            nn.init.zeros_(self.linear.bias)
        self.drop = Dropout(0.0 if square else DROPOUT, seed)

    def forward(self, rows: Tensor) -> Tensor:
        """Returns unit rows for standardised features of either side."""
        return functional.normalize(self.linear(self.drop(rows)), dim=-1)

    def prepared(self, features: Float32[np.ndarray, "n f"], side: str) -> Tensor:
        """Returns the features of one side, standardised."""
        return torch.from_numpy(standardised(features, *self.statistics[side]))

    def embedded(self, features: Float32[np.ndarray, "n f"], side: str) -> Float32[np.ndarray, "n d"]:
        """Returns the unit rows of one side."""
        with torch.inference_mode():
            rows: Tensor = self(self.prepared(features, side))
        return rows.numpy()

    def tensors(self) -> dict[str, np.ndarray]:
        """Returns what the head needs; the large matrix at half precision."""
        values = {
            "weight": self.linear.weight.detach().numpy().astype(np.float16),
            "bias": self.linear.bias.detach().numpy(),
        }
        for side, (mean, deviation) in self.statistics.items():
            values |= {f"{side}_mean": mean, f"{side}_deviation": deviation}
        return values


def _statistics(features: Float32[np.ndarray, "n f"]) -> tuple[np.ndarray, np.ndarray]:
    return features.mean(axis=0), features.std(axis=0) + np.float32(SMALLEST_DEVIATION)


def _as_they_are(features: Float32[np.ndarray, "n f"]) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(features.shape[1], np.float32), np.ones(features.shape[1], np.float32)


class Teacher(nn.Module):
    """Adds up the losses of a batch.

    Args:
        model: the embedding that is trained.
        pairs: what it is trained on.
        losses: which losses count.

    Raises:
        ValueError: a loss needs captions or scenes that the pairs lack.
    """

    def __init__(self, model: Embedding, pairs: Pairs, losses: Losses) -> None:
        super().__init__()
        self.losses = losses
        self._model = [model]  # in a list, lest its parameters be listed twice
        self._street, self._shop = model.prepared(pairs.street, "street"), model.prepared(pairs.shop, "shop")
        self.contrast = PairContrast()
        self._words = _tensor(pairs.street_words), _tensor(pairs.shop_words)
        self._boxes = _tensor(pairs.boxes)
        self._scenes = None if pairs.scenes is None else model.prepared(pairs.scenes, "street")
        spoken = losses.itc or losses.itm
        if (spoken and self._words[0] is None) or (losses.box and self._scenes is None):
            raise ValueError(f"{losses.name} needs captions or scenes that these pairs do not have.")
        if spoken and self._words[0] is not None:
            self.spoken = WordContrast(self._words[0].shape[1], model.linear.out_features)
            self.matching = Matching(model.linear.out_features)
        if losses.box:
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
            total = total + self._said(both, rows)
        if losses.box and self._scenes is not None and self._boxes is not None:
            seen = model.linear(model.drop(self._scenes[rows]))
            total = total + losses.box * self.guess(seen, self._boxes[rows])
        return total

    def _said(self, pictures: Float[Tensor, "n d"], rows: Int[Tensor, " n"]) -> Tensor:
        words = torch.cat([side[rows] for side in self._words if side is not None])
        captions, same = self.spoken.embedded(words), same_words(words)
        total: Tensor = self.losses.itc * self.spoken(pictures, captions, same)
        if self.losses.itm:
            drawn = self.spoken.hardest(pictures, captions, same)
            total = total + self.losses.itm * self.matching(pictures, captions, drawn)
        return total


def _tensor(rows: np.ndarray | None) -> Tensor | None:
    return None if rows is None else torch.from_numpy(rows)


def fit(pairs: Pairs, seed: int, epochs: int = EPOCHS, losses: Losses = FIRST, way: Way = DRAWN) -> Embedding:
    """Trains the embedding.

    Args:
        pairs: what to learn from.
        seed: of first weights, batches and dropout.
        epochs: passes over the pairs.
        losses: what is made small.
        way: batch, rate and start.

    Raises:
        ValueError: a loss needs captions or scenes that the pairs lack.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = Embedding(pairs, seed, square=way.square).train()
    teacher = Teacher(model, pairs, losses).train()
    optimiser = torch.optim.AdamW(_groups(model, teacher), lr=way.rate)
    batches = -(-len(pairs.street) // way.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, way.rate, total_steps=epochs * batches, pct_start=0.15
    )
    for _ in tqdm(range(epochs), desc=losses.name, unit="epoch", mininterval=1.0):
        for batch in np.array_split(random.permutation(len(pairs.street)), batches):
            loss = teacher(torch.from_numpy(batch))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


def _groups(model: Embedding, teacher: Teacher) -> list[dict[str, object]]:
    """Returns the parameters: those of the loss decay as the map does, temperatures do not."""
    named = [*model.linear.named_parameters(), *teacher.named_parameters()]
    scales = [value for name, value in named if name.endswith("log_scale")]
    others = [value for name, value in named if not name.endswith("log_scale")]
    return [{"params": others, "weight_decay": DECAY}, {"params": scales, "weight_decay": 0.0}]


def ranks_of(model: Embedding, pairs: Pairs) -> Int[np.ndarray, " n"]:
    """Returns the rank of each worn photo's own product among all products of these pairs."""
    scores = dot_products(model.embedded(pairs.street, "street"), model.embedded(pairs.shop, "shop"))
    return np.concatenate([first_right_rank(scores[row : row + 1], [row]) for row in range(len(scores))])
