"""Search by FAISS (Douze et al., 2024), which proposes rows for galleries of a million; scores stay ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import faiss
import numpy as np
from jaxtyping import Float, Float32, Int64

from core.blend import dot_products
from core.contracts import Hits, SomeRows
from core.index.base import best, checked_queries, checked_query, checked_rows, frozen, rescored

SPARE = 16
"""How many rows more than asked are proposed, so that rounding can be told from being worse."""
WIDER = 4
"""By how much more is asked for when that was not enough."""


class FaissIndex:
    """A flat inner-product index; what FAISS would answer in silence to a bad query is refused here.

    FAISS adds in an order of its own, so its scores differ in the last digits, by place and by version. It is asked for
    a few rows more than are wanted, and those are scored and ranked as everywhere. By the bound on rounding, a row that
    it left out is then known to be worse; where that is not known, as among many equal rows, more are asked for.

    Args:
        vectors: (n, d) unit rows; read-only arrays are shared, others are copied, and FAISS keeps a copy of its own.

    Raises:
        ArtifactError: a row is not a finite unit vector.
    """

    name = "faiss"
    exact = True

    def __init__(self, vectors: np.ndarray) -> None:
        self._rows = frozen(checked_rows(vectors, "gallery"))
        self.width = int(self._rows.shape[1])
        # Two sums of d products, rounded at every step, and a query that FAISS takes in float32 (Higham 2002, 3.1).
        self._rounding = 2 * (self.width + 2) * float(np.finfo(np.float32).eps)
        self._index = faiss.IndexFlatIP(self.width)
        self._index.add(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def scores(self, queries: np.ndarray, rows: SomeRows | None = None) -> Float[np.ndarray, "*queries r"]:
        """Returns the inner product of every row, or of some, with every query; FAISS has no part in it."""
        return dot_products(
            checked_queries(queries, self.width), self._rows if rows is None else self._rows[rows]
        )

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the k best rows, best first, and their scores; ties keep the order of the rows."""
        checked = checked_query(query, self.width)
        count = max(k, 1)
        slack = self._rounding * float(np.linalg.norm(checked.astype(np.float64)))
        wanted = count + SPARE
        while wanted < len(self):
            near, proposed = self._nearest(checked.astype(np.float32), wanted)
            rows, scores = rescored(proposed, checked, self._rows, count)
            if float(scores[-1]) > float(near[-1]) + slack:
                return rows, scores
            wanted *= WIDER
        return best(self.scores(checked), count)

    def _nearest(
        self, query: Float32[np.ndarray, " d"], count: int
    ) -> tuple[Float32[np.ndarray, " m"], Int64[np.ndarray, " m"]]:
        with _one_thread():
            near, proposed = self._index.search(query[None], count)
        return near[0], proposed[0]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Lets FAISS use one thread, which is faster than several whenever the machine has other work.

    The number belongs to the calling thread, and PyTorch reads the same one: left at 1, it would slow the encoders
    that this thread runs next, and change the last digits of what they say.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
