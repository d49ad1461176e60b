"""Report 1's rows: picture alone, words alone, concatenation and the learned blend, and what captions could do.

Heads are trained as the report trained its own (SGD 0.1, momentum 0.5, batch 64, 10 epochs) on the tower's features;
every figure is measured on photos that neither tower nor head saw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import nn

from core.captioners.templates import with_articles
from core.heads.fusion import Standardise, build_classifier, penalty
from core.metrics import proportion
from core.training.captioner.recipe import noun_of
from core.training.shared.common import interval

EPOCHS, BATCH, RATE, MOMENTUM = 10, 64, 0.1, 0.5
LAMBDAS = {"v1": 0.1, "v2": 0.3}
REPORT = {
    "picture alone": "89.78 / 91.2",
    "concatenation": "86.72",
    "v1": "87.95",
    "v2": "87.34",
}
PERSONS = (
    "this looks like a {} to me",
    "a quick pen doodle showing a {}",
    "I think it is a {}, drawn by hand",
    "black lines in the shape of a {}",
)
"""What a person might say; g learns from none of these phrasings."""

Rows = Float32[np.ndarray, "n d"]
Labels = Int[np.ndarray, " n"]


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Features of both sides, row by row.

    Attributes:
        picture: (n, d) features of the sketches.
        words: (n, e) embeddings of captions.
        classes: (n,) the right class of each.
    """

    picture: Rows
    words: Rows
    classes: Labels


