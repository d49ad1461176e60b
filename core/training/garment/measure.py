"""What the garment recipe measures: three folds, every sum of losses, and words beside the picture."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Int

from core.blend import dot_products, unit
from core.captioners.dialogue import QUESTIONS
from core.conformal.p_values import ALPHA, by_the_others
from core.datasets.split import folds_by_group, folds_of
from core.digests import sha256_of_arrays
from core.features.cache import Arrays, cached_arrays
from core.index.constants import cosine_distribution
from core.metrics import bootstrap, own_ranks, recalls
from core.reporting import Cell, Metrics, Table, cell, cells
from core.reporting.garment import PLACES, answers_table, beside_table, losses_table
from core.training.garment.embedding import DIMENSIONS, DROPOUT, Embedding, GarmentPairs
from core.training.garment.fit import BATCH, EPOCHS, FIRST, RATE, fit_merged
from core.training.garment.losses import REPORTS, Losses

FOLDS = 3
FORMAT = 2
SHARES = (0.15, 0.3)
"""Weights of the words in the blend; the first is what the page starts with."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What one training makes of pairs it did not see: cosines of worn photos and products, the products' unit rows."""

    rows: Int[np.ndarray, " m"]
    scores: Float32[np.ndarray, "m m"]
    products: Float32[np.ndarray, "m d"]


def folds(
    pairs: GarmentPairs, items: Sequence[str], losses: Losses, seed: int, cache: Path, trainings: int = 1
) -> list[Fold]:
    """Trains on two thirds of the items for each fold, so that every item is judged by a model that never saw it.

    Finished folds are kept in `cache`, so that a killed run goes on; `trainings` are merged for each fold.
    """
    finished = []
    for number, (training, rows) in enumerate(folds_of(items, FOLDS, seed)):
        taught, new = pairs.part(training), pairs.part(rows)
        file = cache / f"{_key(taught, losses, seed, trainings)}-{number}.npz"
        values = cached_arrays(file, partial(_judged, taught, new, losses, seed, trainings))
        finished.append(Fold(rows, values["scores"], values["products"]))
    return finished


def _judged(training: GarmentPairs, new: GarmentPairs, losses: Losses, seed: int, trainings: int) -> Arrays:
    model = fit_merged(training, seed, losses, trainings)
    return {"scores": scores_of(model, new), "products": model.embedded(new.shop, "shop")}


def _key(pairs: GarmentPairs, losses: Losses, seed: int, trainings: int) -> str:
    digest = hashlib.sha256(repr((FORMAT, EPOCHS, BATCH, RATE, DROPOUT, DIMENSIONS, seed)).encode())
    digest.update(repr(astuple(losses)).encode())
    digest.update(b"" if trainings == 1 else str(trainings).encode())
    for rows in (getattr(pairs, field.name) for field in fields(pairs)):
        digest.update(b"" if rows is None else sha256_of_arrays(rows).encode())
    return digest.hexdigest()[:24]


def scores_of(model: Embedding, pairs: GarmentPairs) -> Float32[np.ndarray, "n n"]:
    """Returns the cosine of each worn photo with each product of these pairs."""
    return dot_products(model.embedded(pairs.street, "street"), model.embedded(pairs.shop, "shop"))


def ranks_of(model: Embedding, pairs: GarmentPairs) -> Int[np.ndarray, " n"]:
    """Returns the rank of each worn photo's own product among all products of these pairs."""
    return own_ranks(scores_of(model, pairs))


def fold_ranks(finished: Sequence[Fold]) -> Int[np.ndarray, " n"]:
    """Returns the rank of each pair's product within its fold, in the order of the pairs."""
    ranks = np.zeros(sum(len(fold.rows) for fold in finished), dtype=np.int64)
    for fold in finished:
        ranks[fold.rows] = own_ranks(fold.scores)
    return ranks


def figures(ranks: Int[np.ndarray, " n"], groups: Sequence[str], prefix: str = "") -> Metrics:
    """Returns recall at 1, 5 and 20, and mean average precision: with one right answer the mean of 1 / rank."""
    precision = {f"{prefix}mean_average_precision": bootstrap(1 / ranks, groups)}
    return recalls(ranks, PLACES, prefix + "recall_at_{}") | precision


