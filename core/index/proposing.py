"""Proposes rows by looking at all of them, a block at a time: exact, and flat in memory however large a gallery is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float32, Int64

from core.blend import order
from core.contracts import SomeRows
from core.errors import ArtifactError
from core.index.base import CheckedProposer
from core.index.segmented_rows import StoredRows

BLOCK = 16_384
"""Rows that are multiplied at a time: 25 MB of 384 numbers each."""


class ExactProposer(CheckedProposer):
    """Says which rows queries rank best; of equal rows the first.

    It multiplies in blocks, as nothing is scored here: what rounding puts on the wrong side of the last place is no
    nearer than the last bits of float32.

    Args:
        sides: at least one array of n rows each, unit; they lie side by side, as if they were one array.

    Raises:
        ArtifactError: they have not as many rows as each other.
    """

    exact = True

    def __init__(self, sides: Sequence[Float32[StoredRows, "_ _"]]) -> None:
        if len({len(rows) for rows in sides}) != 1:
            raise ArtifactError("The vectors of the gallery are not as many in each set; rebuild it.")
        self._sides = tuple(sides)
        self.width = sum(int(rows.shape[1]) for rows in sides)

    def __len__(self) -> int:
        return len(self._sides[0])

    def _best(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        return np.unique(np.concatenate([rows for _, rows in self.best_of_each(queries, count)]))

    def best_of_each(
        self, queries: Float32[np.ndarray, "m d"], count: int
    ) -> list[tuple[Float32[np.ndarray, " r"], Int64[np.ndarray, " r"]]]:
        """Returns the products of the best rows of each query, as a block gives them, and the rows, ascending.

        Args:
            queries: (m, d) checked.
            count: rows for each, at least 1; all where it has fewer.
        """
        best = [_Best(count) for _ in queries]
        for start, scores in self._blocks(queries):
            for some, of_query in zip(best, scores.T, strict=True):
                some.add(start, of_query)
        return [(some.scores, some.rows) for some in best]

    def _blocks(
        self, queries: Float32[np.ndarray, "m d"]
    ) -> Iterator[tuple[int, Float32[np.ndarray, "block m"]]]:
        """Yields the number of the first row of each block, and the product of its rows with each query."""
        ends = np.cumsum([0, *(rows.shape[1] for rows in self._sides)]).tolist()
        # A side that no query asks, such as words of no weight, costs nothing.
        asked = [
            (rows, queries[:, first:last].T)
            for rows, (first, last) in zip(self._sides, pairwise(ends), strict=True)
            if queries[:, first:last].any()
        ]
        for start in range(0, len(self), BLOCK):
            yield start, np.asarray(sum(rows[start : start + BLOCK] @ part for rows, part in asked))


class _Best:
    """The best rows of one query so far, in their order."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.scores, self.rows = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
        self._least = np.float32(-np.inf)

    def add(self, start: int, scores: Float32[np.ndarray, " block"]) -> None:
        """Takes note of the rows of a block, the first of which is `start`."""
        # What only equals the worst of them stands behind it, for it comes later.
        better = np.flatnonzero(scores > self._least)
        scores, rows = np.append(self.scores, scores[better]), np.append(self.rows, better + start)
        if len(rows) > self._count:
            places = np.sort(order(scores, self._count))
            scores, rows = scores[places], rows[places]
        if len(rows) == self._count:
            self._least = scores.min()
        self.scores, self.rows = scores, rows
