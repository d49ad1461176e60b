"""Three trainings on two thirds of the items each, so that every item is judged by a model that never saw it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float32, Int

from core.blend import dot_products
from core.datasets.split import folds_by_group
from core.digests import sha256_of_arrays
from core.metrics import Estimate, bootstrap, first_right_rank, proportion
from core.store import write_atomically
from core.training.garment.fit import BATCH, DIMENSIONS, DROPOUT, EPOCHS, RATE, Pairs
from core.training.garment.losses import Losses
from core.training.garment.merge import fit_merged
from core.training.shared.common import interval

FOLDS = 3
PLACES = (1, 5, 20)
FORMAT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What one training makes of the items it did not see.

    Attributes:
        rows: (m,) the pairs of this fold.
        scores: (m, m) cosine of each worn photo with each product of the fold.
        products: (m, d) unit rows of the products.
    """

    rows: Int[np.ndarray, " m"]
    scores: Float32[np.ndarray, "m m"]
    products: Float32[np.ndarray, "m d"]


def folds(
    pairs: Pairs, items: Sequence[str], losses: Losses, seed: int, kept: Path, trainings: int = 1
) -> list[Fold]:
    """Trains for each fold; what was trained before is read from disk, so that a killed run goes on.

    Args:
        pairs: all pairs.
        items: (n,) their items; one item stands in one fold.
        losses: what is made small.
        seed: of folds and training.
        kept: a folder for finished folds.
        trainings: how many are merged for each fold.
    """
    home = folds_by_group(items, FOLDS, seed)
    found = []
    for fold in range(FOLDS):
        training, rows = np.flatnonzero(home != fold), np.flatnonzero(home == fold)
        file = kept / f"{_key(pairs.part(training), losses, seed, trainings)}-{fold}.npz"
        if not file.exists():
            model, test = fit_merged(pairs.part(training), seed, losses, trainings), pairs.part(rows)
            products = model.embedded(test.shop, "shop")
            stream = io.BytesIO()
            scores = dot_products(model.embedded(test.street, "street"), products)
            np.savez(stream, scores=scores, products=products)
            write_atomically(file, stream.getvalue())
        with np.load(file, allow_pickle=False) as values:
            found.append(Fold(rows, values["scores"], values["products"]))
    return found


def _key(pairs: Pairs, losses: Losses, seed: int, trainings: int) -> str:
    digest = hashlib.sha256(repr((FORMAT, EPOCHS, BATCH, RATE, DROPOUT, DIMENSIONS, seed)).encode())
    digest.update(repr(astuple(losses)).encode())
    digest.update(b"" if trainings == 1 else str(trainings).encode())
    for rows in (pairs.street, pairs.shop, pairs.street_words, pairs.shop_words, pairs.scenes, pairs.boxes):
        digest.update(b"" if rows is None else sha256_of_arrays(rows).encode())
    return digest.hexdigest()[:24]


def ranks_in(scores: Float32[np.ndarray, "m m"]) -> Int[np.ndarray, " m"]:
    """Returns the rank of each row's own column."""
    return np.concatenate([first_right_rank(scores[row : row + 1], [row]) for row in range(len(scores))])


def fold_ranks(found: Sequence[Fold]) -> Int[np.ndarray, " n"]:
    """Returns the rank of each pair's product within its fold, in the order of the pairs."""
    ranks = np.zeros(sum(len(fold.rows) for fold in found), dtype=np.int64)
    for fold in found:
        ranks[fold.rows] = ranks_in(fold.scores)
    return ranks


def mean_precision(ranks: Int[np.ndarray, " n"], groups: Sequence[str]) -> Estimate:
    """Returns mean average precision, which with one right answer is the mean of 1 / rank."""
    return Estimate(float(np.mean(1 / ranks)), *bootstrap(1 / ranks, list(groups)))


def figures(ranks: Int[np.ndarray, " n"], groups: Sequence[str], prefix: str) -> dict[str, dict[str, float]]:
    """Returns recall at 1, 5 and 20 and mean average precision as metrics of a manifest."""
    metrics: dict[str, dict[str, float]] = {}
    for k in PLACES:
        metrics |= interval(f"{prefix}recall_at_{k}", *proportion(ranks <= k), len(ranks))
    name = f"{prefix}mean_average_precision"
    return metrics | interval(name, *mean_precision(ranks, groups), len(ranks))


def cells(ranks: Int[np.ndarray, " n"], groups: Sequence[str]) -> list[dict[str, float]]:
    """Returns the cells of a table's row: recall at 1, 5 and 20, mean average precision."""
    metrics = figures(ranks, groups, "").values()
    return [{name: metric[name] for name in ("value", "low", "high")} for metric in metrics]


def best_of(ranks: Sequence[Int[np.ndarray, " n"]], judged: Bool[np.ndarray, " n"]) -> int:
    """Returns which ranking has the best mean average precision over the judged queries; the first of equals."""
    return int(np.argmax([np.mean(1 / places[judged]) for places in ranks]))
