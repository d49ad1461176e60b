"""The heart: every tab scores things by a weighted sum of evidence, score(x) = sum_i w_i S_i(x).

Pure NumPy. Encode once, blend for ever: nothing here can run an encoder, and nothing here ever sees a list that
was cut short, so that a weighted sum is exact for every candidate.

One arithmetic: a part S_i(x) is float32 and depends on the query and on x's own row alone (`dot_products`), a score
is the ordered sum ((w_0 S_0) + w_1 S_1) + ..., each product and each sum rounded to float64 (`blend`), and never
comes from a matrix product, which adds in an order that depends on a row's place. So equal candidates tie exactly,
`order` keeps ties in the order of the gallery, the shares of a candidate add up to its score bit for bit, and any
language with IEEE doubles gets the same bits. What is no plain sum (a length, a softmax) comes after the order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from core.errors import InputError

Rows = Float[np.ndarray, "parts n"]
NO_DIRECTION = 1e-8
ROUNDING = 4 * float(np.finfo(np.float64).eps)
BLOCK = 1024


def unit(rows: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """Returns the rows with length 1; a row of zeros stays."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def dot_products(
    queries: Float[np.ndarray, "*queries d"], rows: Float[np.ndarray, "n d"]
) -> Float[np.ndarray, "*queries n"]:
    """Returns the dot product of every query with every row; equal rows get equal numbers wherever they stand.

    Each is computed by itself, from one query and one row. A matrix product would be faster for many queries, but
    its rounding depends on a row's place among the others, so that it breaks ties at random.

    Args:
        queries: (..., d).
        rows: (n, d), of the same precision.
    """
    products = np.empty((*queries.shape[:-1], len(rows)), np.result_type(queries, rows))
    # A block of rows stays in the processor's cache for all queries.
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        np.vecdot(queries[..., None, :], rows[block], out=products[..., block])
    return products


def blend(
    weights: Sequence[float] | Float[np.ndarray, "*mixes parts"], scores: Float[np.ndarray, "parts *n"]
) -> Float[np.ndarray, "..."]:
    """Returns the blended score of every candidate, the ordered sum of `w_i S_i` in float64.

    Args:
        weights: (parts,) finite numbers, or several such rows at once.
        scores: (parts, n), one row of evidence for each part.
    """
    # As float64, for a number of Python's own times float32 stays float32.
    mixes = np.asarray(weights, dtype=np.float64)
    score = np.multiply.outer(mixes[..., 0], scores[0])
    for part in range(1, len(scores)):
        score += np.multiply.outer(mixes[..., part], scores[part])
    return np.asarray(score)


def contributions(weights: Sequence[float] | Float[np.ndarray, " parts"], scores: Rows) -> Rows:
    """Returns each part's share `w_i S_i`; `total` of a candidate's shares is its blended score, bit for bit.

    Args:
        weights: (parts,) finite numbers.
        scores: (parts, n).
    """
    return np.asarray(weights, dtype=np.float64)[:, None] * np.asarray(scores, dtype=np.float64)


def total(shares: Rows) -> Float[np.ndarray, " n"]:
    """Returns the sum of every candidate's shares, added in the order of the parts."""
    score = np.array(shares[0], dtype=np.float64)
    for share in shares[1:]:
        score += share
    return score


def centred(logits: Float[np.ndarray, "*rows classes"]) -> Float[np.ndarray, "*rows classes"]:
    """Returns logits less their mean over the classes: a shift common to all classes means nothing."""
    values = np.asarray(logits, dtype=np.float64)
    return np.asarray(values - values.mean(axis=-1, keepdims=True))


