"""Report 1 as it was run: f, [v; t] -> MLP, and alpha f + beta g at two strengths of the penalty, on given splits.

SGD with rate 0.1 and momentum 0.5, batches of 64, 10 epochs, 512 hidden units, dropout 0.2; embeddings as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import nn
from tqdm import tqdm

from core import blend
from core.heads.fusion import DROPOUT, HIDDEN, KIND
from core.metrics import Estimate, proportion
from core.store import Manifest
from core.training.shared.reporting import Metrics, publish, shares_at
from core.training.sketch.fit import (
    BATCH,
    KNOWN_REFUSED,
    MOMENTUM,
    RATE,
    REPORT_EPOCHS,
    fit_as_reported,
)
from core.training.sketch.measure import LAMBDAS, blend_curve, ranks_in
from core.training.sketch.networks import Alone, BlendedPair, Concatenation, Sides, logits_of
from core.training.sketch.recipe import fusion_tensors

PICTURE, WORDS, CONCAT = "f(v) alone", "g(t) alone", "concatenation"


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """What the experiment is run on.

    Attributes:
        labels: names of the classes.
        train: what heads learn from.
        validation: what chooses between the two strengths of the penalty.
        test: None where its labels are secret.
        digests: SHA-256 of the pictures of `train` and `validation`; empty when only embeddings are known.
    """

    labels: tuple[str, ...]
    train: Sides
    validation: Sides
    test: Sides | None
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TrainedRow:
    """One row of the report's table.

    Attributes:
        network: trained, takes both sides.
        accuracy: in training, validation and test; None where there is no test.
        path: (alpha, beta) at the start and after each epoch; empty for a row without them.
    """

    network: nn.Module
    accuracy: tuple[Estimate, Estimate, Estimate | None]
    path: list[tuple[float, float]]


def trained_rows(splits: Splits, seed: int) -> dict[str, TrainedRow]:
    """Trains and measures every row: the picture alone, the concatenation, v1, v2, and the words alone.

    Args:
        splits: what to learn from and to measure on.
        seed: of first weights, order and dropout, the same for every row.
    """
    train, count = splits.train, len(splits.labels)
    networks: dict[str, Callable[[], nn.Module]] = {
        PICTURE: lambda: Alone(train.picture.shape[1], count, 0),
        CONCAT: lambda: Concatenation.of(train, count, standardised=False),
        **dict.fromkeys(LAMBDAS, lambda: BlendedPair.of(train, count, standardised=False)),
        WORDS: lambda: Alone(train.words.shape[1], count, 1),
    }
    rows = {}
    for name, build in tqdm(networks.items(), desc="heads of report 1", unit="head"):
        torch.manual_seed(seed)
        network = build()
        path = fit_as_reported(network, train, seed, LAMBDAS.get(name, 0.0))
        accuracy = (
            _accuracy(network, train),
            _accuracy(network, splits.validation),
            None if splits.test is None else _accuracy(network, splits.test),
        )
        rows[name] = TrainedRow(network, accuracy, path)
    return rows


def best_pair(rows: Mapping[str, TrainedRow]) -> str:
    """Returns the strength of the penalty that validation likes better: "v1" or, only if it is better, "v2"."""
    return max(LAMBDAS, key=lambda name: rows[name].accuracy[1].value)


def save(
    out: Path,
    splits: Splits,
    rows: Mapping[str, TrainedRow],
    about: dict[str, Any],
    details: dict[str, Any],
) -> None:
    """Writes the better pair's f, g, alpha and beta with the concatenation, as `FusionHead` reads them.

    Args:
        out: the artefact's folder.
        splits: what was learned from.
        rows: the trained rows.
        about: the manifest's models, data, split, seed, versions and minutes.
        details: whatever else the manifest should hold, such as tables.
    """
    name = best_pair(rows)
    pair, concat = rows[name].network, rows[CONCAT].network
    assert isinstance(pair, BlendedPair) and isinstance(concat, Concatenation)
    alpha, beta = (float(weight) for weight in pair.weights)
    validation = splits.validation
    highest = blend.softmax(logits_of(pair, validation.picture, validation.words)).max(axis=1)
    shipped = {
        "labels": list(splits.labels),
        "alpha": alpha,
        "beta": beta,
        "penalty": LAMBDAS[name],
        "none_threshold": float(np.quantile(highest, KNOWN_REFUSED)),
        "known_refused": KNOWN_REFUSED,
        "hyper_parameters": {
            "optimiser": "SGD", "rate": RATE, "momentum": MOMENTUM, "batch": BATCH, "epochs": REPORT_EPOCHS,
            "hidden": HIDDEN, "dropout": DROPOUT,
        },
        "curves": [blend_curve(name, rows[name].path) for name in LAMBDAS],
    }  # fmt: skip
    manifest = Manifest(kind=KIND, metrics=_metrics(splits, rows), details=shipped | details, **about)
    tensors = fusion_tensors((pair.picture, pair.words, concat.classifier), splits.train)
    publish(out, tensors, manifest, seen=splits.digests, title="Sketch heads of report 1", card=[
        f"f and g of report 1's proposal {name} (lambda {LAMBDAS[name]}), z = alpha f + beta g, trained with the "
        "report's hyper-parameters; beside them its concatenation. The other strength of the penalty was worse, or "
        "no better, in validation.",
        "The report has no threshold for \"none of these\": here it lies where a tenth of the validation sketches "
        "would be refused.",
    ])  # fmt: skip


def _metrics(splits: Splits, rows: Mapping[str, TrainedRow]) -> Metrics:
    """Returns top-1 and top-5 of every row, on the test sketches or, where their labels are secret, in validation."""
    judged = splits.validation if splits.test is None else splits.test
    names = {"": best_pair(rows), "picture_": PICTURE, "words_": WORDS, "concat_": CONCAT}
    metrics: Metrics = {}
    for prefix, name in (names | {f"{name}_": name for name in LAMBDAS}).items():
        metrics |= shares_at(prefix + "top_{}", _ranks(rows[name].network, judged), (1, 5))
    return metrics


def _ranks(network: nn.Module, sides: Sides) -> Int[np.ndarray, " n"]:
    return ranks_in(logits_of(network, sides.picture, sides.words), sides.classes)


def _accuracy(network: nn.Module, sides: Sides) -> Estimate:
    return proportion(_ranks(network, sides) <= 1)
