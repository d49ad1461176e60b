"""Recipe `sketch`: f on picture features, g on the captioner's sentences, and report 1's learned blend of the two.

f and g are trained by themselves; alpha and beta are learned on their logits for sketches that neither had seen
(five folds by photo), with report 1's penalty. Learned on training logits they would only say who memorises best.
The threshold for "none of these" is set on classes left out of training.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import nn
from tqdm import tqdm

from core import blend
from core.datasets.split import folds_by_group
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.heads.fusion import KIND, SIDES, Standardise, build_classifier, penalty
from core.metrics import proportion
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.captioner import noun_of
from core.training.common import (
    Stopwatch,
    interval,
    kept_back_rows,
    require_pack,
    versions,
    write_model_card,
)
from core.training.sketch_data import FOLDS, Pack, read_pack

PACK = "sketchy125"
EPOCHS = 40
BATCH = 64
RATE = 0.1
MOMENTUM = 0.5
DECAY = 1e-3
PENALTY = 0.1
KNOWN_REFUSED = 0.1

Labels = Int[np.ndarray, " n"]


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


def out_of_fold(pack: Pack, picks: Int[np.ndarray, " m"], folds: Labels, seed: int) -> list[np.ndarray]:
    """Returns f and g for each sketch from networks that saw no sketch of its fold."""
    results = [np.zeros((len(picks), len(pack.labels)), dtype=np.float32) for _ in SIDES]
    for fold in tqdm(range(folds.max() + 1), desc="folds", unit="fold"):
        inside = picks[folds != fold]
        for side, result in zip(SIDES, results, strict=True):
            network = fit_side(*pack.training(side, inside), len(pack.labels), seed)
            result[folds == fold] = logits_of(network, pack.rows[side][picks[folds == fold]])
    return results


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


def none_threshold(
    pack: Pack, picks: Int[np.ndarray, " m"], pair: tuple[float, float], seed: int
) -> dict[str, float]:
    """Sets the highest probability below which a sketch is called none of these.

    Five times a fifth of the classes is left out of training; the threshold refuses a tenth of new sketches of
    known classes, and the share of sketches of unknown classes that it refuses is reported.
    """
    new_known, unknown = [], []
    classes = pack.classes[picks]
    inner = folds_by_group([pack.groups[i] for i in picks], FOLDS, seed)
    for part in tqdm(range(FOLDS), desc="unseen classes", unit="fold"):
        left_out = classes % FOLDS == part
        train = picks[~left_out & (inner != part)]
        top = _top_probability(pack, train, picks, pair, seed)
        new_known.append(top[~left_out & (inner == part)])
        unknown.append(top[left_out])
    threshold = float(np.quantile(np.concatenate(new_known), KNOWN_REFUSED))
    return {
        "none_threshold": threshold,
        "known_refused": KNOWN_REFUSED,
        "unknown_refused": float((np.concatenate(unknown) < threshold).mean()),
    }


def _top_probability(
    pack: Pack, train: np.ndarray, judged: np.ndarray, pair: tuple[float, float], seed: int
) -> np.ndarray:
    known = np.unique(pack.classes[train])
    mixed: np.ndarray = np.zeros((len(judged), len(known)))
    for weight, side in zip(pair, SIDES, strict=True):
        rows, classes = pack.training(side, train)
        network = fit_side(rows, np.searchsorted(known, classes), len(known), seed)
        mixed = mixed + weight * logits_of(network, pack.rows[side][judged])
    return np.asarray(blend.softmax(mixed).max(axis=1))


def run(data: Path, out: Path, seed: int) -> None:
    """Trains f, g, the pair and the threshold.

    Args:
        data: a folder of packs with `sketchy125`, or that pack.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: the pack is missing or unusable.
    """
    watch = Stopwatch.started()
    joint = PocketJoint(ASSETS / "models" / "pocket" / "joint")
    pack = read_pack(require_pack(data, PACK), joint, seed)
    back = kept_back_rows(pack.groups)
    picks = np.flatnonzero(~back)
    folds = folds_by_group([pack.groups[i] for i in picks], FOLDS, seed)
    f, g = out_of_fold(pack, picks, folds, seed)
    pair = fit_pair(f, g, pack.classes[picks])
    thresholds = none_threshold(pack, picks, pair, seed)
    sides = {side: fit_side(*pack.training(side, picks), len(pack.labels), seed) for side in SIDES}
    tensors = {
        f"{side}.{name}": value.numpy()
        for side, network in sides.items()
        for name, value in network.state_dict().items()
    }
    single = [
        label
        for i, label in enumerate(pack.labels)
        if len({g for g, c in zip(pack.groups, pack.classes, strict=True) if c == i}) == 1
    ]
    manifest = Manifest(
        kind=KIND,
        models={"towers": TOWERS_ID},
        data=[PACK],
        split="an eighth of the photos, with all their sketches, trained nothing.",
        seed=seed,
        versions=versions(),
        metrics=_measured(pack, np.flatnonzero(back), sides, pair),
        minutes=watch.minutes(),
        details={
            "labels": list(pack.labels),
            "alpha": pair[0],
            "beta": pair[1],
            "penalty": PENALTY,
            "single_photo_classes": single,
            **thresholds,
        },
    )
    save_artifact(out, tensors, manifest, seen=[pack.digests[i] for i in picks])
    write_model_card(out, "Sketch heads", read_manifest(out), _CARD)


def _measured(
    pack: Pack, picks: np.ndarray, sides: dict[str, nn.Sequential], pair: tuple[float, float]
) -> dict[str, dict[str, float]]:
    f, g = (logits_of(sides[side], pack.rows[side][picks]) for side in SIDES)
    truth = pack.classes[picks]
    metrics: dict[str, dict[str, float]] = {}
    for name, scores in (("", pair[0] * f + pair[1] * g), ("picture_", f), ("words_", g)):
        ranks = (scores > scores[np.arange(len(truth)), truth][:, None]).sum(axis=1)
        for k in (1, 5):
            estimate = proportion(ranks < k)
            metrics |= interval(f"{name}top_{k}", estimate.value, estimate.low, estimate.high, len(truth))
    nouns = [noun_of(pack.labels[c]) for c in truth]
    named = [
        re.search(rf"\b{re.escape(noun)}\b", pack.captions[i]) is not None
        for i, noun in zip(picks, nouns, strict=True)
    ]
    estimate = proportion(named)
    return metrics | interval("caption_names_class", estimate.value, estimate.low, estimate.high, len(truth))


_CARD = (
    "f: pooled features of EfficientNet-Lite2 -> Linear 512 -> ReLU -> Dropout 0.2 -> Linear 125; g: the same on the "
    "all-MiniLM-L6-v2 embedding of the slot captioner's sentence; z = alpha f + beta g, as in report 1.",
    "g learned from plain sentences with the classes' names, and from captions by captioners that had not seen the "
    "sketch, so that they are as poor as for new ones. "
    "The image tower learned from photos, and drawings in an unusual style are often missed.",
)
