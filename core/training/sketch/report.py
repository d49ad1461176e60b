"""Report 1 as it was run: f, [v; t] -> MLP, and alpha f + beta g at two strengths of the penalty, on given splits.

SGD with rate 0.1 and momentum 0.5, batches of 64, 10 epochs, 512 hidden units, dropout 0.2; embeddings as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from core import blend
from core.heads.fusion import DROPOUT, HIDDEN, KIND, build_classifier
from core.metrics import Estimate, proportion
from core.store import Manifest, read_manifest, save_artifact
from core.training.shared.common import interval, write_model_card
from core.training.sketch.fit import KNOWN_REFUSED
from core.training.sketch.measure import (
    BATCH,
    EPOCHS,
    LAMBDAS,
    MOMENTUM,
    RATE,
    Concatenation,
    Pair,
    Sides,
    fit,
    logits_of,
    places_in,
)
from core.training.sketch.recipe import fusion_tensors

PICTURE, WORDS, CONCAT = "f(v) alone", "g(t) alone", "concatenation"
FASTEST = 4096
"""Rows that are classified at a time, so that 20,000 of them need little memory."""


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
class Outcome:
    """One row of the report's table.

    Attributes:
        network: trained, takes both sides.
        accuracy: in training, validation and test; None where there is no test.
        path: (alpha, beta) at the start and after each epoch; empty for a row without them.
    """

    network: nn.Module
    accuracy: tuple[Estimate, Estimate, Estimate | None]
    path: list[tuple[float, float]]


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


def outcomes(splits: Splits, seed: int) -> dict[str, Outcome]:
    """Trains and measures every row: the picture alone, the concatenation, v1, v2, and the words alone.

    Args:
        splits: what to learn from and to measure on.
        seed: of first weights, order and dropout, the same for every row.
    """
    train, count = splits.train, len(splits.labels)
    made: dict[str, Callable[[], nn.Module]] = {
        PICTURE: lambda: Alone(train.picture.shape[1], count, 0),
        CONCAT: lambda: Concatenation(train, count, standardised=False),
        **dict.fromkeys(LAMBDAS, lambda: Pair(train, count, standardised=False)),
        WORDS: lambda: Alone(train.words.shape[1], count, 1),
    }
    found = {}
    for name, make in tqdm(made.items(), desc="heads of report 1", unit="head"):
        torch.manual_seed(seed)
        network = make()
        path = fit(network, train, seed, LAMBDAS.get(name, 0.0))
        accuracy = (
            _accuracy(network, train),
            _accuracy(network, splits.validation),
            None if splits.test is None else _accuracy(network, splits.test),
        )
        found[name] = Outcome(network, accuracy, path)
    return found


def best_pair(found: dict[str, Outcome]) -> str:
    """Returns the strength of the penalty that validation likes better: "v1" or, only if it is better, "v2"."""
    return max(LAMBDAS, key=lambda name: found[name].accuracy[1].value)


def save(
    out: Path,
    splits: Splits,
    found: dict[str, Outcome],
    about: dict[str, Any],
    details: dict[str, Any],
) -> None:
    """Writes the better pair's f, g, alpha and beta with the concatenation, as `FusionHead` reads them.

    Args:
        out: the artefact's folder.
        splits: what was learned from.
        found: the trained rows.
        about: the manifest's models, data, split, seed, versions and minutes.
        details: whatever else the manifest should hold, such as tables.
    """
    name = best_pair(found)
    pair, concat = found[name].network, found[CONCAT].network
    assert isinstance(pair, Pair) and isinstance(concat, Concatenation)
    alpha, beta = (float(weight) for weight in pair.weights)
    highest = blend.softmax(_logits(pair, splits.validation)).max(axis=1)
    shipped = {
        "labels": list(splits.labels),
        "alpha": alpha,
        "beta": beta,
        "penalty": LAMBDAS[name],
        "none_threshold": float(np.quantile(highest, KNOWN_REFUSED)),
        "known_refused": KNOWN_REFUSED,
        "hyper_parameters": {
            "optimiser": "SGD", "rate": RATE, "momentum": MOMENTUM, "batch": BATCH, "epochs": EPOCHS,
            "hidden": HIDDEN, "dropout": DROPOUT,
        },
        "curves": [_curve(name, found[name].path) for name in LAMBDAS],
    }  # fmt: skip
    manifest = Manifest(kind=KIND, metrics=_metrics(splits, found), details=shipped | details, **about)
    tensors = fusion_tensors((pair.picture, pair.words, concat.classifier), splits.train)
    save_artifact(out, tensors, manifest, seen=splits.digests)
    write_model_card(out, "Sketch heads of report 1", read_manifest(out), [
        f"f and g of report 1's proposal {name} (lambda {LAMBDAS[name]}), z = alpha f + beta g, trained with the "
        "report's hyper-parameters; beside them its concatenation. The other strength of the penalty was worse, or "
        "no better, in validation.",
        "The report has no threshold for \"none of these\": here it lies where a tenth of the validation sketches "
        "would be refused.",
    ])  # fmt: skip


def _metrics(splits: Splits, found: dict[str, Outcome]) -> dict[str, dict[str, float]]:
    """Returns top-1 and top-5 of every row, on the test sketches or, where their labels are secret, in validation."""
    judged = splits.validation if splits.test is None else splits.test
    rows = {"": best_pair(found), "picture_": PICTURE, "words_": WORDS, "concat_": CONCAT}
    metrics: dict[str, dict[str, float]] = {}
    for prefix, name in (rows | {f"{name}_": name for name in LAMBDAS}).items():
        places = places_in(_logits(found[name].network, judged), judged.classes)
        for k in (1, 5):
            metrics |= interval(f"{prefix}top_{k}", *proportion(places < k), len(places))
    return metrics


def _logits(network: nn.Module, sides: Sides) -> np.ndarray:
    parts = [
        logits_of(network, Sides(sides.picture[at], sides.words[at], sides.classes[at]))
        for at in (slice(start, start + FASTEST) for start in range(0, len(sides.classes), FASTEST))
    ]
    return np.concatenate(parts)


def _accuracy(network: nn.Module, sides: Sides) -> Estimate:
    return proportion(places_in(_logits(network, sides), sides.classes) < 1)


def _curve(name: str, path: list[tuple[float, float]]) -> dict[str, Any]:
    series = {"alpha": [one[0] for one in path], "beta": [one[1] for one in path]}
    title = f"Report 1, {name} (lambda {LAMBDAS[name]}): alpha and beta over the epochs"
    return {"title": title, "x": "epoch", "y": "weight", "series": series}
