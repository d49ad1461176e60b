"""Where two kinds of evidence tie: the weight at which the first choice of one comes level with that of the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Num

from core import blend
from core.instruments import Blended, Reading


@dataclass(frozen=True, slots=True)
class Tie:
    """The first choices of two kinds of evidence, and where they tie.

    Attributes:
        first: index of the candidate that the first kind likes best.
        second: index of the candidate that the second kind likes best.
        weight: of the first kind, the second one's being 1 - weight; None when they are the same candidate, or one
            leads at every weight.
    """

    first: int
    second: int
    weight: float | None


def tie_of(parts: Num[np.ndarray, "2 n"]) -> Tie:
    """Returns where the first choices of two kinds of evidence tie.

    Args:
        parts: (2, n) what each kind says of each candidate.
    """
    parts = np.asarray(parts, dtype=np.float64)
    first, second = int(np.argmax(parts[0])), int(np.argmax(parts[1]))
    if first == second:
        return Tie(first, second, None)
    return Tie(first, second, blend.tie_weight(*((parts[0, i], parts[1, i]) for i in (first, second))))


def tie_in(blended: Blended) -> Tie:
    """Returns where the two kinds of evidence that were blended tie, among what is part of the ranking."""
    return blended.once("tie", lambda: tie_of(blended.ranked))


def read(blended: Blended) -> Reading | None:
    """Returns where the two kinds of evidence tie; None unless there are two, or where they never tie."""
    if len(blended.parts) != 2 or not blended.parts.size:
        return None
    tie = tie_in(blended)
    if tie.weight is None:
        return None
    (kind, rival), (first, second) = blended.kinds, (blended.names[i] for i in (tie.first, tie.second))
    sentence = (
        f"At a weight of {tie.weight:.2f} for the {kind} its first choice, {first}, is level with that of the {rival}, "
        f"{second}."
    )
    return Reading(sentence, {"weight": tie.weight, kind: first, rival: second})
