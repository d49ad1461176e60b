"""Report 1 as it was run: f, [v; t] -> MLP, and alpha f + beta g at two strengths of the penalty, on given splits.

SGD with rate 0.1 and momentum 0.5, batches of 64, 10 epochs, 512 hidden units, dropout 0.2; embeddings as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import blend
from core.heads.fusion import HIDDEN, KIND
from core.metrics import Estimate, proportion, recalls
from core.reporting import Metrics, RunRecord, publish
from core.reporting.sketch import blend_curve
from core.training.sketch.fit import BATCH, KNOWN_REFUSED, MOMENTUM, RATE, REPORT_EPOCHS, fit_rows
from core.training.sketch.measure import PLACES, ranks_in
from core.training.sketch.network import (
    CONCAT,
    DROPOUT,
    LAMBDAS,
    PICTURE,
    WORDS,
    BlendedPair,
    OneClassifier,
    Sides,
    both_logits,
)
from core.training.sketch.recipe import fusion_tensors


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

    @property
    def sides(self) -> dict[str, Sides]:
        """Column of the report's table -> what it is measured on."""
        splits = {"train": self.train, "val": self.validation}
        return splits if self.test is None else splits | {"test": self.test}


@dataclass(frozen=True, slots=True, eq=False)
class TrainedRow:
    """One row of the report's table.

    Attributes:
        network: trained, takes both sides.
        accuracy: part of `Splits.sides` -> accuracy there.
        path: (alpha, beta) at the start and after each epoch; empty for a row without them.
    """

    network: Any
    accuracy: dict[str, Estimate]
    path: list[tuple[float, float]]


def trained_rows(splits: Splits, seed: int) -> dict[str, TrainedRow]:
    """Trains and measures every row: the picture alone, the concatenation, v1, v2, and the words alone.

    Args:
        splits: what to learn from and to measure on.
        seed: of first weights, order and dropout, the same for every row.
    """
    names = (PICTURE, CONCAT, *LAMBDAS, WORDS)
    rows = fit_rows(names, splits.train, len(splits.labels), seed, as_they_are=True)

    def accuracy(network: Any, sides: Sides) -> Estimate:
        return proportion(ranks_in(both_logits(network, sides), sides.classes) <= 1)

    return {
        name: TrainedRow(
            network, {part: accuracy(network, some) for part, some in splits.sides.items()}, path
        )
        for name, (network, path) in rows.items()
    }


def best_pair(rows: Mapping[str, TrainedRow]) -> str:
    """Returns the strength of the penalty that validation likes better: "v1" or, only if it is better, "v2"."""
    return max(LAMBDAS, key=lambda name: rows[name].accuracy["val"].value)


def save(
    out: Path,
    splits: Splits,
    rows: Mapping[str, TrainedRow],
    record: RunRecord,
    about: dict[str, Any],
    details: dict[str, Any],
) -> None:
    """Writes the better pair's f, g, alpha and beta with the concatenation, as `FusionHead` reads them.

    Args:
        out: the artefact's folder.
        splits: what was learned from.
        rows: the trained rows.
        record: of the run.
        about: the manifest's models, data and split.
        details: whatever else the manifest should hold, such as tables.
    """
    name = best_pair(rows)
    pair, concat = rows[name].network, rows[CONCAT].network
    assert isinstance(pair, BlendedPair) and isinstance(concat, OneClassifier)
    alpha, beta = (float(weight) for weight in pair.weights)
    highest = blend.softmax(both_logits(pair, splits.validation)).max(axis=1)
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
        "curves": [blend_curve(name, strength, rows[name].path) for name, strength in LAMBDAS.items()],
    }  # fmt: skip
    manifest = record.manifest(KIND, **about, metrics=_metrics(splits, rows), details=shipped | details)
    tensors = fusion_tensors((pair.picture, pair.words, concat.classifier), splits.train)
    publish(out, tensors, manifest, seen=splits.digests, card=[
        "# Sketch heads of report 1",
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
        ranks = ranks_in(both_logits(rows[name].network, judged), judged.classes)
        metrics |= recalls(ranks, PLACES, prefix + "top_{}")
    return metrics
