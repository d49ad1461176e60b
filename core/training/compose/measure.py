"""What the compose recipe measures: how well the parts, and their mixes, find what composed queries ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32

from core import blend
from core.datasets.changes import Change
from core.datasets.shelves import Shelf
from core.joining import ScoredQueries
from core.reporting.compose import Weights
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Queries, Words, pooled_pictures, queries_of


@dataclass(frozen=True, slots=True, eq=False)
class ScoredChanges(ScoredQueries):
    """Scored queries about a shelf, and the same parts by each pooling, of which those by the first one count."""

    queries: Queries
    pooled: Float32[np.ndarray, "poolings 3 n candidates"]

    @classmethod
    def of(cls, pooled: Float32[np.ndarray, "poolings 3 n candidates"], queries: Queries) -> ScoredChanges:
        """Returns queries with what was said of every candidate."""
        return cls(pooled[0], queries.targets, queries.hidden, queries, pooled)


WeightedChanges = tuple[ScoredChanges, Weights]
"""Queries, and the weights that their gallery starts with."""


def scored(
    network: CombinerNetwork,
    shelf: Shelf,
    changes: Sequence[Change],
    words: Words,
    *,
    all_poolings: bool = False,
) -> ScoredChanges:
    """Asks changes of a shelf's pictures; with `all_poolings` q and t count by median and maximum over tokens, too."""
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
    return ScoredChanges.of(blend.dot_products(parts, shelf.rows), queries)
