"""What the sketch recipe measures: report 1's rows, what captions could do, and how the shipped heads fare.

Every figure is measured on photos that neither tower nor head saw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Int
from torch import nn

from core.datasets.sketch_names import noun_of, persons_sentences
from core.metrics import Estimate, proportion, ranks_of_right, recalls
from core.reporting import Metrics, share
from core.reporting.sketch import blend_curve, rows_table, words_table
from core.training.sketch.fit import Learned, fit_rows
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
NAMES = {
    **{name: f"{name} (lambda {strength})" for name, strength in LAMBDAS.items()},
    "ours": "ours (alpha, beta learned on unseen photos)",
}
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
    typed = (
        sentences(persons_sentences([labels[name] for name in classes]))
        for classes in (judged.classes, misled)
    )
    right, wrong = (Sides(judged.picture, rows_of, judged.classes) for rows_of in typed)
    questions = {"concat": (CONCAT, judged), "v1": ("v1", judged), "v2": ("v2", judged)}
    questions |= {"right_name": ("ours", right), "wrong_name": ("ours", wrong)}
    metrics: Metrics = {}
    for metric, (name, sides) in questions.items():
        metrics |= recalls(ranks_in(answers[name](sides), judged.classes), (1,), metric + "_top_{}")
    alone = {
        name: recalls(ranks_in(answer(judged), judged.classes), PLACES) for name, answer in answers.items()
    }
    spoken = _spoken(answers, (judged, right, wrong), misled)
    tables = [rows_table(alone, NAMES, len(judged.classes)), words_table(spoken)]
    curves = [blend_curve(name, strength, rows[name][1]) for name, strength in LAMBDAS.items()]
    concat = rows[CONCAT][0]
    assert isinstance(concat, OneClassifier)
    return concat.classifier, metrics, {"tables": tables, "curves": curves}


def _spoken(
    answers: Mapping[str, Answer], asked: tuple[Sides, Sides, Sides], misled: Labels
) -> list[list[Any]]:
    """Returns for all but the picture alone how often it is right as it is asked, and believes the wrong name."""
    rows = []
    for name, answer in answers.items():
        if name != ALONE:
            logits = [answer(sides) for sides in asked]
            firsts = [share(ranks_in(some, asked[0].classes) <= 1) for some in logits]
            rows.append([NAMES.get(name, name), *firsts, share(logits[-1].argmax(axis=1) == misled)])
    return rows
