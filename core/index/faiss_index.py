"""Exact search by FAISS (Douze et al., 2024): the same contract, for galleries of a million rows."""

from __future__ import annotations

import faiss
import numpy as np
from jaxtyping import Float32

from core.contracts import Hits
from core.index.base import best, checked_query, checked_rows


class FaissIndex:
    """A flat inner-product index; what FAISS would answer in silence to a bad query is refused here.

    Args:
        vectors: (n, d) unit rows; they are copied.

    Raises:
        ArtifactError: a row is not a finite unit vector.
    """

    name = "faiss"

    def __init__(self, vectors: np.ndarray) -> None:
        rows = checked_rows(vectors, "gallery")
        self.width = int(rows.shape[1])
        self._index = faiss.IndexFlatIP(self.width)
        self._index.add(rows)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def scores(self, query: np.ndarray) -> Float32[np.ndarray, " n"]:
        """Returns the inner product of every row with the query, (n,) float32."""
        found, rows = self._nearest(checked_query(query, self.width), len(self))
        scores = np.empty(len(self), dtype=np.float32)
        scores[rows] = found
        return scores

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the k best rows, best first, and their scores; ties keep the order of the rows."""
        count = min(max(k, 1), len(self))
        checked = checked_query(query, self.width)
        found, rows = self._nearest(checked, min(count + 1, len(self)))
        if len(found) > count and found[count - 1] == found[count]:
            # Rows that tie across the cut: FAISS keeps any of them, the contract asks for the first ones.
            return best(self.scores(checked), count)
        ranking = np.lexsort((rows, -found))[:count]
        return rows[ranking], found[ranking]

    def _nearest(self, query: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        # The number of threads belongs to the calling thread in OpenMP, so it is set at each call; one is
        # faster than several whenever the machine has other work.
        faiss.omp_set_num_threads(1)
        found, rows = self._index.search(query[None], count)
        return found[0], rows[0]
