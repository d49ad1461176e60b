"""How the projections are trained: from the closed form down the gradient, several times, and averaged."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import torch
import torch.nn.functional as functional
from open_clip.loss import ClipLoss
from torch import Tensor
from tqdm import tqdm

from core.training.joint.network import Projections, closed_form
from core.training.joint.pairs import Kinds, SentencePairs, joined
from core.training.shared.fitting import Descent

STEPS = 200
BATCH, SIDE_BATCH = 512, 256
RATE = 3e-4
DECAY = 0.1
SIDE_LOSS = 0.3
RUNS = 3


def fit(
    photos: Sequence[SentencePairs],
    sides: Sequence[SentencePairs],
    kinds: Sequence[Kinds],
    seed: int,
    runs: int = RUNS,
    steps: int = STEPS,
) -> Projections:
    """Trains the projections from the closed form, `runs` times.

    The descents end so close that the mean of their weights is at least as good as each (Wortsman et al. 2022).

    Args:
        photos: collections of photos with captions, at least one.
        sides: further pairs; each adds its own loss, weighted 0.3, from a batch of its own.
        kinds: pictures with labels; each adds, weighted alike, the cross-entropy between a picture's kind and its
            similarity to a sentence of every kind (a half of the loss of UniCL, Yang et al. 2022).
    """
    main, start = joined(photos), started(photos, sides)
    ends = [
        _descended(deepcopy(start), main, sides, kinds, seed * runs + number, steps) for number in range(runs)
    ]
    mean = {name: torch.stack([end[name] for end in ends]).mean(0) for name in ends[0]}
    start.load_state_dict(mean)
    return start


def started(photos: Sequence[SentencePairs], sides: Sequence[SentencePairs]) -> Projections:
    """Returns the closed form of photos and further pairs, weighted as they are in the descent."""
    weighted = [*((pairs, 1.0) for pairs in photos), *((pairs, SIDE_LOSS) for pairs in sides)]
    return closed_form(Projections(joined(photos).pictures), weighted).eval()


def _descended(
    model: Projections,
    main: SentencePairs,
    sides: Sequence[SentencePairs],
    kinds: Sequence[Kinds],
    seed: int,
    steps: int,
) -> dict[str, Tensor]:
    """Takes the steps of one run and returns the weights."""
    model.train()
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    loss_of = ClipLoss()
    groups = [
        {"params": [model.picture.weight, model.words.weight], "weight_decay": DECAY},
        {"params": [model.logit_scale], "weight_decay": 0.0},
    ]
    descent = Descent.one_cycle(groups, RATE, steps, warm_up=0.1)
    for _ in tqdm(range(steps), desc="projections", unit="step", mininterval=1.0):
        loss = loss_of(*model(*main.drawn(BATCH, generator)))
        for side in sides:
            loss = loss + SIDE_LOSS * loss_of(*model(*side.drawn(SIDE_BATCH, generator)))
        for labelled in kinds:
            pictures, sentences, labels = labelled.drawn(SIDE_BATCH, generator)
            rows, names, scale = model(pictures, sentences)
            loss = loss + SIDE_LOSS * functional.cross_entropy(scale * rows @ names.T, labels)
        descent.step(loss)
    return model.state_dict()
