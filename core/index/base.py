"""The checks that vectors and queries pass on their way into an index; see `core.contracts.Index` for its promise.

An engine decides where to look, never what a row scores: a score is `core.blend.dot_products` of the query and that
row alone, whichever engine answers, so that answers are the same to the last bit (see
docs/decisions/021-an-engine-proposes-rows-it-does-not-score-them.md).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Float, Float32, Int64

from core.blend import dot_products, order
from core.contracts import Hits, SomeRows
from core.errors import ArtifactError, InputError

UNIT_TOLERANCE = 1e-3
SHORTEST_QUERY, LONGEST_QUERY = 1e-6, 1e6


def checked_rows(vectors: np.ndarray, what: str) -> Float32[np.ndarray, "n d"]:
    """Returns rows as contiguous float32 after checking that each is a finite unit vector.

    Args:
        vectors: (n, d) with n >= 1 and d >= 1.
        what: what the rows are, for the message.

    Raises:
        ArtifactError: another shape, or a row (it is named) that is not finite or not of length 1 to 1e-3.
    """
    given = np.asarray(vectors)
    if given.ndim != 2 or not given.size or not np.issubdtype(given.dtype, np.floating):
        raise ArtifactError(
            f"The {what} vectors are no rows of floats but {given.dtype} of shape {given.shape}."
        )
    with np.errstate(over="ignore"):
        rows = np.ascontiguousarray(given, dtype=np.float32)
    lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows, dtype=np.float64))
    bad = np.flatnonzero(~(np.abs(lengths - 1) <= UNIT_TOLERANCE))
    if bad.size:
        raise ArtifactError(
            f"Row {bad[0]} of the {what} vectors has length {lengths[bad[0]]:.4g} where 1 is required"
            f" ({bad.size} such rows in all)."
        )
    return rows


def checked_queries(queries: np.ndarray, width: int) -> Float[np.ndarray, "*queries d"]:
    """Returns queries after checking that each has a direction; float64 stays what it is, all else is float32.

    Args:
        queries: (..., width) finite, of lengths between 1e-6 and 1e6.
        width: d of the index.

    Raises:
        InputError: another width, a value that is not finite, or a length outside these limits.
    """
    given = np.asarray(queries)
    if not given.ndim or given.shape[-1] != width or not np.issubdtype(given.dtype, np.floating):
        raise InputError(f"The query has shape {given.shape}; this gallery takes {width} numbers.")
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(np.square(given, dtype=np.float64).sum(axis=-1))
    if not ((lengths >= SHORTEST_QUERY) & (lengths <= LONGEST_QUERY)).all():
        raise InputError("The query has no direction (it is zero, too long, or not finite); change it.")
    return np.ascontiguousarray(given, dtype=np.float64 if given.dtype == np.float64 else np.float32)


def checked_query(query: np.ndarray, width: int) -> Float[np.ndarray, " d"]:
    """Returns one query, (width,), otherwise as `checked_queries`."""
    checked = checked_queries(query, width)
    if checked.ndim != 1:
        raise InputError(f"The query has shape {checked.shape}; a search takes one query of {width} numbers.")
    return checked


def best(scores: Float[np.ndarray, " n"], k: int) -> Hits:
    """Returns the k best positions, best first, ties in order, with their scores; k is clamped to 1..n."""
    indices = order(scores, min(max(k, 1), len(scores)))
    return indices, scores[indices]


def rescored(
    proposed: Int64[np.ndarray, " m"],
    query: Float[np.ndarray, " d"],
    rows: Float32[np.ndarray, "n d"],
    k: int,
) -> Hits:
    """Returns the k best of the rows that an engine proposes, scored as all scores are; ties in order.

    Args:
        proposed: places of candidates among the rows, each once, in any order.
        query: (d,) checked.
        rows: (n, d) all rows.
        k: how many; clamped to 1..m.
    """
    candidates = np.sort(proposed)
    places, scores = best(dot_products(query, rows[candidates]), k)
    return candidates[places], scores


def frozen(array: np.ndarray) -> np.ndarray:
    """Returns the array itself when it is read-only already, else a read-only copy."""
    if not array.flags.writeable:
        return array
    copy = array.copy()
    copy.setflags(write=False)
    return copy


class CheckedProposer(ABC):
    """What says which rows queries probably rank best, see `core.contracts.Proposer`: the checks that all begin with.

    Attributes:
        width: d of the queries.
    """

    width: int

    @abstractmethod
    def __len__(self) -> int:
        """Returns n, the number of rows."""

    def propose(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        """Returns the union over the queries of the best `count` rows that are found for each, ascending, each once.

        Args:
            queries: (m, d), each of a length between 1e-6 and 1e6.
            count: clamped to 1..n; all rows come back where it is n.

        Raises:
            InputError: another width, or a query without direction.
            ArtifactError: what proposes was changed, and there is nothing instead.
        """
        checked = checked_queries(queries, self.width).astype(np.float32)
        wanted = max(count, 1)
        if wanted >= len(self):
            return np.arange(len(self), dtype=np.int64)
        return self._best(checked, wanted) if len(checked) else np.zeros(0, dtype=np.int64)

    @abstractmethod
    def _best(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        """Returns the same for at least one query and fewer than all rows."""
