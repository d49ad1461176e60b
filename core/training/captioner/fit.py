"""The adapter that names sketches: a ridge regression from picture features to the sentence embedding of a noun."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from core import blend
from core.captioners.slots import Adapter
from core.datasets.split import folds_of
from core.training.captioner.data import NamedSketches

RIDGE = 300.0
FOLDS = 5


def fit_adapter(sketches: NamedSketches, nouns: Float[np.ndarray, "c s"], scale: float) -> Adapter:
    """Fits the ridge regression from standardised features to the direction of each sketch's noun.

    Args:
        sketches: what it learns from.
        nouns: directions of all nouns.
        scale: inverse temperature that the adapter will use.
    """
    pooled = sketches.pooled
    mean, deviation = pooled.mean(axis=0, dtype=np.float64), pooled.std(axis=0, dtype=np.float64) + 1e-3
    rows, targets = (pooled - mean) / deviation, nouns[sketches.nouns]
    centre = targets.mean(axis=0)
    gram = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
    weight = np.linalg.solve(gram, rows.T @ (targets - centre)).T / deviation
    # The centre is left out: it is the same for all sketches and would favour nouns near the known classes.
    return Adapter(weight.astype(np.float32), (-(weight @ mean)).astype(np.float32), scale)


def fit_scaled(sketches: NamedSketches, nouns: Float[np.ndarray, "c s"], seed: int) -> Adapter:
    """Fits the adapter on all sketches, with the temperature at which it is best on photos that it did not see."""
    vectors = np.zeros((len(sketches.pooled), nouns.shape[1]))
    for training, judged in folds_of(sketches.photos, FOLDS, seed):
        vectors[judged] = fit_adapter(sketches.part(training), nouns, 1.0)(sketches.pooled[judged])
    return fit_adapter(sketches, nouns, best_scale(vectors @ nouns.T, sketches.nouns))


def best_scale(cosines: Float[np.ndarray, "n c"], wanted: Int[np.ndarray, " n"]) -> float:
    """Returns the inverse temperature at which the right nouns are likeliest."""
    grid = np.geomspace(2.0, 64.0, 31)
    rows = np.arange(len(wanted))
    losses = [-np.log(blend.softmax(scale * cosines)[rows, wanted]).mean() for scale in grid]
    return float(grid[int(np.argmin(losses))])
