"""Trains f(q, t) with a hard-negative contrastive loss, and chooses and learns the weights of the mix.

The gallery's side is frozen, so every training picture is a negative at each step.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core import blend
from core.training.compose.data import Pool, Queries
from core.training.compose.losses import hard_negative_loss
from core.training.compose.measure import ScoredQueries, Weights
from core.training.compose.mix import LearnedMix, learned_mix
from core.training.compose.network import CombinerNetwork
from core.training.shared.fitting import Descent, batches_of, shuffled

HIDDEN = 1024
DROPOUT = 0.3
EPOCHS = 8
BATCH = 256
RATE = 1e-3
DECAY = 0.05
GRID_STEPS = 20


def fit(pool: Pool, queries: Queries, seed: int, epochs: int = EPOCHS) -> CombinerNetwork:
    """Trains the network.

    Args:
        pool: the pictures; each is a candidate at every step.
        queries: what to learn from.
        seed: of first weights, order, choice among right answers and dropout.
        epochs: passes over the queries.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = CombinerNetwork(pool.rows.shape[1], HIDDEN, DROPOUT).train()
    batches = batches_of(len(queries), BATCH)
    descent = Descent.one_cycle(network.parameters(), RATE, epochs * batches, warm_up=0.1, decay=DECAY)
    gallery, means = torch.from_numpy(pool.rows), torch.from_numpy(pool.means)
    words = torch.from_numpy(queries.words)
    for batch in shuffled(len(queries), batches, epochs, random, "combiner"):
        reference = torch.from_numpy(queries.references[batch])
        composed = network(means[reference], words[torch.from_numpy(queries.texts[batch])])
        target, allowed = _answers(queries, batch, len(gallery), random)
        descent.step(hard_negative_loss(composed @ gallery.T, target, allowed))
    return network.eval()


def _answers(
    queries: Queries, batch: np.ndarray, candidates: int, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Returns one right answer for each query, and which candidates are wrong ones."""
    allowed = np.ones((len(batch), candidates), dtype=bool)
    target = np.empty(len(batch), dtype=np.int64)
    for row, query in enumerate(batch):
        right = queries.targets[query]
        target[row] = random.choice(right)
        allowed[row, right] = False
        allowed[row, queries.ignored[query]] = False
        allowed[row, queries.references[query]] = False
    return torch.from_numpy(target), torch.from_numpy(allowed)


def chosen_weights(validation: ScoredQueries) -> Weights:
    """Returns the weights with the best mean of recall at 1, 5 and 10, on a grid of step 1/20."""
    quality = validation.hits(GRID_STEPS, (1, 5, 10)).mean(axis=0) / len(validation.queries)
    # Neighbours of the best point differ by chance: the mean of all points within half a percent is steadier.
    grid = blend.simplex_grid(GRID_STEPS)
    w0, w1, w2 = grid[quality >= np.max(quality) - 0.005].mean(axis=0)
    return float(w0), float(w1), float(w2)


def learned_weights(validation: ScoredQueries, seed: int) -> LearnedMix:
    """Returns weights trained by gradient descent with the combiner's own loss."""
    everything = np.arange(len(validation.queries))
    candidates = validation.scores.shape[-1]
    _, allowed = _answers(validation.queries, everything, candidates, np.random.default_rng(seed))
    return learned_mix(validation.scores[0], validation.queries.targets, allowed, seed)
