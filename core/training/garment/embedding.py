"""The garment embedding: pairs and what else is known of them, the linear map of both sides, and several in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32, Int
from torch import Tensor, nn

from core.heads.garment import standardised

DIMENSIONS = 256
DROPOUT = 0.3
SMALLEST_DEVIATION = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class GarmentPairs:
    """Features of worn photos and of the product photos of the same items, row by row.

    Attributes:
        street: features of the worn photos.
        shop: features of the product photos.
        street_words: embeddings of the worn photos' captions; ITC and ITM need both sides'.
        shop_words: embeddings of the product photos' captions.
        scenes: features of whole synthetic scenes with the worn photos; the box loss needs them.
        boxes: left, top, right, bottom of their boxes, in shares of the picture.
    """

    street: Float32[np.ndarray, "n f"]
    shop: Float32[np.ndarray, "n f"]
    street_words: Float32[np.ndarray, "n s"] | None = None
    shop_words: Float32[np.ndarray, "n s"] | None = None
    scenes: Float32[np.ndarray, "n f"] | None = None
    boxes: Float32[np.ndarray, "n 4"] | None = None

    @property
    def words(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Embeddings of both sides' captions, None without any."""
        if self.street_words is None or self.shop_words is None:
            return None
        return self.street_words, self.shop_words

    def part(self, rows: Int[np.ndarray, " m"]) -> GarmentPairs:
        """Returns the chosen rows."""
        columns = (getattr(self, field.name) for field in fields(self))
        return GarmentPairs(*(None if column is None else column[rows] for column in columns))  # type: ignore[arg-type]


class Dropout(nn.Module):
    """Blanks a share of values, to 1/256, as torch's dropout does, from cheap bytes: torch's took half of a step."""

    def __init__(self, share: float, seed: int) -> None:
        super().__init__()
        self._limit = round(share * 256)
        self._random = np.random.default_rng(seed)

    def forward(self, rows: Tensor) -> Tensor:
        """Returns the rows, in training with some values 0 and the others scaled up."""
        if not self.training:
            return rows
        drawn = torch.frombuffer(bytearray(self._random.bytes(rows.numel())), dtype=torch.uint8)
        left = (drawn >= self._limit).view(rows.shape)
        return rows * left * (256 / (256 - self._limit))


class Embedding(nn.Module):
    """Standardises each side and projects both with one linear map.

    Args:
        pairs: give each side's mean and deviation.
        seed: of dropout.
        square: whether the map keeps the size of the features and starts as the identity on features as they are.
    """

    def __init__(self, pairs: GarmentPairs, seed: int = 0, *, square: bool = False) -> None:
        super().__init__()
        width = pairs.street.shape[1]
        sides = {"street": pairs.street, "shop": pairs.shop}
        self.statistics = {side: _statistics(rows, square) for side, rows in sides.items()}
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


def _statistics(features: Float32[np.ndarray, "n f"], square: bool) -> tuple[np.ndarray, np.ndarray]:
    if square:
        return np.zeros(features.shape[1], np.float32), np.ones(features.shape[1], np.float32)
    return features.mean(axis=0), features.std(axis=0) + np.float32(SMALLEST_DEVIATION)


def merged(models: Sequence[Embedding], pairs: GarmentPairs) -> Embedding:
    """Returns one embedding whose cosines are nearly the mean of those of all, so that chance counts less.

    Each training ends in a map of its own, turned as its first weights happened to be. Side by side their cosines
    average; a singular value decomposition then keeps the directions that matter.

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
        strongest = torch.from_numpy(vectors[:, ::-1][:, :DIMENSIONS].T.copy()).float()
        scaled = list(zip((model.linear for model in models), lengths, strict=True))
        embedding = Embedding(pairs)
        embedding.linear.weight.copy_(
            strongest @ torch.cat([map_.weight / length for map_, length in scaled])
        )
        embedding.linear.bias.copy_(strongest @ torch.cat([map_.bias / length for map_, length in scaled]))
    return embedding.eval()
