"""The rows of a gallery that one query of compose needs: all, or those that w0 q + w1 t + w2 f(q, t) finds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float32

from core.blend import simplex_grid, simplex_weights
from core.contracts import SearchableGallery, SomeRows
from core.encoders.pooling import POOLINGS
from core.tasks.windows import QUESTIONS, STEPS, Window, enlarged, fetched, note_of, recall_of, seen_whole

POOLED = "mean"
"""How the tokens of what asks first are pooled, and of the questions that calibrated the promise."""
Asked = Float32[np.ndarray, "3 3 d"]
"""Pooling, part (q, t, f), d."""


class ComposeWindows:
    """Says which rows of one gallery questions need.

    Args:
        gallery: with vectors "joint".
        named: choices of weights of which most is fetched: where sliders start, and those of the calibration.

    Attributes:
        whole: whether all rows are looked at.
    """

    def __init__(self, gallery: SearchableGallery, named: Sequence[Sequence[float]]) -> None:
        self._gallery, self._proposer = gallery, gallery.proposer("joint")
        self._named = np.unique(np.array(named, dtype=np.float64), axis=0)
        self.whole = seen_whole(gallery, self._proposer)

    def window(self, asked: Asked, rows: SomeRows | None = None) -> Window | None:
        """Returns what a question needs at any weights and any pooling; None for all rows.

        Args:
            asked: what asks.
            rows: that are to be compared whatever is asked; None fetches them.

        Raises:
            ArtifactError: what is proposed are no rows of this gallery.
        """
        if self.whole:
            return None
        if rows is None:
            first = mixed(asked[[POOLINGS.index(POOLED)]], self._named)
            rows = fetched(self._gallery, self._proposer, mixed(asked, simplex_grid(STEPS)), first)
        unindexed = QUESTIONS if self._proposer.exact else ""
        found, note = recall_of(self._proposer), note_of(self._proposer)
        return Window(rows, len(self._gallery.items), {"parts": asked}, found, note, unindexed)

    def reaching(self, window: Window | None, weights: Sequence[float]) -> Window | None:
        """Returns a window with what some weights rank best, too; None where nothing more can be fetched.

        Args:
            window: of a question, None for all rows.
            weights: (3,) of any sign, as they were given; a sum below 0 turns them all round.
        """
        if self.whole or window is None or "parts" not in window.asked:
            return None
        queries = mixed(window.asked["parts"], simplex_weights(weights)[None])
        return enlarged(self._gallery, self._proposer, window, queries)


def mixed(
    asked: Float32[np.ndarray, "poolings 3 d"], weights: Float[np.ndarray, "m 3"]
) -> Float32[np.ndarray, "queries d"]:
    """Returns w0 q + w1 t + w2 f(q, t) of each mix and each pooling; a score is the inner product with it."""
    mixes = np.einsum("mi,pid->mpd", weights, asked.astype(np.float64))
    return np.asarray(mixes.reshape(-1, mixes.shape[-1]), dtype=np.float32)
