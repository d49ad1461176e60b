"""Measures zero-shot labels: does the sentence that names a picture's label lie nearest to the picture?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.blend import dot_products
from core.contracts import Models
from core.datasets.folder import read_folder
from core.errors import DataError
from core.evaluation.base import EvaluationOptions, Intake, grouped, trained
from core.evaluation.report import EvaluationReport
from core.metrics import Estimate, bootstrap_of, proportion
from core.plurals import with_articles
from core.types import Picture

GROUP = "group"


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Asks the joint encoder which label's sentence lies nearest to each picture (Radford et al. 2021).

    Args:
        data: a labelled folder; its labels are the candidates.
        models: the profile's models.
        options: how to measure.

    Returns:
        Accuracy, and its mean over the labels, which a frequent label does not sway; beside them for each label
        its share of right answers and the label that is answered instead most often.

    Raises:
        DataError: unusable data, a single label, or nothing left to judge.
    """
    rows = [row for row in read_folder(data, options.label_column) if row.label]
    names = sorted({row.label for row in rows})
    if len(names) < 2:
        raise DataError(
            f"Every picture of this data is labelled {names[0]!r}; two labels are needed at least."
        )
    groups = grouped([row.columns for row in rows], options, GROUP)
    intake = Intake(options, trained(models, "joint"))
    fresh = [number for number, row in enumerate(rows) if intake.allowed(row.path)]
    prompts = models.joint.encode_texts([prompt(name) for name in names])

    def nearest(pictures: Sequence[Picture], _: Sequence[int]) -> list[str]:
        places = dot_products(models.joint.encode_pictures(pictures), prompts).argmax(axis=1)
        return [names[place] for place in places]

    judged, answers = intake.judge(fresh, lambda row: (rows[row].file, rows[row].path), "pictures", nearest)
    truths = [rows[number].label for number in judged]
    metrics = figures(truths, answers, [groups[number] for number in judged], options.seed)
    extras = {
        **intake.counts(),
        "prompts": [prompt(name) for name in names],
        "labels": by_label(truths, answers),
    }
    return EvaluationReport(
        "labels", models.profile, {"joint": models.joint.id}, len(judged), metrics, extras
    )


def prompt(label: str) -> str:
    """Returns the sentence that names a label: "a photo of a dress", and of a plural "a photo of jeans"."""
    words = label.replace("_", " ")
    plural = words.endswith("s") and not words.endswith("ss")
    return f"a photo of {words}" if plural else with_articles(f"a photo of a {words}")


def figures(
    truths: Sequence[str], answers: Sequence[str], groups: Sequence[str], seed: int = 0
) -> dict[str, Estimate]:
    """Returns accuracy, and its mean over the labels.

    Args:
        truths: (n,) the right label of each picture.
        answers: (n,) the label that was answered.
        groups: (n,) the group of each, drawn together in the bootstrap of the mean over labels.
        seed: of the bootstrap.
    """
    truth, right = np.array(truths), np.array(truths) == np.array(answers)

    def mean_over_labels(rows: np.ndarray) -> float:
        return float(np.mean([right[rows][truth[rows] == name].mean() for name in np.unique(truth[rows])]))

    return {
        "accuracy": proportion(right),
        "mean_over_labels": bootstrap_of(mean_over_labels, groups, seed),
    }


def by_label(truths: Sequence[str], answers: Sequence[str]) -> dict[str, dict[str, object]]:
    """Returns for each label how many pictures it has, the share of right answers, and the usual wrong answer."""
    figures: dict[str, dict[str, object]] = {}
    for name in sorted(set(truths)):
        given = [answer for truth, answer in zip(truths, answers, strict=True) if truth == name]
        wrong = Counter(answer for answer in given if answer != name).most_common(1)
        figures[name] = {
            "n": len(given),
            "right": given.count(name) / len(given),
            "taken_for": wrong[0][0] if wrong else "",
        }
    return figures
