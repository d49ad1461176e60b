"""What the recipe of field or road measures: its heads on pictures that they never saw, beside two captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from core.calibration import calibration_error
from core.captioners.nouns import read_nouns
from core.datasets.fields_roads import Unseen
from core.encoders.pocket import PocketJoint
from core.errors import DataError
from core.heads.described import DescribedClasses
from core.heads.field_road import LABELS
from core.heads.zero_shot import captions_say
from core.metrics import proportion
from core.own_head.few_pictures import FewPictures, few_pictures
from core.reporting import Metrics, Table
from core.reporting import field_road as tables
from core.small_heads.network import right
from core.small_heads.samples import Classes, Samples
from core.small_heads.trained import Trained
from core.training.field_road.data import Training
from core.training.field_road.described import sentences, unusual
from core.training.field_road.schedules import published_of


def measured(road: Float[np.ndarray, " n"], classes: Classes, name: str) -> Metrics:
    """Returns the accuracy of probabilities of a road, and their calibration error."""
    truth = classes == 1
    return {
        f"{name}_accuracy": proportion((road >= 0.5) == truth),
        f"{name}_ece": calibration_error(road, truth),
    }


def reported(
    joint: PocketJoint, training: Training, unseen: Unseen, runs: Sequence[Trained], shipped: Trained
) -> tuple[Metrics, dict[str, Any]]:
    """Returns the metrics, and the tables and curves, of what ships and of what it was chosen from."""
    plain, classes, rows = training.samples.plain, training.samples.classes, unseen.embeddings
    metrics = measured(shipped.left_out_road(), classes, "leave_one_out")
    reports = [
        tables.schedules(runs, shipped, classes, unseen),
        tables.band_of(shipped, classes, unseen),
        tables.odd_sets(plain, classes, unseen),
    ]
    if len(rows):
        captions = captions_say(joint, rows)
        head, zero_shot = shipped.logits(rows) / shipped.temperature, captions["report’s captions"]
        classifiers = {"head, text as it is": runs[0].logits(rows), "head, shipped": head, **captions}
        reports.append(tables.by_source(unseen, classifiers | {"both together": head + zero_shot}))
        metrics |= measured(shipped.road(rows), unseen.classes, "unseen")
        for name, logits in (("zero_shot", zero_shot), ("zero_shot_ensemble", captions["prompt ensemble"])):
            metrics[f"{name}_accuracy"] = proportion((logits >= 0) == unseen.is_road)
        test = np.array([source == "original_test" for source in unseen.sources], dtype=bool)
        here = test if test.any() else ~test
        metrics["agreement"] = proportion(((head >= 0) == (zero_shot >= 0))[here])
    return metrics, {"tables": reports, "curves": tables.curves(published_of(runs), shipped)}


def third_figures(third: Trained | None, training: Training) -> Metrics:
    """Returns how often the three-way head is right on pictures that it did not see; nothing without one."""
    if third is None or training.three is None:
        return {}
    hits = right(third.tenths.logits["plain"], training.three.classes)
    return {"three_classes_accuracy": proportion(hits)}


def described_tables(
    joint: PocketJoint, described: DescribedClasses, samples: Samples, unseen: Unseen, seed: int
) -> tuple[list[Table], Metrics]:
    """Returns what sentences are worth on unseen pictures, and how well captions tell odd ones; none without any."""
    if not len(unseen.embeddings):
        return [], {}
    table, metrics = sentences(joint, described, unseen, seed)
    return [table, unusual(joint, described, samples, unseen, seed)], metrics


def few_of(
    joint: PocketJoint, samples: Samples, files: Sequence[str], unseen: Unseen, seed: int
) -> FewPictures | None:
    """Returns how heads from few pictures do on those of the pack that did not train the encoder; None of too few."""
    labels = [LABELS[number] for number in (*samples.classes, *unseen.classes)]
    rows = np.concatenate([samples.plain, unseen.embeddings])
    try:
        return few_pictures(joint, rows, labels, [*files, *unseen.files], read_nouns(), seed)
    except DataError:
        return None
