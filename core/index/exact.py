"""Exact search in plain NumPy: every score, and the best k of them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from core.blend import dot_products
from core.contracts import Hits, SomeRows
from core.index.base import best, checked_queries, checked_query, checked_rows, frozen
from core.index.segmented_rows import SegmentedRows


class ExactIndex:
    """Inner products with all rows, as `core.contracts.Index` promises.

    Args:
        vectors: (n, d) unit rows; read-only arrays are shared, others are copied, rows in segments stay where they are.

    Raises:
        ArtifactError: a row is not a finite unit vector.
    """

    name = "exact"
    exact = True

    def __init__(self, vectors: np.ndarray | SegmentedRows) -> None:
        self._rows = (
            vectors if isinstance(vectors, SegmentedRows) else frozen(checked_rows(vectors, "gallery"))
        )
        self.width = int(self._rows.shape[1])

    def __len__(self) -> int:
        return len(self._rows)

    def scores(self, queries: np.ndarray, rows: SomeRows | None = None) -> Float[np.ndarray, "*queries r"]:
        """Returns the inner product of every row, or of some rows, with every query."""
        checked = checked_queries(queries, self.width)
        if rows is None and isinstance(self._rows, SegmentedRows):
            return np.concatenate([dot_products(checked, block) for _, block in self._rows.blocks()], axis=-1)
        return dot_products(checked, np.asarray(self._rows if rows is None else self._rows[rows]))

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the k best rows, best first, and their scores; ties keep the order of the rows."""
        return best(self.scores(checked_query(query, self.width)), k)
