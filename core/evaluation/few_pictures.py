"""Measures heads that learn from few pictures: how much is right after 1, 2, 4 or 8 pictures of each of two labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.captioners.nouns import read_nouns
from core.contracts import Models
from core.datasets.folder import LabelledPicture, read_folder
from core.evaluation.base import EvaluationOptions, Intake, grouped, trained
from core.evaluation.report import EvaluationReport
from core.own_head.few_pictures import CAPTIONS, COUNTS, MOST, few_pictures

GROUP = "group"


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Trains heads of a visitor's kind on a few pictures of two labels, and judges them on others.

    Args:
        data: a labelled folder with at least two labels.
        models: the profile's models.
        options: how to measure.

    Returns:
        For embeddings, descriptors and random words, for both schedules and each number of pictures the share of
        held-out pictures named rightly, and that of two captions without training.

    Raises:
        DataError: unusable data, not two labels with enough pictures, or nothing left to judge.
    """
    rows = [row for row in read_folder(data, options.label_column) if row.label]
    groups = dict(
        zip((row.file for row in rows), grouped([row.columns for row in rows], options, GROUP), strict=True)
    )
    intake = Intake(options, trained(models, "joint"))
    fresh = _some([row for row in rows if intake.allowed(row.path)], options.seed)
    judged, embeddings = intake.judge(
        fresh,
        lambda row: (row.file, row.path),
        "pictures",
        lambda pictures, _: models.joint.encode_pictures(pictures),
    )
    labels, owners = [row.label for row in judged], [groups[row.file] for row in judged]
    few = few_pictures(models.joint, np.stack(embeddings), labels, owners, read_nouns(), options.seed)
    metrics = {
        f"{kind} {schedule} {count}".replace(" ", "_"): figure
        for (kind, schedule), figures in few.heads.items()
        for count, figure in zip(COUNTS, figures, strict=True)
    }
    extras = {**intake.counts(), "labels": list(few.labels), "best": " ".join(few.best)}
    return EvaluationReport(
        "few-pictures",
        models.profile,
        {"joint": models.joint.id},
        len(judged),
        metrics | {CAPTIONS: few.captions},
        extras,
    )


def _some(rows: list[LabelledPicture], seed: int) -> list[LabelledPicture]:
    """Returns at most as many pictures of each label as may take part, drawn by the seed."""
    draw, taken = np.random.default_rng(seed), dict[str, int]()
    chosen = []
    for place in draw.permutation(len(rows)).tolist():
        label = rows[place].label
        taken[label] = taken.get(label, 0) + 1
        if taken[label] <= MOST + COUNTS[-1]:
            chosen.append(place)
    return [rows[place] for place in sorted(chosen)]
