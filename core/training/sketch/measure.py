"""What the sketch recipe measures: report 1's rows, what captions could do, and how the shipped heads fare.

Every figure is measured on photos that neither tower nor head saw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Int
from torch import nn

from core.captioners.templates import with_articles
from core.metrics import ranks_of_right
from core.training.captioner.data import noun_of
from core.training.shared.reporting import Metrics, Table, cell, curve, share, shares_at, table
from core.training.sketch.fit import Learned, Path, fit_as_reported
from core.training.sketch.networks import BlendedPair, Concatenation, Labels, Rows, Sides, logits_of

LAMBDAS = {"v1": 0.1, "v2": 0.3}
REPORT = {
    "picture alone": "89.78 / 91.2",
    "concatenation": "86.72",
    "v1": "87.95",
    "v2": "87.34",
}
NAMES = {
    "v1": "v1 (lambda 0.1)",
    "v2": "v2 (lambda 0.3)",
    "ours": "ours (alpha, beta learned on unseen photos)",
}
PERSONS = (
    "this looks like a {} to me",
    "a quick pen doodle showing a {}",
    "I think it is a {}, drawn by hand",
    "black lines in the shape of a {}",
)
"""What a person might say; g learns from none of these phrasings."""
Answer = Callable[[Sides], np.ndarray]


def ranks_in(logits: np.ndarray, classes: Labels) -> Int[np.ndarray, " n"]:
    """Returns the rank of the right class of each row, 1 = first."""
    return np.asarray(ranks_of_right(logits, classes[:, None])[0])


def shipped_metrics(judged: Sides, heads: tuple[nn.Module, nn.Module], learned: Learned) -> Metrics:
    """Returns top 1 and top 5 of the blend, of the picture and of the words.

    Args:
        judged: what tower and heads never saw.
        heads: f and g.
        learned: alpha and beta.
    """
    f, g = logits_of(heads[0], judged.picture), logits_of(heads[1], judged.words)
    metrics: Metrics = {}
    for name, scores in (("", learned.alpha * f + learned.beta * g), ("picture_", f), ("words_", g)):
        metrics |= shares_at(name + "top_{}", ranks_in(scores, judged.classes), (1, 5))
    return metrics


def named_share(captions: Sequence[str], labels: Sequence[str]) -> Metrics:
    """Returns how often a caption names the class.

    Args:
        captions: (n,) what the captioner wrote.
        labels: (n,) the right class of each.
    """
    nouns = [noun_of(label) for label in labels]
    return share("caption_names_class", [
        re.search(rf"\b{re.escape(noun)}\b", caption) is not None
        for caption, noun in zip(captions, nouns, strict=True)
    ])  # fmt: skip


def persons_captions(labels: Sequence[str], classes: Labels) -> list[str]:
    """Returns a person's sentence that names a class for each row."""
    return [
        with_articles(PERSONS[i % len(PERSONS)].format(noun_of(labels[name])))
        for i, name in enumerate(classes)
    ]


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
    count = len(labels)
    concat = Concatenation.of(training, count)
    fit_as_reported(concat, training, seed)
    blends, paths = dict[str, BlendedPair](), dict[str, Path]()
    for name, strength in LAMBDAS.items():
        blends[name] = BlendedPair.of(training, count)
        paths[name] = fit_as_reported(blends[name], training, seed, strength)
    answers: dict[str, Answer] = {
        "picture alone": lambda sides: logits_of(heads[0], sides.picture),
        "words alone": lambda sides: logits_of(heads[1], sides.words),
        "concatenation": lambda sides: logits_of(concat, sides.picture, sides.words),
        "v1": lambda sides: logits_of(blends["v1"], sides.picture, sides.words),
        "v2": lambda sides: logits_of(blends["v2"], sides.picture, sides.words),
    }
    picture, words = answers["picture alone"], answers["words alone"]
    answers["ours"] = lambda sides: pair[0] * picture(sides) + pair[1] * words(sides)
    misled = wrong_classes(judged.classes, count, seed)
    right, wrong = (
        Sides(judged.picture, sentences(persons_captions(labels, classes)), judged.classes)
        for classes in (judged.classes, misled)
    )
    rows = {"concat": ("concatenation", judged), "v1": ("v1", judged), "v2": ("v2", judged)}
    rows |= {"right_name": ("ours", right), "wrong_name": ("ours", wrong)}
    metrics: Metrics = {}
    for metric, (name, sides) in rows.items():
        metrics |= share(f"{metric}_top_1", ranks_in(answers[name](sides), judged.classes) <= 1)
    tables = [_rows_table(answers, judged), _words_table(answers, judged, right, wrong, misled)]
    curves = [blend_curve(name, path) for name, path in paths.items()]
    return concat.classifier, metrics, {"tables": tables, "curves": curves}


def blend_curve(name: str, path: Path) -> dict[str, Any]:
    """Returns the curve of alpha and beta while "v1" or "v2" was trained."""
    title = f"Report 1, {name} (lambda {LAMBDAS[name]}): alpha and beta over the epochs"
    alphas, betas = zip(*path, strict=True)
    return curve(title, "epoch", "weight", {"alpha": alphas, "beta": betas})


def _rows_table(answers: Mapping[str, Answer], judged: Sides) -> Table:
    rows = []
    for name, answer in answers.items():
        ranks = ranks_in(answer(judged), judged.classes)
        rows.append([NAMES.get(name, name), REPORT.get(name), cell(ranks <= 1), cell(ranks <= 5)])
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
        if name == "picture alone":
            continue
        firsts = [cell(ranks_in(answer(sides), judged.classes) <= 1) for sides in (judged, right, wrong)]
        rows.append([NAMES.get(name, name), *firsts, cell(answer(wrong).argmax(axis=1) == misled)])
    return table(
        "What words could do, and how far they mislead",
        "Top 1 on the same sketches with the captioner's sentence, with a person's sentence that names the "
        "right class, and with one that names another class; the last column: how often the wrong name is believed. "
        "The report has no such rows.",
        ["model", "captioner", "right name", "wrong name", "wrong name believed"],
        rows,
    )
