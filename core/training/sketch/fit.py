"""f, g and the pair that blends them: how heads are fitted, and what unseen photos and classes teach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import nn

from core import blend
from core.datasets.split import folds_by_group
from core.encoders.sketch_tower import features
from core.heads.fusion import Standardise, build_classifier, penalty
from core.training.sketch.data import FOLDS, Pack
from core.training.sketch.measure import places_in
from core.training.sketch.stages import Stages
from core.training.sketch.tower import SketchNetwork

EPOCHS = 40
BATCH = 64
RATE = 0.1
MOMENTUM = 0.5
DECAY = 1e-3
PENALTY = 0.1
KNOWN_REFUSED = 0.1
LEFT_OUT_EVERY = 2
"""Of the classes that Quick, Draw! lacks, each second one is left out to set the threshold."""

Labels = Int[np.ndarray, " n"]


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


def fit_side(rows: Float32[np.ndarray, "n d"], classes: Labels, count: int, seed: int) -> nn.Sequential:
    """Trains f or g with cross-entropy and report 1's SGD (rate 0.1, momentum 0.5, batch 64).

    Args:
        rows: (n, d) features.
        classes: (n,) class of each row.
        count: number of classes.
        seed: of first weights, order and dropout.
    """
    torch.manual_seed(seed)
    network = build_classifier(rows.shape[1], count)
    features, targets = torch.from_numpy(rows), torch.from_numpy(classes)
    first = network[0]
    assert isinstance(first, Standardise)
    first.fit(features)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
    for _ in range(EPOCHS):
        for picks in torch.randperm(len(rows)).split(BATCH):
            optimiser.zero_grad()
            loss_of(network(features[picks]), targets[picks]).backward()
            optimiser.step()
            schedule.step()
    return network.eval().requires_grad_(False)


def logits_of(network: nn.Sequential, rows: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
    """Returns the logits of a trained side."""
    return np.asarray(network(torch.from_numpy(rows)).numpy())


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
    one, two, targets = torch.from_numpy(f), torch.from_numpy(g), torch.from_numpy(classes)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(pair[0] * one + pair[1] * two, targets)
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
    rows, named = pack.sentences(train)
    g = fit_side(rows, named, len(pack.labels), seed)
    known = np.unique(pack.classes[train])
    f_rows = sketch_logits(network, pack.inks[picks])[:, known]
    g_rows = logits_of(g, pack.words[picks])[:, known]
    judged = new & ~unknown & np.isin(classes, known)
    truth = np.searchsorted(known, classes[judged])
    alpha, beta = fit_pair(f_rows[judged], g_rows[judged], truth)
    best = blend.softmax(alpha * f_rows + beta * g_rows).max(axis=1)
    threshold = float(np.quantile(best[judged], KNOWN_REFUSED))
    places = places_in(f_rows[judged], truth)
    refused = float((best[unknown] < threshold).mean()) if unknown.any() else 0.0
    return Learned(alpha, beta, threshold, refused, (float((places < 1).mean()), float((places < 5).mean())))


def sketch_logits(network: SketchNetwork, inks: np.ndarray) -> Float32[np.ndarray, "n classes"]:
    """Returns f of drawings by a network as it was tuned."""
    return logits_of(network.classifier, features(network.trunk, inks))
