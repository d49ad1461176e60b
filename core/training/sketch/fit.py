"""f, g and the pair that blends them: how heads are fitted, and what unseen photos and classes teach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from core import blend
from core.datasets.split import folds_by_group
from core.encoders.torch_towers import features
from core.metrics import ranks_of_right
from core.training.shared.fitting import Descent, batches_of
from core.training.sketch.data import FOLDS, Pack
from core.training.sketch.network import (
    LAMBDAS,
    BlendedPair,
    Labels,
    Rows,
    Sides,
    fitted_classifier,
    logits_of,
    penalty,
    untrained,
)
from core.training.sketch.stages import Stages

BATCH, RATE, MOMENTUM = 64, 0.1, 0.5
EPOCHS, REPORT_EPOCHS = 40, 10
"""Of f and g as they ship, and of report 1's heads."""
DECAY, SMOOTHING = 1e-3, 0.1
PENALTY = 0.1
KNOWN_REFUSED = 0.1
LEFT_OUT_EVERY = 2
"""Of the classes that Quick, Draw! lacks, each second one is left out to set the threshold."""
Path = list[tuple[float, float]]
"""alpha and beta at the start and after each epoch; empty for a network without them."""
Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class Learned:
    """What sketches of unseen photos and classes taught.

    Attributes:
        alpha: weight of the picture.
        beta: weight of the words.
        none_threshold: highest probability below which no class fits.
        unknown_refused: share of sketches of left-out classes that it refuses.
        validation: top 1 and top 5 of f on unseen photos of known classes.
    """

    alpha: float
    beta: float
    none_threshold: float
    unknown_refused: float
    validation: tuple[float, float]


def fit_side(rows: Rows, classes: Labels, count: int, seed: int) -> nn.Sequential:
    """Trains f or g on rows of `count` classes, with cross-entropy and report 1's SGD (rate 0.1, momentum 0.5)."""
    torch.manual_seed(seed)
    network = fitted_classifier(rows, count)
    inputs, targets = torch.from_numpy(rows), torch.from_numpy(classes)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    descent = Descent.cosine(optimiser, EPOCHS * batches_of(len(rows), BATCH))
    return _trained(network, descent, len(rows), EPOCHS, lambda picks: cross_entropy(
        network(inputs[picks]), targets[picks], label_smoothing=SMOOTHING
    ))  # fmt: skip


def fit_as_reported(network: nn.Module, sides: Sides, seed: int, strength: float = 0.0) -> Path:
    """Trains a network on both sides as report 1 did; returns alpha and beta after each epoch, if it has them.

    `strength` is lambda, how much the penalty on alpha and beta counts.
    """
    torch.manual_seed(seed)
    descent = Descent(torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM))
    picture, words, classes = map(torch.from_numpy, (sides.picture, sides.words, sides.classes))
    weights = network.weights if isinstance(network, BlendedPair) else None
    path = [] if weights is None else [(0.5, 0.5)]

    def loss_of(picks: Tensor) -> Tensor:
        loss = cross_entropy(network(picture[picks], words[picks]), classes[picks])
        return loss if weights is None else loss + strength * penalty(weights[0], weights[1])

    def note() -> None:
        if weights is not None:
            alpha, beta = weights.detach().tolist()
            path.append((round(alpha, 4), round(beta, 4)))

    _trained(network, descent, len(classes), REPORT_EPOCHS, loss_of, note)
    return path


def _trained(
    network: Network,
    descent: Descent,
    count: int,
    epochs: int,
    loss_of: Callable[[Tensor], Tensor],
    note: Callable[[], None] = lambda: None,
) -> Network:
    """Trains on shuffled batches, in torch's own order of chance, and calls `note` after each epoch."""
    for _ in range(epochs):
        for picks in torch.randperm(count).split(BATCH):
            descent.step(loss_of(picks))
        note()
    return network.eval().requires_grad_(False)


def fit_rows(
    names: Iterable[str], sides: Sides, count: int, seed: int, *, as_they_are: bool
) -> dict[str, tuple[nn.Module, Path]]:
    """Trains rows of report 1, see `untrained`; returns each network with its alpha and beta after each epoch.

    With `as_they_are` features are not standardised, and first weights are drawn from the seed, for each row alike;
    else they come from wherever torch's chance stands.
    """
    rows = {}
    for name in tqdm(list(names), desc="heads of report 1", unit="head"):
        if as_they_are:
            torch.manual_seed(seed)
        network = untrained(name, sides, count, standardised=not as_they_are)
        rows[name] = network, fit_as_reported(network, sides, seed, LAMBDAS.get(name, 0.0))
    return rows


def fit_pair(f: Rows, g: Rows, classes: Labels) -> tuple[float, float]:
    """Learns alpha and beta of z = alpha f + beta g, logits of pictures and words, from 0.5 each, with the penalty."""
    pair = nn.Parameter(torch.tensor([0.5, 0.5]))
    optimiser = torch.optim.LBFGS([pair], max_iter=200, line_search_fn="strong_wolfe")
    pictures, words, targets = torch.from_numpy(f), torch.from_numpy(g), torch.from_numpy(classes)

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = cross_entropy(pair[0] * pictures + pair[1] * words, targets)
        loss = loss + PENALTY * penalty(pair[0], pair[1])
        loss.backward()
        return loss.detach()

    optimiser.step(closure)
    alpha, beta = pair.detach().tolist()
    return alpha, beta


def learn_blend(pack: Pack, stages: Stages, picks: Int[np.ndarray, " m"], seed: int) -> Learned:
    """Learns alpha, beta and the threshold from some sketches: tower and g lack a fifth of the photos, some classes."""
    classes, elsewhere = pack.classes[picks], stages.drawn_elsewhere
    if not elsewhere.any():
        elsewhere = np.arange(len(pack.labels)) % FOLDS > 0
    left_out = np.flatnonzero(~elsewhere)[::LEFT_OUT_EVERY]
    unknown = np.isin(classes, left_out)
    new = folds_by_group([pack.groups[i] for i in picks], FOLDS, seed) == 0
    train = picks[~new & ~unknown]
    network = stages.tuned(pack.inks[train], pack.classes[train])
    g = fit_side(*pack.sentences(train), len(pack.labels), seed)
    trained = np.unique(pack.classes[train])
    f_rows = logits_of(network.classifier, features(network.trunk, pack.inks[picks]))[:, trained]
    g_rows = logits_of(g, pack.words[picks])[:, trained]
    judged = new & ~unknown & np.isin(classes, trained)
    truth = np.searchsorted(trained, classes[judged])
    alpha, beta = fit_pair(f_rows[judged], g_rows[judged], truth)
    best = blend.softmax(alpha * f_rows + beta * g_rows).max(axis=1)
    threshold = float(np.quantile(best[judged], KNOWN_REFUSED))
    ranks = ranks_of_right(f_rows[judged], truth[:, None])[0]
    refused = float((best[unknown] < threshold).mean()) if unknown.any() else 0.0
    return Learned(alpha, beta, threshold, refused, (float((ranks <= 1).mean()), float((ranks <= 5).mean())))
