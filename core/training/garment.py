"""Recipe `street-to-shop`: the garment embedding, learned from photos of a garment worn and as a product shot.

One linear map serves both sides, so that a street picture and a shop picture are described in the same terms; each
side is standardised by statistics of its own. The loss is the symmetric InfoNCE of CLIP.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32, Int
from torch import Tensor, nn
from tqdm import tqdm

from core.datasets.pairs import read_pairs
from core.datasets.split import folds_by_group, split_by_group
from core.encoders import garment_features
from core.encoders.towers import TOWERS_ID, Towers
from core.heads.garment import KIND, standardised
from core.metrics import bootstrap, first_right_rank, proportion
from core.store import Manifest, read_manifest, save_artifact
from core.training.common import (
    Stopwatch,
    feature_store,
    interval,
    require_pack,
    versions,
    write_model_card,
)

DIMENSIONS = 256
EPOCHS = 30
BATCH = 256
RATE = 1e-3
DECAY = 0.05
DROPOUT = 0.3
TEMPERATURE = 0.15
SMALLEST_DEVIATION = 1e-3
FOLDS = 3
PLACES = (1, 5, 20)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Features of worn photos and of the product photos of the same items, row by row.

    Attributes:
        street: (n, f) features of the worn photos.
        shop: (n, f) features of the product photos.
    """

    street: Float32[np.ndarray, "n f"]
    shop: Float32[np.ndarray, "n f"]

    def part(self, rows: Int[np.ndarray, " m"]) -> Pairs:
        """Returns the chosen rows."""
        return Pairs(self.street[rows], self.shop[rows])


class Embedding(nn.Module):
    """Standardises each side and projects both with one linear map.

    Args:
        pairs: give each side's mean and deviation.
    """

    def __init__(self, pairs: Pairs) -> None:
        super().__init__()
        self.statistics = {
            "street": _statistics(pairs.street),
            "shop": _statistics(pairs.shop),
        }
        self.linear = nn.Linear(pairs.street.shape[1], DIMENSIONS)
        self.drop = nn.Dropout(DROPOUT)
        self.log_scale = nn.Parameter(torch.tensor(1 / TEMPERATURE).log())

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


def fit(pairs: Pairs, seed: int, epochs: int = EPOCHS) -> Embedding:
    """Trains the embedding.

    Args:
        pairs: what to learn from.
        seed: of first weights, batches and dropout.
        epochs: passes over the pairs.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = Embedding(pairs).train()
    street, shop = model.prepared(pairs.street, "street"), model.prepared(pairs.shop, "shop")
    groups = [
        {"params": list(model.linear.parameters()), "weight_decay": DECAY},
        {"params": [model.log_scale], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    batches = -(-len(street) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=epochs * batches, pct_start=0.15
    )
    for _ in tqdm(range(epochs), desc="garments", unit="epoch", mininterval=1.0):
        for batch in np.array_split(random.permutation(len(street)), batches):
            rows = torch.from_numpy(batch)
            logits = model(street[rows]) @ model(shop[rows]).T * model.log_scale.exp().clamp(max=100.0)
            right = torch.arange(len(rows))
            loss = (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


def ranks_of(model: Embedding, pairs: Pairs) -> Int[np.ndarray, " n"]:
    """Returns the rank of each worn photo's own product among all products of these pairs."""
    scores = model.embedded(pairs.street, "street") @ model.embedded(pairs.shop, "shop").T
    return np.concatenate([first_right_rank(scores[row : row + 1], [row]) for row in range(len(scores))])


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the garment embedding on the pairs in `data`.

    Args:
        data: a folder of packs with `clothes_viton_pairs`, or any folder of the pairs layout.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: no pairs, or a picture cannot be read.
    """
    watch = Stopwatch.started()
    pack = data if (data / "labels.csv").is_file() else require_pack(data, "clothes_viton_pairs")
    rows = read_pairs(pack)
    paths = [row.worn for row in rows] + [row.product for row in rows]
    name = f"{garment_features.ID} {TOWERS_ID}"
    features, digests = feature_store().rows(name, paths, Towers().garment_features)
    pairs = Pairs(features[: len(rows)], features[len(rows) :])
    items = [row.item_id for row in rows]
    training, back = split_by_group(items)
    model = fit(pairs.part(training), seed)
    metrics = _figures(ranks_of(model, pairs.part(back)), [items[row] for row in back], "")
    metrics |= _cross_validated(pairs, items, seed)
    manifest = Manifest(
        kind=KIND,
        models={"towers": TOWERS_ID, "features": garment_features.ID},
        data=[pack.name],
        split="an eighth of the items, chosen by a hash of the item id, trained nothing; the figures that begin with "
        "three_folds come from three trainings, each on two thirds of all items.",
        seed=seed,
        versions=versions(),
        metrics=metrics,
        minutes=watch.minutes(),
        details={"dimensions": DIMENSIONS, "epochs": EPOCHS, "batch": BATCH, "temperature": TEMPERATURE},
    )
    seen = [digests[row + side * len(rows)] for row in training for side in (0, 1)]
    save_artifact(out, model.tensors(), manifest, seen=seen)
    write_model_card(out, "Pocket garment embedding", read_manifest(out), _CARD)


def _cross_validated(pairs: Pairs, items: list[str], seed: int) -> dict[str, dict[str, float]]:
    fold_of = folds_by_group(items, FOLDS, seed)
    ranks, groups = [], []
    for fold in range(FOLDS):
        model = fit(pairs.part(np.flatnonzero(fold_of != fold)), seed)
        test = np.flatnonzero(fold_of == fold)
        ranks.append(ranks_of(model, pairs.part(test)))
        groups += [items[row] for row in test]
    return _figures(np.concatenate(ranks), groups, "three_folds_")


def _figures(ranks: Int[np.ndarray, " n"], groups: list[str], prefix: str) -> dict[str, dict[str, float]]:
    """Returns recall at 1, 5 and 20, and mean average precision (one right answer: the mean of 1 / rank)."""
    metrics: dict[str, dict[str, float]] = {}
    for k in PLACES:
        estimate = proportion(ranks <= k)
        metrics |= interval(f"{prefix}recall_at_{k}", *estimate, len(ranks))
    low, high = bootstrap(1 / ranks, groups)
    name = f"{prefix}mean_average_precision"
    return metrics | interval(name, float(np.mean(1 / ranks)), low, high, len(ranks))


_CARD = (
    "One linear map from textures and colours, taken at several depths of EfficientNet-Lite2 (ImageNet weights, "
    "Apache-2.0) from the whole picture and from its middle, to 256 dimensions, in which a worn garment lies near its "
    "product shot.",
    "Trained on women's tops, photographed in a studio on models: other garments, men, children and street scenes are "
    "beyond what it was made for, and a garment far from the middle of the picture wants a box.",
)
