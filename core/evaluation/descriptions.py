"""Measures classification by description: names, sentences that say what a class looks like, and random things."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32

from core.blend import dot_products, unit
from core.captioners.templates import with_articles
from core.contracts import JointEncoder, Models
from core.datasets.folder import read_folder
from core.errors import DataError
from core.evaluation.base import EvaluationOptions, Intake, count_by_label, plain, trained
from core.evaluation.report import EvaluationReport
from core.heads.descriptions import descriptions, things
from core.metrics import Estimate, proportion

NAMED, WITH = "a picture of a {label}", "a picture of a {label}, {says}"
DRAWS = 20
TOP = 5


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Classifies pictures without training, by what is said of each class.

    Args:
        data: a labelled folder; labels that nobody described are left out and reported.
        models: the profile's models.
        options: how to measure.

    Returns:
        Top 1 and top 5 by the names alone, by the names with each describing sentence, by the sentences alone, and by
        names with as many random things, as the mean over draws.

    Raises:
        DataError: unusable data, fewer than two labels that are described, or nothing left to judge.
    """
    rows = read_folder(data, options.label_column)
    known = {plain(label): label for label in descriptions()}
    some = [row for row in rows if plain(row.label) in known]
    labels = tuple(known[label] for label in sorted({plain(row.label) for row in some}))
    if len(labels) < 2:
        raise DataError(
            "Fewer than two of these labels are described; see core/heads/descriptions.csv and --label-column."
        )
    intake = Intake(options, trained(models, "joint"))
    judged, embeddings = intake.judge(
        [row for row in some if intake.allowed(row.path)],
        lambda row: (row.file, row.path),
        "pictures",
        lambda pictures, _: models.joint.encode_pictures(pictures),
    )
    truth = np.array([labels.index(known[plain(row.label)]) for row in judged])
    metrics = figures(models.joint, np.stack(embeddings), truth, labels, options.seed)
    extras = {
        **intake.counts(),
        "classes": len(labels),
        "not_described": count_by_label([row.label for row in rows if plain(row.label) not in known]),
    }
    return EvaluationReport(
        "descriptions", models.profile, {"joint": models.joint.id}, len(judged), metrics, extras
    )


def figures(
    joint: JointEncoder,
    pictures: Float32[np.ndarray, "n d"],
    truth: np.ndarray,
    labels: tuple[str, ...],
    seed: int = 0,
) -> dict[str, Estimate]:
    """Returns top 1 and top 5 by each way to speak of the classes.

    Args:
        joint: reads the sentences.
        pictures: (n, d) unit rows.
        truth: (n,) the class of each.
        labels: of the classes, all described.
        seed: of the random things.
    """
    draw, says = np.random.default_rng(seed), descriptions()
    ways = {
        "names": [[with_articles(NAMED.format(label=label))] for label in labels],
        "described": [
            [with_articles(WITH.format(label=label, says=text)) for text in says[label]] for label in labels
        ],
        "sentences_alone": [list(says[label]) for label in labels],
    }
    hits = {name: _hits(_scores(joint, pictures, texts), truth) for name, texts in ways.items()}
    control = []
    for _ in range(DRAWS):
        drawn = {label: draw.choice(things(), len(says[label])).tolist() for label in labels}
        texts = [
            [with_articles(WITH.format(label=label, says=text)) for text in drawn[label]] for label in labels
        ]
        control.append(_hits(_scores(joint, pictures, texts), truth))
    metrics = {
        f"{name}_top_{place}": proportion(row)
        for name, both in hits.items()
        for place, row in zip((1, TOP), both, strict=True)
    }
    for number, place in enumerate((1, TOP)):
        shares = [float(both[number].mean()) for both in control]
        low, high = np.percentile(shares, (2.5, 97.5)).tolist()
        metrics[f"random_things_top_{place}"] = Estimate(float(np.mean(shares)), low, high, len(truth))
    return metrics


def _scores(
    joint: JointEncoder, pictures: Float32[np.ndarray, "n d"], texts: list[list[str]]
) -> Float[np.ndarray, "n c"]:
    """Returns the cosine of each picture with the mean of what is said of each class."""
    rows = joint.encode_texts([text for some in texts for text in some])
    ends = np.cumsum([len(some) for some in texts])
    means = np.stack(
        [rows[end - len(some) : end].mean(axis=0) for some, end in zip(texts, ends, strict=True)]
    )
    return dot_products(pictures, unit(means))


def _hits(scores: Float[np.ndarray, "n c"], truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns for each picture whether its class comes first, and whether among the first five."""
    order = np.argsort(-scores, axis=1, kind="stable")
    return order[:, 0] == truth, (order[:, :TOP] == truth[:, None]).any(axis=1)
