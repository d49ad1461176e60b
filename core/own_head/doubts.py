"""Do heads that never saw a picture find the labels that were published wrongly? Report 2's archive has two such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.datasets.folder import LabelledPicture
from core.datasets.split import folds_by_class
from core.heads.field_road import LABELS
from core.heads.layers import sigmoid
from core.label_errors import look_again, most_doubtful_first
from core.plurals import counted
from core.reporting import Table, table
from core.small_heads.leave_out import leave_out
from core.small_heads.network import right
from core.small_heads.samples import Rows, Samples, Schedule

PUBLISHED_LABEL = "label"
"""The column of labels as they were published, mistakes included."""
FIFTHS = 5


def labels_again(
    rows: Sequence[LabelledPicture], plain: Rows, schedules: Mapping[str, Schedule], seed: int, cache: Path
) -> Table | None:
    """Trains heads on the labels as published and returns where they put those that are wrong.

    Args:
        rows: the training pictures under their right labels.
        plain: their embeddings.
        schedules: how heads are trained, by name.
        seed: of the heads and the folds.
        cache: keeps finished heads.

    Returns:
        A row for each schedule and each way to leave pictures out; None where the published labels
        are not there or none of them is wrong.
    """
    published = [row.columns.get(PUBLISHED_LABEL, "") for row in rows]
    wrong = np.flatnonzero([label != row.label for label, row in zip(published, rows, strict=True)])
    if not len(wrong) or not set(published) <= set(LABELS):
        return None
    classes = np.array([LABELS.index(label) for label in published])
    everyone = np.arange(len(classes))
    ways = {"each": everyone, "a fifth": folds_by_class(everyone, classes, FIFTHS, seed)}
    lines = []
    for name, schedule in schedules.items():
        for way, folds in ways.items():
            lines.append([name, way, *_judged(Samples(plain, classes), folds, seed, schedule, cache, wrong)])
    return table(
        "Labels to look at again",
        f"Trained on the labels as published, of which {len(wrong)} are wrong; each picture judged by a head that "
        f"never saw it. Rank 1 of {len(classes)} is the least sure of its own label. To be looked at again is what is "
        "taken for the other class as surely as that class’s own pictures are on average (confident learning).",
        ["schedule", "left out at a time", "judged wrong", "to look at again", "of these labelled wrongly",
         "ranks of the wrong labels"],
        lines,
    )  # fmt: skip


def _judged(
    samples: Samples, folds: np.ndarray, seed: int, schedule: Schedule, cache: Path, wrong: np.ndarray
) -> tuple[str, int, int, str]:
    left = leave_out(samples, folds, seed, schedule, {}, cache, "labels as published")
    second = sigmoid(left.logits["plain"][:, 0])
    both = np.stack([1 - second, second], axis=1)
    order, suspects = most_doubtful_first(both, samples.classes), look_again(both, samples.classes)
    ranks = 1 + np.flatnonzero(np.isin(order, wrong))
    mistakes = int((~right(left.logits["plain"], samples.classes)).sum())
    recovered = int(np.isin(suspects, wrong).sum())
    return counted(mistakes, "picture", none="no"), len(suspects), recovered, ", ".join(map(str, ranks))
