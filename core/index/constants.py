"""The numbers that bring cosines of different spaces onto one scale: mean and deviation within a gallery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from core.index.manifest import CONSTANTS

SMALLEST_DEVIATION = 0.02
DECIMALS = 6
OF_COPIES = 1e-6
"""Rows whose mean cosine is this near to 1 are copies of one."""
COMPARED = ("garment", "words")
"""The vector sets whose cosines are standardised."""
BLOCK = 4096
"""Rows that are counted exactly at a time, so that a large gallery is not copied as a whole."""


@dataclass(slots=True, eq=False)
class CosineSums:
    """What must be summed over unit rows to know how the cosines between them are distributed.

    With X the unit rows, the cosines of all ordered pairs sum to |sum_i x_i|^2 and their squares to the squared
    Frobenius norm of X'X, so that no n x n matrix is needed, and a row can be taken out again.

    Attributes:
        count: n, how many rows.
        total: (d,) their sum.
        products: (d, d) X'X.
        lengths: (2,) the sums of their squared lengths, and of the squares of these.
    """

    count: int
    total: Float64[np.ndarray, " d"]
    products: Float64[np.ndarray, "d d"]
    lengths: Float64[np.ndarray, " 2"]

    @classmethod
    def of_width(cls, width: int) -> CosineSums:
        """Returns the sums over no row."""
        return cls(0, np.zeros(width), np.zeros((width, width)), np.zeros(2))

    def add(self, rows: Float[np.ndarray, "n d"], sign: int = 1) -> None:
        """Adds rows, or takes them out.

        Args:
            rows: (n, d) unit rows.
            sign: 1, or -1 to take them out.
        """
        for start in range(0, len(rows), BLOCK):
            exact = np.asarray(rows[start : start + BLOCK], dtype=np.float64)
            self.total += sign * exact.sum(axis=0)
            self.products += sign * (exact.T @ exact)
            of_each = np.einsum("nd,nd->n", exact, exact)
            self.lengths += sign * np.array([of_each.sum(), np.square(of_each).sum()])
        self.count += sign * len(rows)

    def distribution(self) -> tuple[float, float]:
        """Returns mean and standard deviation of the cosines between different rows; (0, 1) of fewer than two."""
        if self.count < 2:
            return 0.0, 1.0
        pairs = self.count * (self.count - 1)
        mean = (float(np.square(self.total).sum()) - float(self.lengths[0])) / pairs
        square = (float(np.square(self.products).sum()) - float(self.lengths[1])) / pairs
        return mean, float(np.sqrt(max(square - mean * mean, 0.0)))


def cosine_distribution(rows: Float[np.ndarray, "n d"]) -> tuple[float, float]:
    """Returns mean and standard deviation of the cosines between different rows.

    Args:
        rows: (n, d) unit rows; with n = 1 there is no pair, and cosines are left as they are: (0, 1).
    """
    sums = CosineSums.of_width(rows.shape[1])
    sums.add(rows)
    return sums.distribution()


def gallery_constants(vectors: Mapping[str, Float[np.ndarray, "n _"]]) -> dict[str, float]:
    """Returns the mean and deviation for the picture, words and box parts of street to shop.

    Picture and box are both compared with the "garment" rows, words with the "words" rows. Deviations are at
    least 0.02, so that a gallery of near-equal pictures does not blow a part up, and copies of one picture count as
    one; numbers are rounded to six decimals, so that the order in which a machine adds does not change a bundle.

    Args:
        vectors: name -> (n, d) unit rows.
    """
    return constants_of(
        {name: cosine_distribution(rows) for name, rows in vectors.items() if name in COMPARED}
    )


def constants_of(distributions: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Returns the same of the mean and deviation of the cosines of each vector set, by its name."""
    values: dict[str, float] = {}
    for part, name in (("picture", "garment"), ("words", "words"), ("box", "garment")):
        mean, deviation = distributions.get(name, (0.0, 1.0))
        if mean > 1.0 - OF_COPIES:  # as of one row: nothing is known of how pictures differ
            mean, deviation = 0.0, 1.0
        values |= {f"{part}_mean": mean, f"{part}_std": deviation}
    for name in CONSTANTS:
        if name.endswith("_std"):
            values[name] = max(values[name], SMALLEST_DEVIATION)
    # Adding 0.0 turns -0.0 into 0.0, which would print differently.
    return {name: round(number, DECIMALS) + 0.0 for name, number in sorted(values.items())}
