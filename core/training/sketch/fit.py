"""f, g and the pair that blends them: how heads are fitted, and what unseen photos and classes teach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import nn
from torch.nn.functional import cross_entropy

from core import blend
from core.datasets.split import folds_by_group
from core.encoders.sketch_tower import features
from core.heads.fusion import penalty
from core.metrics import ranks_of_right
from core.training.shared.fitting import Descent, batches_of
from core.training.sketch.data import FOLDS, Pack
from core.training.sketch.networks import BlendedPair, Labels, Rows, Sides, fitted_classifier, logits_of
from core.training.sketch.stages import Stages
from core.training.sketch.tower import SketchNetwork

BATCH, RATE, MOMENTUM = 64, 0.1, 0.5
EPOCHS, REPORT_EPOCHS = 40, 10
"""Of f and g as they ship, and of report 1's heads."""
DECAY, SMOOTHING = 1e-3, 0.1
PENALTY = 0.1
KNOWN_REFUSED = 0.1
LEFT_OUT_EVERY = 2
"""Of the classes that Quick, Draw! lacks, each second one is left out to set the threshold."""
Path = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Learned:
    """What sketches of unseen photos and classes taught.

    Attributes:
        alpha: weight of the picture.
        beta: weight of the words.
        none_threshold: highest probability below which no class fits.
        unknown_refused: share of sketches of left-out classes that it refuses.
        validation: (top 1, top 5) of f on unseen photos of known classes.
    """

    alpha: float
    beta: float
    none_threshold: float
    unknown_refused: float
    validation: tuple[float, float]


def fit_side(rows: Rows, classes: Labels, count: int, seed: int) -> nn.Sequential:
    """Trains f or g with cross-entropy and report 1's SGD (rate 0.1, momentum 0.5, batch 64).

    Args:
        rows: (n, d) features.
        classes: (n,) class of each row.
        count: number of classes.
        seed: of first weights, order and dropout.
    """
    torch.manual_seed(seed)
    network = fitted_classifier(rows, count)
    inputs, targets = torch.from_numpy(rows), torch.from_numpy(classes)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    descent = Descent.cosine(optimiser, EPOCHS * batches_of(len(rows), BATCH))
    for _ in _epochs(EPOCHS, len(rows), descent, lambda picks: cross_entropy(
        network(inputs[picks]), targets[picks], label_smoothing=SMOOTHING
    )):  # fmt: skip
        pass
    return network.eval().requires_grad_(False)


def fit_as_reported(network: nn.Module, sides: Sides, seed: int, strength: float = 0.0) -> Path:
    """Trains a network on both sides as report 1 did; returns alpha and beta after each epoch, if it has them.

    Args:
        network: takes features of pictures and of words.
        sides: to learn from.
        seed: of order and dropout.
        strength: lambda, how much the penalty on alpha and beta counts.
    """
    torch.manual_seed(seed)
    descent = Descent(torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM))
    picture, words = torch.from_numpy(sides.picture), torch.from_numpy(sides.words)
    classes = torch.from_numpy(sides.classes)
    path = [(0.5, 0.5)] if isinstance(network, BlendedPair) else []

    def loss_of(picks: torch.Tensor) -> torch.Tensor:
        loss = cross_entropy(network(picture[picks], words[picks]), classes[picks])
        if isinstance(network, BlendedPair):
            loss = loss + strength * penalty(network.weights[0], network.weights[1])
        return loss

    for _ in _epochs(REPORT_EPOCHS, len(classes), descent, loss_of):
        if isinstance(network, BlendedPair):
            alpha, beta = network.weights.detach().tolist()
            path.append((round(alpha, 4), round(beta, 4)))
    network.eval().requires_grad_(False)
    return path


def _epochs(
    epochs: int, count: int, descent: Descent, loss_of: Callable[[torch.Tensor], torch.Tensor]
) -> Iterator[int]:
    """Trains on shuffled batches, in torch's own order of chance; yields the number of each epoch that is over."""
    for epoch in range(1, epochs + 1):
        for picks in torch.randperm(count).split(BATCH):
            descent.step(loss_of(picks))
        yield epoch


def fit_pair(f: np.ndarray, g: np.ndarray, classes: Labels, strength: float = PENALTY) -> tuple[float, float]:
    """Learns alpha and beta of z = alpha f + beta g from 0.5 each, with report 1's penalty.

    Args:
        f: (n, classes) logits of the pictures.
        g: (n, classes) logits of the words.
        classes: (n,) the right class of each.
        strength: lambda, how much the penalty counts.
    """
    pair = nn.Parameter(torch.tensor([0.5, 0.5]))
    optimiser = torch.optim.LBFGS([pair], max_iter=200, line_search_fn="strong_wolfe")
    pictures, words, targets = torch.from_numpy(f), torch.from_numpy(g), torch.from_numpy(classes)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = cross_entropy(pair[0] * pictures + pair[1] * words, targets)
        loss = loss + strength * penalty(pair[0], pair[1])
        loss.backward()
        return loss.detach()

    optimiser.step(closure)
    alpha, beta = pair.detach().tolist()
    return float(alpha), float(beta)


def learn_blend(pack: Pack, stages: Stages, picks: Int[np.ndarray, " m"], seed: int) -> Learned:
    """Learns alpha, beta and the threshold with a tower and a g that lack a fifth of the photos and some classes.

    Args:
        pack: the sketches.
        stages: tunes towers.
        picks: (m,) the sketches that may be used.
        seed: of every random choice.
    """
    classes = pack.classes[picks]
    elsewhere = (
        stages.drawn_elsewhere if stages.drawn_elsewhere.any() else np.arange(len(pack.labels)) % FOLDS > 0
    )
    left_out = np.flatnonzero(~elsewhere)[::LEFT_OUT_EVERY]
    unknown = np.isin(classes, left_out)
    new = folds_by_group([pack.groups[i] for i in picks], FOLDS, seed) == 0
    train = picks[~new & ~unknown]
    network = stages.tuned(pack.inks[train], pack.classes[train])
    g = fit_side(*pack.sentences(train), len(pack.labels), seed)
    trained = np.unique(pack.classes[train])
    f_rows = sketch_logits(network, pack.inks[picks])[:, trained]
    g_rows = logits_of(g, pack.words[picks])[:, trained]
    judged = new & ~unknown & np.isin(classes, trained)
    truth = np.searchsorted(trained, classes[judged])
    alpha, beta = fit_pair(f_rows[judged], g_rows[judged], truth)
    best = blend.softmax(alpha * f_rows + beta * g_rows).max(axis=1)
    threshold = float(np.quantile(best[judged], KNOWN_REFUSED))
    ranks = ranks_of_right(f_rows[judged], truth[:, None])[0]
    refused = float((best[unknown] < threshold).mean()) if unknown.any() else 0.0
    return Learned(alpha, beta, threshold, refused, (float((ranks <= 1).mean()), float((ranks <= 5).mean())))


def sketch_logits(network: SketchNetwork, inks: np.ndarray) -> Float32[np.ndarray, "n classes"]:
    """Returns f of drawings by a network as it was tuned."""
    return logits_of(network.classifier, features(network.trunk, inks))
