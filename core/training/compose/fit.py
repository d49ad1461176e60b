"""Trains f(q, t) with a hard-negative contrastive loss, and chooses and learns the weights of the mix.

The galleries' side is frozen, so any picture can be a negative at each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Float64, Int
from torch import Tensor

from core import blend, simplex
from core.reporting.compose import Weights
from core.training.compose.losses import Loss, hard_negative_loss
from core.training.compose.measure import ScoredChanges
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Queries
from core.training.shared.fitting import Descent, shuffled

HIDDEN = 512
DROPOUT = 0.3
STEPS = 600
BATCH = 256
NEGATIVES = 1500
"""Candidates that a step draws from a gallery, beside the right ones of its queries."""
RATE = 1e-3
DECAY = 0.05
GRID_STEPS = 20
AS_GOOD = 0.005
START = (0.0, 0.0, 1.0)
MIX_STEPS, MIX_RATE = 600, 0.03
STEADY = 200
MIX_BATCH, BATCH_RATE, MOMENTUM, EPOCHS = 16, 1e-3, 0.9, 3
"""As in the report's program."""


def fit(
    lessons: Sequence[Queries], shares: Sequence[float], seed: int, steps: int = STEPS
) -> CombinerNetwork:
    """Trains the network; each step asks queries about one of the galleries.

    Args:
        lessons: what to learn from, of each gallery.
        shares: of the steps, of any sum.
        seed: of first weights, order, choice among right answers, negatives and dropout.
        steps: how many in all.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = CombinerNetwork(lessons[0].gallery.shape[1], HIDDEN, DROPOUT).train()
    descent = Descent.one_cycle(network.parameters(), RATE, steps, warm_up=0.1, decay=DECAY)
    weights: Float64[np.ndarray, " lessons"] = np.array(shares) / sum(shares)
    turns = random.choice(len(lessons), size=steps, p=weights)
    batches = [
        _batches(len(queries), int((turns == place).sum()), random) for place, queries in enumerate(lessons)
    ]
    for (turn,) in shuffled(steps, steps, 1, random, "combiner"):
        queries = lessons[turns[turn]]
        batch = batches[turns[turn]].pop()
        composed = network(*(torch.from_numpy(side[batch]) for side in (queries.references, queries.words)))
        target, allowed, candidates = _step(queries, batch, random)
        gallery = torch.from_numpy(queries.gallery[candidates])
        descent.step(hard_negative_loss(composed @ gallery.T, target, allowed))
    return network.eval()


def _batches(count: int, steps: int, random: np.random.Generator) -> list[Int[np.ndarray, " batch"]]:
    """Returns the rows of each step, every row about as often."""
    passes = -(-steps * BATCH // count)
    order = np.concatenate([np.zeros(0, dtype=np.int64), *(random.permutation(count) for _ in range(passes))])
    return [order[start : start + BATCH] for start in range(0, steps * BATCH, BATCH)]


def _step(
    queries: Queries, batch: Int[np.ndarray, " batch"], random: np.random.Generator
) -> tuple[Tensor, Tensor, Int[np.ndarray, " candidates"]]:
    """Returns the place of one right answer for each query, which candidates are wrong ones, and the candidates."""
    right = np.array([random.choice(queries.targets[row]) for row in batch])
    drawn = random.choice(len(queries.gallery), min(NEGATIVES, len(queries.gallery)), replace=False)
    candidates = np.unique(np.concatenate([right, drawn]))
    target = torch.from_numpy(np.searchsorted(candidates, right))
    return target, _wrong(queries, batch, candidates), candidates


def _wrong(queries: Queries, batch: Int[np.ndarray, " batch"], candidates: Int[np.ndarray, " c"]) -> Tensor:
    """Tells for each query which candidates are wrong answers."""
    place = np.full(len(queries.gallery), -1)
    place[candidates] = np.arange(len(candidates))
    allowed = np.ones((len(batch), len(candidates)), dtype=bool)
    for row, query in enumerate(batch):
        hidden = np.array(queries.hidden[query], dtype=np.int64)
        other = place[np.concatenate([queries.targets[query], queries.ignored[query], hidden])]
        allowed[row, other[other >= 0]] = False
    return torch.from_numpy(allowed)


def chosen_weights(validation: ScoredChanges) -> Weights:
    """Returns the weights with the best mean of recall at 1, 5 and 10, on a grid of step 1/20."""
    hits = simplex.hits(validation.parts, validation.targets, validation.hidden, GRID_STEPS, (1, 5, 10))
    quality = hits.mean(axis=0) / len(validation)
    # Neighbours of the best point differ by chance: the mean of all points within half a percent is steadier.
    grid = blend.simplex_grid(GRID_STEPS)
    w0, w1, w2 = grid[quality >= np.max(quality) - AS_GOOD].mean(axis=0)
    return float(w0), float(w1), float(w2)


def learned_weights(validation: ScoredChanges, seed: int) -> LearnedMix:
    """Returns weights trained by gradient descent with the combiner's own loss."""
    queries = validation.queries
    allowed = _wrong(queries, np.arange(len(queries)), np.arange(len(queries.gallery)))
    return learned_mix(validation.parts, queries.targets, allowed, seed)


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMix:
    """Weights that were trained, free to have any sum.

    Attributes:
        weights: w0, w1, w2: the mean over the last steps.
        path: (steps, 3) the weights after every step.
    """

    weights: tuple[float, float, float]
    path: Float64[np.ndarray, "steps 3"]

    @classmethod
    def of(cls, path: Float64[np.ndarray, "steps 3"], steady: int) -> LearnedMix:
        """Returns what the weights after every step come to, as the mean over the last `steady`."""
        w0, w1, w2 = path[-steady:].mean(axis=0).tolist()
        return cls((w0, w1, w2), path)