def best_of(ranks: Sequence[Int[np.ndarray, " n"]], judged: Bool[np.ndarray, " n"]) -> int:
    """Returns which ranking has the best mean average precision over the judged queries; the first of equals."""
    return int(np.argmax([np.mean(1 / places[judged]) for places in ranks]))


def ablation_table(
    ablation: Sequence[Losses],
    ranks: Sequence[Int[np.ndarray, " n"]],
    items: Sequence[str],
    merged: tuple[str, Int[np.ndarray, " n"]],
) -> Table:
    """Returns the table of every sum of losses, of what ships, and beside them the report's own figures."""
    marks = {REPORTS: " (the report's)", FIRST: " (as before the ablation)"}
    rows: list[list[Any]] = [[merged[0], *cells(figures(merged[1], items))]]
    for losses, places in zip(ablation, ranks, strict=True):
        rows.append([losses.name + marks.get(losses, ""), *cells(figures(places, items))])
    return losses_table(rows)


def words_table(
    finished: Sequence[Fold],
    items: Sequence[str],
    written: Mapping[str, tuple[Float32[np.ndarray, "n s"], Float32[np.ndarray, "n s"]]],
) -> Table:
    """Returns the table of recall with each kind of words, alone and blended, on folds of the shipped losses.

    `written` is: writer -> embeddings of what it says about the worn and about the product photos, of which rows of
    other folds are not looked at.
    """
    rows: list[list[Any]] = [["picture alone", *_row(finished, items, None, 0.0)]]
    for writer, sides in written.items():
        rows.append([f"{writer}, alone", *_row(finished, items, sides, 1.0)])
        for share in SHARES:
            rows.append([f"picture + {share:.0%} {writer}", *_row(finished, items, sides, share)])
    return beside_table(rows, sum(len(fold.rows) for fold in finished), len(QUESTIONS))


def promise_table(
    finished: Sequence[Fold], items: Sequence[str], sides: tuple[np.ndarray, np.ndarray], seed: int
) -> Table:
    """Returns the table of what a promise that something answers is worth, cross-fitted over the shipped folds.

    `sides` are the captions' embeddings of the worn and of the product photos; each part of a fold, drawn by `seed`, is
    judged by the scores of the others.
    """
    rows: list[list[Any]] = []
    for name, share in (("picture alone", 0.0), (f"picture + {SHARES[0]:.0%} caption", SHARES[0])):
        null, whole, first, groups = [], [], [], []
        for fold in finished:
            scores, own = _blended(fold, sides, share), np.array([items[row] for row in fold.rows])
            without = np.where(own[:, None] == own[None], -np.inf, scores).max(axis=1)
            home = folds_by_group(own.tolist(), FOLDS, seed)
            null.append(by_the_others(without, home, without))
            whole.append(by_the_others(scores.max(axis=1), home, without))
            first.append(own[scores.argmax(axis=1)] == own)
            groups += own.tolist()
        shares = [np.concatenate(null) <= ALPHA, np.concatenate(whole) <= ALPHA, np.concatenate(first)]
        figures_of = [bootstrap(hits.astype(float), groups, seed) for hits in shares]
        bound = ALPHA + figures_of[-1].value
        rows.append([name, *map(cell, figures_of), round(bound, 4)])
    return answers_table(rows, ALPHA)


def _blended(
    fold: Fold, sides: tuple[np.ndarray, np.ndarray] | None, share: float
) -> Float32[np.ndarray, "m m"]:
    """Returns standardised cosines of pictures, and of captions with their share."""
    scores = fold.scores / cosine_distribution(fold.products)[1] * (1 - share)
    if sides is not None and share:
        queries, answers = (unit(side[fold.rows]) for side in sides)
        scores = scores + share * dot_products(queries, answers) / cosine_distribution(answers)[1]
    return np.asarray(scores, dtype=np.float32)


def _row(
    finished: Sequence[Fold], items: Sequence[str], sides: tuple[np.ndarray, np.ndarray] | None, share: float
) -> list[Cell]:
    ranks, groups = [], []
    for fold in finished:
        ranks.append(own_ranks(_blended(fold, sides, share)))
        groups += [items[row] for row in fold.rows]
    return cells(figures(np.concatenate(ranks), groups))
