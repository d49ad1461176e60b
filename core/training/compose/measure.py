"""What the compose recipe measures: how well the parts, and their mixes, find what composed queries ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int

from core import blend, simplex
from core.datasets.changes import Change
from core.joining import joined
from core.metrics import ranks_of_right, recalls
from core.reporting import Metrics
from core.training.compose.data import Shelf
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Queries, queries_of
from core.training.compose.tokens import Words, pooled_pictures

PLACES = (1, 5, 10, 50)
CORNERS = {"picture": (1, 0, 0), "words": (0, 1, 0), "sum": (1, 1, 0), "composed": (0, 0, 1)}
Weights = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class ScoredQueries:
    """Queries with all that q, t and f(q, t) say of every candidate.

    Attributes:
        scores: (poolings, 3, n, candidates).
        queries: what was asked.
    """

    scores: Float32[np.ndarray, "poolings 3 n candidates"]
    queries: Queries

    def ranks(self, weights: Sequence[Sequence[float]], pooling: int = 0) -> Int[np.ndarray, "points n"]:
        """Returns the rank of each query's best answer at each point of weights; the reference left out."""
        points, parts = np.array(weights, dtype=np.float64), self.scores[pooling]
        blended = (blend.blend(points, parts[:, row]) for row in range(len(self.queries)))
        return ranks_of_right(blended, self.queries.targets, self.queries.hidden)

    def ranks_by(self, rule: str, weights: Weights) -> Int[np.ndarray, " n"]:
        """Returns the rank of each query's best answer when the parts are joined by a rule of `core.joining`."""
        queries, parts = self.queries, self.scores[0]
        rows = (joined(rule, weights, parts[:, row], queries.hidden[row]) for row in range(len(queries)))
        return np.asarray(ranks_of_right(rows, queries.targets, queries.hidden)[0])

    def hits(self, steps: int, places: Sequence[int], pooling: int = 0) -> Int[np.ndarray, "places points"]:
        """Returns how many queries find an answer among the first k, all over the simplex."""
        queries = self.queries
        return simplex.hits(self.scores[pooling], queries.targets, queries.hidden, steps, places)


def scored(
    network: CombinerNetwork,
    shelf: Shelf,
    changes: Sequence[Change],
    words: Words,
    *,
    all_poolings: bool = False,
) -> ScoredQueries:
    """Asks changes of a shelf's pictures.

    Args:
        network: makes f(q, t).
        shelf: the pictures that may answer.
        changes: what is asked.
        words: encodes the texts.
        all_poolings: compare q and t by the median and the maximum over their tokens, too.
    """
    queries = queries_of(shelf, changes, words)
    with torch.inference_mode():
        both = network(torch.from_numpy(queries.references), torch.from_numpy(queries.words)).numpy()
    parts = np.stack([queries.references, queries.words, both])[None]
    if all_poolings:
        places, where = np.unique([change.reference for change in changes], return_inverse=True)
        paths = [shelf.paths[place] for place in places]
        pictures = pooled_pictures(words.joint, paths, shelf.rows[places], words.store)[:, where]
        texts = words.pooled([change.text for change in changes])
        parts = np.stack([pictures, texts, np.broadcast_to(both, pictures.shape)], axis=1)
    return ScoredQueries(blend.dot_products(parts, shelf.rows), queries)


def figures(queries: ScoredQueries, weights: Weights) -> Metrics:
    """Returns the metrics of a manifest: recall at the weights, and at 10 of each corner and of q + t."""
    shipped, *corners = queries.ranks([weights, *CORNERS.values()])
    metrics = recalls(shipped, PLACES)
    for name, ranks in zip(CORNERS, corners, strict=True):
        metrics |= recalls(ranks, (10,), name + "_recall_at_{}")
    return metrics