def softmax(logits: Float[np.ndarray, "*rows classes"]) -> Float[np.ndarray, "*rows classes"]:
    """Returns probabilities over the last axis, without overflow."""
    values = np.asarray(logits, dtype=np.float64)
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def simplex_weights(raw: Sequence[float]) -> Float[np.ndarray, " parts"]:
    """Returns weights rescaled to sum to 1; those that do so already are used as they stand.

    Args:
        raw: finite numbers of any sign.

    Raises:
        InputError: a weight is not finite, all are 0, or they cancel so that no sum is left to rescale.
    """
    weights = np.asarray(raw, dtype=np.float64)
    if not np.isfinite(weights).all():
        raise InputError("A weight is not a finite number; give ordinary numbers such as 0.5.")
    if not weights.any():
        raise InputError("All weights are 0; choose at least one weight.")
    # The largest becomes 1 first: sums of huge numbers overflow, quotients of tiny ones lose their digits.
    largest = np.abs(weights).max()
    scaled = weights / largest
    share = scaled.sum()
    if abs(share) < NO_DIRECTION:
        raise InputError("The weights cancel each other (their sum is 0); change one of them.")
    # The weights of an answer, or of a point of a map, must give that very answer when they are asked with again.
    if largest * NO_DIRECTION < 2 and abs(weights.sum() - 1) <= ROUNDING * np.abs(weights).sum():
        return weights + 0.0
    # 0 divided by a negative sum is -0.0, which nobody asked for.
    return np.asarray(scaled / share + 0.0)


def mixed_length(
    weights: Sequence[float] | Float[np.ndarray, " parts"], gram: Float[np.ndarray, "parts parts"]
) -> float:
    """Returns |sum_i w_i v_i| = sqrt(w' G w), from the Gram matrix of the parts.

    Raises:
        InputError: the parts cancel, so that no direction is left to compare with.
    """
    square = float(blend(weights, blend(weights, gram)[:, None])[0])
    if not square > NO_DIRECTION:
        raise InputError("These weights cancel the query: no direction is left; change one of them.")
    return float(np.sqrt(square))


def order(scores: Float[np.ndarray, " n"], k: int, masked: Sequence[int] = ()) -> Int[np.ndarray, " k"]:
    """Returns the indices of the k best candidates, best first; ties keep the order of the candidates.

    Args:
        scores: (n,) finite.
        k: how many; clamped to what there is.
        masked: indices of candidates that must not appear, each once.
    """
    values = np.asarray(scores, dtype=np.float64)
    if masked:
        values = values.copy()
        values[list(masked)] = -np.inf
    count = min(max(k, 0), len(values) - len(masked))
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    threshold = np.partition(values, len(values) - count)[len(values) - count]
    pool = np.flatnonzero(values >= threshold)
    return np.asarray(pool[np.argsort(-values[pool], kind="stable")][:count], dtype=np.int64)


def ranks(scores: Float[np.ndarray, " n"], masked: Sequence[int] = ()) -> Int[np.ndarray, " n"]:
    """Returns the rank of every candidate, 1 = best; ties keep the order of the candidates; masked last."""
    values = np.asarray(scores, dtype=np.float64).copy()
    values[list(masked)] = -np.inf
    places = np.empty(len(values), dtype=np.int64)
    places[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return places


def tie_weight(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Returns the exact alpha in [0, 1] at which two candidates swap places under alpha A + (1 - alpha) B.

    Args:
        first: the pair (A, B) of the first candidate's scores.
        second: the pair of the second one.

    Returns:
        The alpha of the tie, or None when one candidate leads for every alpha in [0, 1].
    """
    lead_a, lead_b = float(first[0]) - float(second[0]), float(first[1]) - float(second[1])
    if lead_a == lead_b:
        return None
    alpha = lead_b / (lead_b - lead_a)
    return alpha if 0.0 <= alpha <= 1.0 else None


def simplex_grid(steps: int = 9) -> Float[np.ndarray, "points 3"]:
    """Returns all weights (w0, w1, w2) >= 0 with sum 1 on a grid of step 1/steps (9: the 55 of report 4)."""
    return np.array(
        [
            (i / steps, j / steps, (steps - i - j) / steps)
            for i in range(steps + 1)
            for j in range(steps + 1 - i)
        ]
    )


def two_player_shapley(both: Rows, first: Rows, second: Rows, neither: Rows) -> tuple[Rows, Rows]:
    """Returns the exact Shapley value of two kinds of evidence; base + parts = the value with both.

    Args:
        both: outputs with both present.
        first: outputs with only the first present.
        second: outputs with only the second present.
        neither: outputs with both absent (the base).

    Returns:
        The first's and the second's value, of the same shape (Shapley 1953, for two players).
    """
    return (first - neither + both - second) / 2, (second - neither + both - first) / 2
