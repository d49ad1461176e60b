"""What a search costs beside the bare NumPy or faiss call."""

from __future__ import annotations

import faiss
import numpy as np

from benchmarks.timing import Row, milliseconds
from core.index.exact import ExactIndex
from core.index.faiss_index import FaissIndex

WIDTH = 384
SHOWN = 20
LIMIT_RATIO = 1.5


def rows(sizes: tuple[int, ...] = (10_000, 100_000)) -> list[Row]:
    """Measures both indexes on random unit vectors."""
    chance = np.random.default_rng(0)
    table = []
    faiss.omp_set_num_threads(1)
    for n in sizes:
        vectors = chance.normal(size=(n, WIDTH)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        query = vectors[0].copy()
        flat = faiss.IndexFlatIP(WIDTH)
        flat.add(vectors)
        calls = (
            ("NumPy", ExactIndex(vectors), lambda v=vectors, q=query: np.argsort(-(v @ q))[:SHOWN]),
            ("faiss", FaissIndex(vectors), lambda f=flat, q=query: f.search(q[None], SHOWN)),
        )
        for name, index, bare in calls:
            ours = milliseconds(lambda i=index, q=query: i.search(q, SHOWN))  # type: ignore[misc]
            table.append(Row(f"search, {name}, {n:,} x {WIDTH}", ours, milliseconds(bare), None, LIMIT_RATIO))
    return table
