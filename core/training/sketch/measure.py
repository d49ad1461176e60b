"""What the sketch recipe measures: report 1's rows, what captions could do, and how the shipped heads fare.

Every figure is measured on photos that neither tower nor head saw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
from jaxtyping import Int
from torch import nn

from core.captioners.templates import with_articles
from core.metrics import Estimate, proportion, ranks_of_right, recalls
from core.reporting import Metrics, Table, cells, curve, share, table
from core.training.captioner.data import noun_of
from core.training.sketch.fit import Learned, Path, fit_rows
from core.training.sketch.network import (
    CONCAT,
    LAMBDAS,
    Labels,
    OneClassifier,
    Rows,
    Sides,
    both_logits,
    logits_of,
)

PLACES = (1, 5)
ALONE = "picture alone"
REPORT = {ALONE: "89.78 / 91.2", CONCAT: "86.72", "v1": "87.95", "v2": "87.34"}
NAMES = {
    **{name: f"{name} (lambda {strength})" for name, strength in LAMBDAS.items()},
    "ours": "ours (alpha, beta learned on unseen photos)",
}
PERSONS = (
    "this looks like a {} to me", "a quick pen doodle showing a {}", "I think it is a {}, drawn by hand",
    "black lines in the shape of a {}",
)  # fmt: skip
"""What a person might say; g learns from none of these phrasings."""
Answer = Callable[[Sides], np.ndarray]


def ranks_in(logits: np.ndarray, classes: Labels) -> Int[np.ndarray, " n"]:
    """Returns the rank of the right class of each row, 1 = first."""
    return np.asarray(ranks_of_right(logits, classes[:, None])[0])


def shipped_metrics(judged: Sides, heads: tuple[nn.Module, nn.Module], learned: Learned) -> Metrics:
    """Returns top 1 and top 5 of the blend, of f and of g, on what tower and heads never saw."""
    f, g = logits_of(heads[0], judged.picture), logits_of(heads[1], judged.words)
    scores = {"": learned.alpha * f + learned.beta * g, "picture_": f, "words_": g}
    metrics: Metrics = {}
    for name, logits in scores.items():
        metrics |= recalls(ranks_in(logits, judged.classes), PLACES, name + "top_{}")
    return metrics


def larger_metrics(rows: Rows, classes: Labels, f: nn.Module) -> Metrics:
    """Returns top 1 and top 5 of f on features of larger files of the drawings that it is judged on."""
    return recalls(ranks_in(logits_of(f, rows), classes), PLACES, "picture_256_top_{}")


def named_share(captions: Sequence[str], labels: Sequence[str]) -> Estimate:
    """Returns how often a caption names the right class."""
    return proportion([
        re.search(rf"\b{re.escape(noun_of(label))}\b", caption) is not None
        for caption, label in zip(captions, labels, strict=True)
    ])  # fmt: skip


def persons_captions(labels: Sequence[str], classes: Labels) -> list[str]:
    """Returns a person's sentence that names a class for each row."""
    phrases = zip(cycle(PERSONS), classes, strict=False)
    return [with_articles(phrase.format(noun_of(labels[name]))) for phrase, name in phrases]


def wrong_classes(classes: Labels, count: int, seed: int) -> Labels:
    """Returns another class for each, chosen evenly among all others."""
    steps = np.random.default_rng(seed).integers(1, count, len(classes))
    return np.asarray((classes + steps) % count)


def reported_rows(
    labels: Sequence[str],
    training: Sides,
    judged: Sides,
    heads: tuple[nn.Module, nn.Module],
    pair: tuple[float, float],
    sentences: Callable[[list[str]], Rows],
    seed: int,
) -> tuple[nn.Module, Metrics, dict[str, Any]]:
    """Trains the report's heads and measures every row.

    Args:
        labels: names of the classes.
        training: what heads may learn from.
        judged: what tower and heads never saw.
        heads: f and g.
        pair: alpha and beta.
        sentences: embeds captions.
        seed: of every random choice.

    Returns:
        The classifier of the concatenation, metrics, and `tables` and `curves` for the manifest.
    """
    rows = fit_rows((CONCAT, *LAMBDAS), training, len(labels), seed, as_they_are=False)
    answers: dict[str, Answer] = {
        ALONE: lambda sides: logits_of(heads[0], sides.picture),
        "words alone": lambda sides: logits_of(heads[1], sides.words),
        **{name: partial(both_logits, network) for name, (network, _) in rows.items()},
    }
    picture, words = answers[ALONE], answers["words alone"]
    answers["ours"] = lambda sides: pair[0] * picture(sides) + pair[1] * words(sides)
    misled = wrong_classes(judged.classes, len(labels), seed)
    typed = (sentences(persons_captions(labels, classes)) for classes in (judged.classes, misled))
    right, wrong = (Sides(judged.picture, rows_of, judged.classes) for rows_of in typed)
    questions = {"concat": (CONCAT, judged), "v1": ("v1", judged), "v2": ("v2", judged)}
    questions |= {"right_name": ("ours", right), "wrong_name": ("ours", wrong)}
    metrics: Metrics = {}
    for metric, (name, sides) in questions.items():
        metrics |= recalls(ranks_in(answers[name](sides), judged.classes), (1,), metric + "_top_{}")
    tables = [_rows_table(answers, judged), _words_table(answers, judged, right, wrong, misled)]
    curves = [blend_curve(name, rows[name][1]) for name in LAMBDAS]
    concat = rows[CONCAT][0]
    assert isinstance(concat, OneClassifier)
    return concat.classifier, metrics, {"tables": tables, "curves": curves}


def blend_curve(name: str, path: Path) -> dict[str, Any]:
    """Returns the curve of alpha and beta while "v1" or "v2" was trained."""
    title = f"Report 1, {name} (lambda {LAMBDAS[name]}): alpha and beta over the epochs"
    alphas, betas = zip(*path, strict=True)
    return curve(title, "epoch", "weight", {"alpha": alphas, "beta": betas})


def _rows_table(answers: Mapping[str, Answer], judged: Sides) -> Table:
    rows = []
    for name, answer in answers.items():
        figures = cells(recalls(ranks_in(answer(judged), judged.classes), PLACES))
        rows.append([NAMES.get(name, name), REPORT.get(name), *figures])
    return table(
        "Report 1: picture, words, and three ways to join them",
        f"Measured on {len(judged.classes)} sketches of photos that no training saw; the report's figures are "
        "test accuracies in percent on 500 classes of ImageNet-Sketch (DINOv2-base / -giant for the picture alone).",
        ["model", "report (test, %)", "top 1", "top 5"],
        rows,
    )


def _words_table(
    answers: Mapping[str, Answer], judged: Sides, right: Sides, wrong: Sides, misled: Labels
) -> Table:
    rows = []
    for name, answer in answers.items():
        if name != ALONE:
            firsts = [share(ranks_in(answer(sides), judged.classes) <= 1) for sides in (judged, right, wrong)]
            rows.append([NAMES.get(name, name), *firsts, share(answer(wrong).argmax(axis=1) == misled)])
    return table(
        "What words could do, and how far they mislead",
        "Top 1 on the same sketches with the captioner's sentence, with a person's sentence that names the "
        "right class, and with one that names another class; the last column: how often the wrong name is believed. "
        "The report has no such rows.",
        ["model", "captioner", "right name", "wrong name", "wrong name believed"],
        rows,
    )
