"""The checks that vectors and queries pass on their way into an index; see `core.contracts.Index` for its promise."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

from core.blend import order
from core.contracts import Hits
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


def checked_query(query: np.ndarray, width: int) -> Float32[np.ndarray, " d"]:
    """Returns a query as float32 after checking that it has a direction.

    Args:
        query: (width,) finite, of a length between 1e-6 and 1e6.
        width: d of the index.

    Raises:
        InputError: another shape, a value that is not finite, or a length outside these limits.
    """
    given = np.asarray(query)
    if given.shape != (width,) or not np.issubdtype(given.dtype, np.floating):
        raise InputError(f"The query has shape {given.shape}; this gallery takes {width} numbers.")
    # The largest number is looked at first, for the square of a very large one is infinite.
    sound = float(np.abs(given).max()) <= LONGEST_QUERY
    if not (sound and SHORTEST_QUERY <= float(np.linalg.norm(given.astype(np.float64))) <= LONGEST_QUERY):
        raise InputError("The query has no direction (it is zero, too long, or not finite); change it.")
    return np.ascontiguousarray(given, dtype=np.float32)


def best(scores: Float32[np.ndarray, " n"], k: int) -> Hits:
    """Returns the k best positions, best first, ties in order, with their scores; k is clamped to 1..n."""
    indices = order(scores, min(max(k, 1), len(scores)))
    return indices, scores[indices]


def frozen(array: np.ndarray) -> np.ndarray:
    """Returns the array itself when it is read-only already, else a read-only copy."""
    if not array.flags.writeable:
        return array
    copy = array.copy()
    copy.setflags(write=False)
    return copy
