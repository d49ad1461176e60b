"""What two answers over the same candidates differ in: who rose and who fell, and how alike the two orders are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from core import blend
from core.errors import InputError
from core.instruments import Blended

PLACES = 10
"""The first so many of each answer are compared one by one."""
ALONE = "Only one candidate is ranked, so nothing can move."


@dataclass(frozen=True, slots=True)
class Move:
    """Where a candidate stands in both answers.

    Attributes:
        index: the candidate.
        before: its rank in the one answer, 1 = first; 0 where it is no part of that ranking.
        after: its rank in the other one, likewise.
    """

    index: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers side by side.

    Attributes:
        moves: every candidate that is among the first of either answer, the biggest mover first.
        shared: how many are among the first of both.
        places: how many first ones each answer has.
        agreement: Spearman's rank correlation over what both rank; None for fewer than two.
        right: where the best of the right ones stands before and after; None where nobody knows.
        names: (n,) names of the candidates.
    """

    moves: tuple[Move, ...]
    shared: int
    places: int
    agreement: float | None
    right: tuple[int, int] | None
    names: Sequence[str]

    @property
    def sentence(self) -> str:
        """Says what changed, one or two plain sentences."""
        moved = [move for move in self.moves if move.before != move.after]
        if not moved:
            return ALONE if self.places == 1 else f"Nothing moved among the first {self.places}."
        most = moved[0]
        sentence = (
            f"{self.shared} of the first {self.places} stay; "
            f"“{self.names[most.index]}” moves most, {_way(most.before, most.after)}."
        )
        if self.right is not None:
            sentence += f" The right one: {_way(*self.right)}."
        return sentence

    def to_json(self) -> dict[str, Any]:
        """Returns the reading as plain JSON values; a rank is null for what one answer does not rank."""
        moves = [
            {"name": self.names[move.index], "before": move.before or None, "after": move.after or None}
            for move in self.moves
        ]
        right = None if self.right is None else {"before": self.right[0], "after": self.right[1]}
        figures = {"shared": self.shared, "places": self.places, "agreement": self.agreement, "right": right}
        return {"sentence": self.sentence, **figures, "moves": moves}


def compare(before: Blended, after: Blended, places: int = PLACES) -> Comparison:
    """Returns what two answers over the same candidates differ in.

    Args:
        before: what the one answer was blended from.
        after: what the other one was; its right ones count.
        places: how many first ones of each are compared one by one.

    Raises:
        InputError: the two do not rank the same candidates.
    """
    if list(before.names) != list(after.names):
        raise InputError("Two answers can be compared only over the same candidates; these have others.")
    ranks = ranks_of(before), ranks_of(after)
    first = [set(np.flatnonzero((rank > 0) & (rank <= places)).tolist()) for rank in ranks]
    moves = [Move(index, int(ranks[0][index]), int(ranks[1][index])) for index in sorted(first[0] | first[1])]
    moves.sort(key=lambda move: (-_distance(move), move.index))
    count = min(places, max(len(first[0]), len(first[1])))
    right = [index for index in after.right if ranks[0][index] and ranks[1][index]]
    best = (
        (min(int(ranks[0][index]) for index in right), min(int(ranks[1][index]) for index in right))
        if right
        else None
    )
    return Comparison(tuple(moves), len(first[0] & first[1]), count, agreement(*ranks), best, after.names)


def ranks_of(blended: Blended) -> Int[np.ndarray, " n"]:
    """Returns (n,) the rank of each candidate, 1 = first, 0 for what is no part of the ranking."""
    scores = blend.blend(np.asarray(blended.weights), np.asarray(blended.parts))
    order = blend.order(scores, len(scores), tuple(blended.left_out))
    ranks = np.zeros(len(scores), dtype=np.int64)
    ranks[order] = np.arange(1, len(order) + 1)
    return ranks


def agreement(before: Int[np.ndarray, " n"], after: Int[np.ndarray, " n"]) -> float | None:
    """Returns Spearman's rank correlation over the candidates that both rank; None for fewer than two.

    Args:
        before: (n,) ranks, 0 for what is not ranked.
        after: (n,) likewise.
    """
    both = (before > 0) & (after > 0)
    count = int(both.sum())
    if count < 2:
        return None
    # Ranks among those that both rank, so that each is a permutation of 1..count.
    first, second = (np.argsort(np.argsort(rank[both])) for rank in (before, after))
    return 1 - 6 * int(((first - second) ** 2).sum()) / (count * (count**2 - 1))


def _distance(move: Move) -> int:
    # What one answer leaves out, such as its reference, is no mover: it stands last.
    return abs(move.after - move.before) if move.before and move.after else -1


def _way(before: int, after: int) -> str:
    """Returns how a rank changed, such as "from rank 12 to 3"."""
    if before == after:
        return f"rank {after} as before"
    if not before:
        return f"new at rank {after}"
    if not after:
        return f"rank {before}, and now left out"
    return f"from rank {before} to {after}"
