"""What each stroke of a drawing does: the answer without it, and what it adds in the mean over many orders of drawing.

Without a stroke: all other strokes as they are. Shapley value (Shapley 1953), sampled: strokes are added in a random
order and in its reverse; what a stroke adds when it comes, in the mean over the orders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from core.blend import ranks
from core.instruments import Blended
from core.plurals import agreeing

SEED = 0
Drawn = Bool[np.ndarray, "drawings strokes"]


@dataclass(frozen=True, slots=True)
class StrokeOff:
    """One stroke, and the answer without it.

    Attributes:
        number: of the stroke, from 1, as it was drawn or by size.
        effect: what it adds to the score of the one that is first with all strokes.
        first: who comes first without it, index of a candidate.
        rank: where the first of all strokes stands without it.
        shapley: its sampled Shapley value for the same score; None where it was not sampled.
        error: standard error of that value.
    """

    number: int
    effect: float
    first: int
    rank: int
    shapley: float | None = None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class StrokesOff:
    """What the strokes of a drawing do.

    Attributes:
        first: who comes first with all strokes, index of a candidate.
        strokes: each of them.
        names: (n,) names of the candidates.
        orders: how many orders the Shapley values were sampled from, 0 for none.
        pieces: whether the strokes are pieces of ink that hang together, for nobody saw the drawing being made.
    """

    first: int
    strokes: tuple[StrokeOff, ...]
    names: Sequence[str]
    orders: int = 0
    pieces: bool = False

    @property
    def sentence(self) -> str:
        """Says which strokes decide who comes first, one plain sentence."""
        one, many = ("piece of ink", "pieces of ink") if self.pieces else ("stroke", "strokes")
        name = self.names[self.first]
        if not self.strokes:
            return f"There is one {one}, and without it nothing is drawn."
        if len(self.strokes) == 1:
            first = self.names[self.strokes[0].first]
            if self.strokes[0].first == self.first:
                return f"There is one {one} on this ground, and without it “{name}” stays first."
            return f"There is one {one} on this ground, and without it “{first}” comes first instead of “{name}”."
        most = max(self.strokes, key=lambda stroke: stroke.effect)
        deciding = [stroke for stroke in self.strokes if stroke.first != self.first]
        start = f"Of {len(self.strokes)} {many} "
        if not deciding:
            return f"{start}none alone decides: “{name}” stays first without any one; number {most.number} adds most."
        listed = ", ".join(
            f"number {stroke.number} (“{self.names[stroke.first]}” comes first)" for stroke in deciding[:4]
        )
        more = f" and {len(deciding) - 4} more" if len(deciding) > 4 else ""
        decide = agreeing(len(deciding), "decides", "decide")
        return f"{start}{len(deciding)} {decide} that “{name}” comes first; left out: {listed}{more}."

    def to_json(self) -> dict[str, Any]:
        """Returns the reading as plain JSON values."""
        strokes = [
            {
                "number": stroke.number, "effect": stroke.effect, "first": self.names[stroke.first],
                "rank": stroke.rank, "shapley": stroke.shapley, "error": stroke.error,
            }
            for stroke in self.strokes
        ]  # fmt: skip
        kind = "pieces" if self.pieces else "strokes"
        return {"sentence": self.sentence, "first": self.names[self.first], "kind": kind, "strokes": strokes}


def strokes_off(
    count: int,
    blended_of_each: Callable[[Drawn], Sequence[Blended]],
    orders: int = 0,
    pieces: bool = False,
    ground: bool = False,
) -> StrokesOff:
    """Asks about the same drawing without each stroke in turn, all of them in one batch.

    Args:
        count: how many strokes there are, at least 1.
        blended_of_each: returns what the answer is blended from for drawings of some of the strokes each.
        orders: in how many orders they are added for their Shapley values, an even number; 0 samples none.
        pieces: see `StrokesOff`.
        ground: whether something is drawn without any of them, as where they lie on an uploaded drawing.
    """
    alone = ~np.eye(count, dtype=bool) if count > 1 or ground else np.zeros((0, 1), dtype=bool)
    sequences = _orders(count, orders)
    drawn = np.concatenate([np.ones((1, count), bool), alone, _coalitions(sequences, count)])
    different, places = np.unique(drawn, axis=0, return_inverse=True)
    answers = blended_of_each(different)
    scores = np.stack([blended.scores for blended in answers])[places.ravel()]
    first = int(np.argmax(scores[0]))
    values, errors = _shapley(sequences, scores[1 + len(alone) :, first], count)
    strokes = tuple(
        StrokeOff(
            number + 1,
            float(scores[0, first] - row[first]),
            int(np.argmax(row)),
            int(ranks(row)[first]),
            float(values[number]) if orders else None,
            float(errors[number]) if orders else None,
        )
        for number, row in enumerate(scores[1 : 1 + len(alone)])
    )
    return StrokesOff(first, strokes, answers[0].names, orders, pieces)


def _orders(count: int, orders: int) -> list[np.ndarray]:
    """Returns random orders, each followed by its reverse, which cancels much of the chance."""
    random = np.random.default_rng(SEED)
    halves = [random.permutation(count) for _ in range(orders // 2)]
    return [order for half in halves for order in (half, half[::-1])]


def _coalitions(sequences: Sequence[np.ndarray], count: int) -> Drawn:
    """Returns the drawings on the way from nothing to everything, for each order in turn."""
    steps = [np.zeros((0, count), dtype=bool)]
    for order in sequences:
        place = np.empty(count, dtype=int)
        place[order] = np.arange(count)
        steps.append(place[None, :] < np.arange(count + 1)[:, None])
    return np.concatenate(steps)


def _shapley(
    sequences: Sequence[np.ndarray], scores: Float64[np.ndarray, " drawings"], count: int
) -> tuple[Float64[np.ndarray, " strokes"], Float64[np.ndarray, " strokes"]]:
    """Returns the mean of what each stroke adds when it comes, and the standard error over pairs of orders."""
    if not sequences:
        return np.zeros(count), np.zeros(count)
    added = np.zeros((len(sequences), count))
    for row, (order, values) in enumerate(zip(sequences, scores.reshape(len(sequences), -1), strict=True)):
        added[row, order] = np.diff(values)
    pairs = added.reshape(-1, 2, count).mean(axis=1)
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) if len(pairs) > 1 else np.full(count, np.nan)
    return pairs.mean(axis=0), np.nan_to_num(error)
