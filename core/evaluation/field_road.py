"""Measures field or road: the trained head against zero-shot with report 2's captions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.calibration import calibration_error
from core.contracts import Models
from core.datasets.folder import read_folder
from core.errors import DataError
from core.evaluation.base import (
    EvaluationOptions,
    Intake,
    Planned,
    Sample,
    count_by_label,
    grouped,
    plain,
    trained,
)
from core.evaluation.report import EvaluationReport
from core.images import open_picture
from core.index.bundle import Gallery
from core.metrics import Estimate, proportion
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, FieldRoadEvidence

IS_ROAD = {"field": False, "fields": False, "road": True, "roads": True}
SAMPLES = (
    Sample(
        "field-road",
        "examples/field_road",
        {"head_accuracy": "head, clear scenes", "zero_shot_accuracy": "zero-shot, clear scenes"},
    ),
)


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Asks both classifiers about every picture that is labelled field or road.

    Args:
        data: a labelled folder; other labels, such as "both", are left out and reported.
        models: the profile's models.
        options: how to measure.

    Returns:
        Accuracy of the head and of zero-shot, how often they agree, the head's expected calibration error; of
        zero-shot alone while these models have no head.

    Raises:
        DataError: unusable data, no field and no road, or nothing left to judge.
    """
    rows = read_folder(data, options.label_column)
    judgeable = [row for row in rows if plain(row.label) in IS_ROAD]
    unknown = count_by_label([row.label for row in rows if plain(row.label) not in IS_ROAD])
    if not judgeable:
        raise DataError(
            f"None of the labels of this data, such as {next(iter(unknown))!r}, is 'field' or 'road'; "
            "see --label-column."
        )
    groups = grouped([row.columns for row in judgeable], options)
    task = models.field_road()
    intake = Intake(options, trained(models, "field_road", "joint"))
    fresh = [number for number, row in enumerate(judgeable) if intake.allowed(row.path)]
    judged, answers = intake.judge(
        fresh,
        lambda row: (judgeable[row].file, judgeable[row].path),
        "pictures",
        lambda pictures, _: task.evidence_many(pictures, FIELD_CAPTION, ROAD_CAPTION),
    )
    head = [evidence.head_road_probability for evidence in answers]
    zero_shot = [evidence.zero_shot_road_probability for evidence in answers]
    truths = [IS_ROAD[plain(judgeable[number].label)] for number in judged]
    probabilities = [road for road in head if road is not None]
    if probabilities:
        owners = [groups[number] for number in judged]
        metrics = figures(truths, probabilities, zero_shot, owners, options.seed)
    else:
        metrics = {"zero_shot_accuracy": proportion((np.array(zero_shot) >= 0.5) == np.array(truths))}
    extras = {"unknown_classes": unknown, **intake.counts(), "captions": [FIELD_CAPTION, ROAD_CAPTION]}
    return EvaluationReport("field-road", models.profile, task.models, len(judged), metrics, extras)


def example(row: Planned, models: Models, gallery: Gallery, folder: Path) -> FieldRoadEvidence:
    """Runs the encoders on a planned example, see `core.evaluation.examples.evidence_of`."""
    captions = row.get("field_caption", FIELD_CAPTION), row.get("road_caption", ROAD_CAPTION)
    return models.field_road().evidence(open_picture(folder / row["picture"]), *captions)


def figures(
    is_road: Sequence[bool],
    head: Sequence[float],
    zero_shot: Sequence[float],
    groups: Sequence[str],
    seed: int = 0,
) -> dict[str, Estimate]:
    """Returns the four figures.

    Args:
        is_road: (n,) the truth.
        head: (n,) the head's probability of road.
        zero_shot: (n,) zero-shot's probability of road.
        groups: (n,) the group of each picture, drawn together in the bootstrap of the calibration error.
        seed: of the bootstrap.
    """
    truth, road, other = np.array(is_road), np.array(head), np.array(zero_shot) >= 0.5
    return {
        "head_accuracy": proportion((road >= 0.5) == truth),
        "zero_shot_accuracy": proportion(other == truth),
        "agreement": proportion((road >= 0.5) == other),
        "head_ece": calibration_error(road, truth, groups, seed),
    }