class Pair(nn.Module):
    """f, g, alpha and beta, learned together from (0.5, 0.5), as in report 1.

    Args:
        sides: give mean and scale of the features.
        count: number of classes.
        standardised: whether features are standardised first; the report takes them as they are.
    """

    def __init__(self, sides: Sides, count: int, *, standardised: bool = True) -> None:
        super().__init__()
        self.picture = _classifier(sides.picture, count, standardised)
        self.words = _classifier(sides.words, count, standardised)
        self.weights = nn.Parameter(torch.tensor([0.5, 0.5]))

    def forward(self, picture: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Returns z = alpha f + beta g."""
        both = self.weights[0] * self.picture(picture) + self.weights[1] * self.words(words)
        logits: torch.Tensor = both
        return logits


class Concatenation(nn.Module):
    """One classifier on both embeddings side by side.

    Args:
        sides: give mean and scale of the features.
        count: number of classes.
        standardised: whether features are standardised first; the report takes them as they are.
    """

    def __init__(self, sides: Sides, count: int, *, standardised: bool = True) -> None:
        super().__init__()
        rows = np.concatenate([sides.picture, sides.words], axis=1)
        self.classifier = _classifier(rows, count, standardised)

    def forward(self, picture: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Returns the logits."""
        logits: torch.Tensor = self.classifier(torch.cat([picture, words], dim=1))
        return logits


def _classifier(rows: Rows, count: int, standardised: bool = True) -> nn.Sequential:
    network = build_classifier(rows.shape[1], count)
    first = network[0]
    assert isinstance(first, Standardise)
    if standardised:
        first.fit(torch.from_numpy(rows))
    return network


def fit(network: nn.Module, sides: Sides, seed: int, strength: float = 0.0) -> list[tuple[float, float]]:
    """Trains a network on both sides with cross-entropy; returns alpha and beta after each epoch, if it has them.

    Args:
        network: takes features of pictures and of words.
        sides: to learn from.
        seed: of order and dropout.
        strength: lambda, how much the penalty on alpha and beta counts.
    """
    torch.manual_seed(seed)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
    picture, words = torch.from_numpy(sides.picture), torch.from_numpy(sides.words)
    classes = torch.from_numpy(sides.classes)
    path = [(0.5, 0.5)] if isinstance(network, Pair) else []
    for _ in range(EPOCHS):
        for picks in torch.randperm(len(classes)).split(BATCH):
            loss = nn.functional.cross_entropy(network(picture[picks], words[picks]), classes[picks])
            if isinstance(network, Pair):
                loss = loss + strength * penalty(network.weights[0], network.weights[1])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        if isinstance(network, Pair):
            alpha, beta = network.weights.detach().tolist()
            path.append((round(alpha, 4), round(beta, 4)))
    network.eval().requires_grad_(False)
    return path


def logits_of(network: nn.Module, sides: Sides) -> np.ndarray:
    """Returns (n, classes) logits of a trained network."""
    return np.asarray(network(torch.from_numpy(sides.picture), torch.from_numpy(sides.words)).numpy())


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


def places_in(logits: np.ndarray, classes: Labels) -> np.ndarray:
    """Returns (n,) how many classes stand before the right one."""
    return np.asarray((logits > logits[np.arange(len(classes)), classes][:, None]).sum(axis=1))


def cell(hits: np.ndarray) -> dict[str, float]:
    """Returns a share with its 95 % interval, as a cell of a table."""
    found = proportion(hits)
    return {name: round(float(getattr(found, name)), 4) for name in ("value", "low", "high")}


def measured_rows(
    labels: Sequence[str],
    training: Sides,
    judged: Sides,
    ours: tuple[nn.Module, nn.Module],
    pair: tuple[float, float],
    sentences: Callable[[list[str]], Rows],
    seed: int,
) -> tuple[nn.Module, dict[str, dict[str, float]], dict[str, Any]]:
    """Trains the report's heads and measures every row.

    Args:
        labels: names of the classes.
        training: what heads may learn from.
        judged: what tower and heads never saw.
        ours: f and g.
        pair: alpha and beta.
        sentences: embeds captions.
        seed: of every random choice.

    Returns:
        The classifier of the concatenation, metrics, and `tables` and `curves` for the manifest.
    """
    count = len(labels)
    concat, blends, curves = Concatenation(training, count), {}, []
    fit(concat, training, seed)
    for name, strength in LAMBDAS.items():
        blends[name] = Pair(training, count)
        path = fit(blends[name], training, seed, strength)
        series = {"alpha": [one[0] for one in path], "beta": [one[1] for one in path]}
        title = f"Report 1, {name} (lambda {strength}): alpha and beta over the epochs"
        curves.append({"title": title, "x": "epoch", "y": "weight", "series": series})

    def blended(sides: Sides) -> np.ndarray:
        return pair[0] * _alone(ours[0], sides.picture) + pair[1] * _alone(ours[1], sides.words)

    answers: dict[str, Callable[[Sides], np.ndarray]] = {
        "picture alone": lambda sides: _alone(ours[0], sides.picture),
        "words alone": lambda sides: _alone(ours[1], sides.words),
        "concatenation": lambda sides: logits_of(concat, sides),
        "v1": lambda sides: logits_of(blends["v1"], sides),
        "v2": lambda sides: logits_of(blends["v2"], sides),
        "ours": blended,
    }
    wrong = wrong_classes(judged.classes, count, seed)
    right_words = sentences(persons_captions(labels, judged.classes))
    wrong_words = sentences(persons_captions(labels, wrong))
    with_right = Sides(judged.picture, right_words, judged.classes)
    with_wrong = Sides(judged.picture, wrong_words, judged.classes)
    tables = [_rows_table(answers, judged), _words_table(answers, judged, with_right, with_wrong, wrong)]
    firsts = {
        "concat_top_1": places_in(answers["concatenation"](judged), judged.classes) < 1,
        "v1_top_1": places_in(answers["v1"](judged), judged.classes) < 1,
        "v2_top_1": places_in(answers["v2"](judged), judged.classes) < 1,
        "right_name_top_1": places_in(blended(with_right), judged.classes) < 1,
        "wrong_name_top_1": places_in(blended(with_wrong), judged.classes) < 1,
    }
    metrics: dict[str, dict[str, float]] = {}
    for name, hits in firsts.items():
        metrics |= interval(name, *proportion(hits), len(hits))
    return concat.classifier, metrics, {"tables": tables, "curves": curves}


def _alone(network: nn.Module, rows: Rows) -> np.ndarray:
    return np.asarray(network(torch.from_numpy(rows)).numpy())


NAMES = {
    "v1": "v1 (lambda 0.1)",
    "v2": "v2 (lambda 0.3)",
    "ours": "ours (alpha, beta learned on unseen photos)",
}


def _rows_table(answers: dict[str, Callable[[Sides], np.ndarray]], judged: Sides) -> dict[str, Any]:
    rows = []
    for name, answer in answers.items():
        places = places_in(answer(judged), judged.classes)
        rows.append([NAMES.get(name, name), REPORT.get(name), cell(places < 1), cell(places < 5)])
    return {
        "title": "Report 1: picture, words, and three ways to join them",
        "note": f"Measured on {len(judged.classes)} sketches of photos that no training saw; the report's figures are "
        "test accuracies in percent on 500 classes of ImageNet-Sketch (DINOv2-base / -giant for the picture alone).",
        "columns": ["model", "report (test, %)", "top 1", "top 5"],
        "rows": rows,
    }


def _words_table(
    answers: dict[str, Callable[[Sides], np.ndarray]],
    judged: Sides,
    right: Sides,
    wrong: Sides,
    misled: Labels,
) -> dict[str, Any]:
    rows = []
    for name, answer in answers.items():
        if name == "picture alone":
            continue
        scores = answer(wrong)
        rows.append([
            NAMES.get(name, name),
            cell(places_in(answer(judged), judged.classes) < 1),
            cell(places_in(answer(right), judged.classes) < 1),
            cell(places_in(scores, judged.classes) < 1),
            cell(scores.argmax(axis=1) == misled),
        ])  # fmt: skip
    return {
        "title": "What words could do, and how far they mislead",
        "note": "Top 1 on the same sketches with the captioner's sentence, with a person's sentence that names the "
        "right class, and with one that names another class; the last column: how often the wrong name is believed. "
        "The report has no such rows.",
        "columns": ["model", "captioner", "right name", "wrong name", "wrong name believed"],
        "rows": rows,
    }
