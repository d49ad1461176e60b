"""How much of the exact best twelve lies in the window that a question fetches, at weights that it did not ask for.

A window is the union of what is proposed at the 15 points of a grid over the simplex of weights, in each pooling, and
of more at the weights where the sliders stand; see `core.tasks.windows`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from core.blend import simplex_grid
from core.contracts import Proposer
from core.index.approximate_recall import KnownBest, answered

STEPS, STARTING = 4, 2000
START = (0.2, 0.3, 0.5)
COUNTS = (100, 200, 300, 400)
ASKED, WEIGHTS = 20, 5


@dataclass(frozen=True, slots=True)
class WindowRecall:
    """What windows of one kind hold.

    Attributes:
        rows: n of the gallery.
        exact: whether what proposed was.
        count: proposed at each point of the grid, in each pooling.
        held: rows of a window, on average.
        most: of the largest one.
        recall: how many of the exact best twelve at weights drawn evenly from the simplex are in it, in [0, 1].
    """

    rows: int
    exact: bool
    count: int
    held: float
    most: int
    recall: float

    def line(self) -> str:
        """Returns a row of a table in Markdown."""
        who = "exact" if self.exact else "approximate"
        return (
            f"| {self.rows:,} | {who} | {self.count} | {self.held:,.0f} | {self.most:,} | {self.recall:.4f} |"
        )


HEAD = "| rows | proposed | at each point | rows held | at most | recall@12 |\n|---:|---|---:|---:|---:|---:|"


def windows(
    rows: Float32[np.ndarray, "n d"],
    parts: Float32[np.ndarray, "m 3 3 d"],
    proposers: Sequence[Proposer],
    counts: Sequence[int] = COUNTS,
) -> Iterator[WindowRecall]:
    """Yields what windows hold, for each proposer and each count.

    Args:
        rows: (n, d) unit, what is searched.
        parts: (m, 3, 3, d) of questions: pooling, part.
        proposers: what proposes among these rows.
        counts: proposed at each point of the grid.
    """
    some = parts[:ASKED]
    grid = simplex_grid(STEPS).astype(np.float32)
    drawn = (
        np.random.default_rng(9).dirichlet(np.ones(3), (len(some), some.shape[1], WEIGHTS)).astype(np.float32)
    )
    mixed = np.einsum("mpwk,mpkd->mpwd", drawn, some)
    known = answered(mixed.reshape(-1, rows.shape[1]), [rows])
    least = known.least.reshape(len(some), -1)
    asked = mixed.reshape(len(some), -1, rows.shape[1])
    for proposer in proposers:
        for count in counts:
            sizes, shares = [], []
            for number, part in enumerate(some):
                window = np.union1d(
                    proposer.propose(np.einsum("gk,pkd->pgd", grid, part).reshape(-1, rows.shape[1]), count),
                    proposer.propose((np.array(START, dtype=np.float32) @ part[0])[None], STARTING),
                )
                every = np.broadcast_to(window, (asked.shape[1], len(window)))
                shares.append(KnownBest(asked[number], [rows], least[number]).found(every))
                sizes.append(len(window))
            yield WindowRecall(
                len(rows), proposer.exact, count, float(np.mean(sizes)), max(sizes), float(np.mean(shares))
            )
