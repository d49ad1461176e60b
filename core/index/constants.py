"""The numbers that bring cosines of different spaces onto one scale: mean and deviation within a gallery."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from core.index.manifest import CONSTANTS

SMALLEST_DEVIATION = 0.02
DECIMALS = 6
BLOCK = 4096
"""Rows that are counted exactly at a time, so that a large gallery is not copied as a whole."""


def cosine_distribution(rows: Float[np.ndarray, "n d"]) -> tuple[float, float]:
    """Returns mean and standard deviation of the cosines between different rows.

    With X the unit rows, the cosines of all ordered pairs sum to |sum_i x_i|^2 and their squares to the
    squared Frobenius norm of X'X, so that no n x n matrix is needed.

    Args:
        rows: (n, d) unit rows; with n = 1 there is no pair, and cosines are left as they are: (0, 1).
    """
    count, width = rows.shape
    if count < 2:
        return 0.0, 1.0
    total, products = np.zeros(width), np.zeros((width, width))
    lengths = squared_lengths = 0.0
    for start in range(0, count, BLOCK):
        exact = np.asarray(rows[start : start + BLOCK], dtype=np.float64)
        total += exact.sum(axis=0)
        products += exact.T @ exact
        of_each = np.einsum("nd,nd->n", exact, exact)
        lengths += float(of_each.sum())
        squared_lengths += float(np.square(of_each).sum())
    pairs = count * (count - 1)
    mean = (float(np.square(total).sum()) - lengths) / pairs
    square = (float(np.square(products).sum()) - squared_lengths) / pairs
    return mean, float(np.sqrt(max(square - mean * mean, 0.0)))


def gallery_constants(vectors: Mapping[str, Float[np.ndarray, "n _"]]) -> dict[str, float]:
    """Returns the mean and deviation for the picture, words and box parts of street to shop.

    Picture and box are both compared with the "garment" rows, words with the "words" rows. Deviations are at
    least 0.02, so that a gallery of near-equal pictures does not blow a part up; numbers are rounded to six
    decimals, so that the order in which a machine adds does not change a bundle.

    Args:
        vectors: name -> (n, d) unit rows.
    """
    values: dict[str, float] = {}
    for part, name in (("picture", "garment"), ("words", "words"), ("box", "garment")):
        mean, deviation = cosine_distribution(vectors[name]) if name in vectors else (0.0, 1.0)
        values |= {f"{part}_mean": mean, f"{part}_std": deviation}
    for name in CONSTANTS:
        if name.endswith("_std"):
            values[name] = max(values[name], SMALLEST_DEVIATION)
    # Adding 0.0 turns -0.0 into 0.0, which would print differently.
    return {name: round(number, DECIMALS) + 0.0 for name, number in sorted(values.items())}
