"""Trains f(q, t) with a hard-negative contrastive loss, and chooses and learns the weights of the mix.

The galleries' side is frozen, so any picture can be a negative at each step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float64, Int
from torch import Tensor

from core import blend
from core.training.compose.losses import hard_negative_loss
from core.training.compose.measure import ScoredQueries, Weights
from core.training.compose.mix import LearnedMix, learned_mix
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
        composed = network(
            torch.from_numpy(queries.references[batch]), torch.from_numpy(queries.words[batch])
        )
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
    return (
        torch.from_numpy(np.searchsorted(candidates, right)),
        _wrong(queries, batch, candidates),
        candidates,
    )


def _wrong(queries: Queries, batch: Int[np.ndarray, " batch"], candidates: Int[np.ndarray, " c"]) -> Tensor:
    """Tells for each query which candidates are wrong answers."""
    place = np.full(len(queries.gallery), -1)
    place[candidates] = np.arange(len(candidates))
    allowed = np.ones((len(batch), len(candidates)), dtype=bool)
    for row, query in enumerate(batch):
        other = place[
            np.concatenate(
                [
                    queries.targets[query],
                    queries.ignored[query],
                    np.array(queries.hidden[query], dtype=np.int64),
                ]
            )
        ]
        allowed[row, other[other >= 0]] = False
    return torch.from_numpy(allowed)


def chosen_weights(validation: ScoredQueries) -> Weights:
    """Returns the weights with the best mean of recall at 1, 5 and 10, on a grid of step 1/20."""
    quality = validation.hits(GRID_STEPS, (1, 5, 10)).mean(axis=0) / len(validation.queries)
    # Neighbours of the best point differ by chance: the mean of all points within half a percent is steadier.
    grid = blend.simplex_grid(GRID_STEPS)
    w0, w1, w2 = grid[quality >= np.max(quality) - AS_GOOD].mean(axis=0)
    return float(w0), float(w1), float(w2)


def learned_weights(validation: ScoredQueries, seed: int) -> LearnedMix:
    """Returns weights trained by gradient descent with the combiner's own loss."""
    queries = validation.queries
    allowed = _wrong(queries, np.arange(len(queries)), np.arange(len(queries.gallery)))
    return learned_mix(validation.scores[0], queries.targets, allowed, seed)