def learned_mix(
    scores: Float32[np.ndarray, "3 n candidates"], right: tuple[np.ndarray, ...], allowed: Tensor, seed: int
) -> LearnedMix:
    """Trains three weights with Adam, from report 4's start (0, 0, 1), all queries in every step.

    Args:
        scores: what q, t and f(q, t) say of every candidate; the encoders and the combiner stay as they are.
        right: for each query its right candidates; each step takes one of them.
        allowed: (n, candidates) which candidates are true negatives.
        seed: of the choice among right candidates.
    """
    random = np.random.default_rng(seed)
    counts = np.array([len(some) for some in right])
    answers = np.zeros((len(right), counts.max()), dtype=np.int64)
    for row, some in enumerate(right):
        answers[row, : len(some)] = some
    parts, weights = torch.from_numpy(scores), torch.tensor(START, requires_grad=True)
    descent = Descent.cosine(torch.optim.Adam([weights], lr=MIX_RATE), MIX_STEPS)
    path = np.empty((MIX_STEPS, 3))
    for step in range(MIX_STEPS):
        chosen = (random.random(len(right)) * counts).astype(np.int64)
        target = torch.from_numpy(answers[np.arange(len(right)), chosen])
        descent.step(hard_negative_loss(torch.tensordot(weights, parts, dims=1), target, allowed))
        path[step] = weights.detach().numpy()
    return LearnedMix.of(path, STEADY)


def learned_in_batches(
    parts: Float32[np.ndarray, "3 n d"], targets: Float32[np.ndarray, "n d"], loss: Loss, seed: int
) -> LearnedMix:
    """Trains three weights, of any sum, from (0, 0, 1), as report 4 did; a batch's other targets are the negatives.

    Args:
        parts: q, t and f(q, t) of each query; the mix is not normalised in training.
        targets: unit rows of the right pictures.
        loss: one of `LOSSES`.
        seed: of the order.
    """
    random = np.random.default_rng(seed)
    rows, right = torch.from_numpy(parts), torch.from_numpy(targets)
    batches = max(1, len(targets) // MIX_BATCH)
    weights = torch.tensor(START, requires_grad=True)
    optimiser = torch.optim.SGD([weights], lr=BATCH_RATE, momentum=MOMENTUM)
    descent = Descent.cosine(optimiser, EPOCHS * batches)
    path = []
    for batch in shuffled(len(targets), batches, EPOCHS, random, "weights of the mix"):
        picks = torch.from_numpy(batch)
        descent.step(loss(torch.tensordot(weights, rows[:, picks], dims=1) @ right[picks].T))
        path.append(weights.detach().numpy().astype(np.float64))
    return LearnedMix.of(np.stack(path), 1)
