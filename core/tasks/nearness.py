"""How near a picture comes to anything in a gallery: a shoe, asked in a shop of clothes, must not find a skirt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.contracts import Index, JointEncoder
from core.tasks.headline import Fit
from core.types import Picture


class Nearness:
    """Compares pictures with all of a gallery in the joint space, which knows kinds of things better than looks.

    Args:
        joint: what searches the gallery's rows in the joint space.
        encoder: the one whose space that is.
        usual: the cosine that the nearest picture exceeds when the gallery holds something of the kind.
    """

    def __init__(self, joint: Index, encoder: JointEncoder, usual: float) -> None:
        self._joint, self._encoder, self._usual = joint, encoder, usual

    def fit(self, picture: Picture) -> Fit:
        """Returns how near the nearest picture of the gallery is."""
        fit = nearest_fit(self._joint, self._encoder.encode_pictures([picture])[0], self._usual)
        return fit or Fit(-1.0, self._usual)


def nearest_fit(
    index: Index, query: Float32[np.ndarray, " d"], usual: float, left_out: Sequence[int] = ()
) -> Fit | None:
    """Returns how near the nearest row is to a query; None when all rows are left out.

    Args:
        index: what searches the rows.
        query: (d,).
        usual: what the nearest row exceeds in most searches that have an answer.
        left_out: rows that are no answer, each once.
    """
    rows, scores = index.search(query, 1 + len(left_out))
    return next(
        (
            Fit(float(score), usual)
            for row, score in zip(rows.tolist(), scores, strict=True)
            if row not in left_out
        ),
        None,
    )
