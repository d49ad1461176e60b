"""Instruments look into an answer: each is a pure function from what was blended to a reading. None runs an encoder."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float64, Num

from core.blend import blend
from core.registry import Registry

INSTRUMENTS = Registry(
    "instrument",
    {
        "tie": "core.instruments.tie:read",
        "recall_map": "core.instruments.recall_map:read",
        "winner_atlas": "core.instruments.winner_atlas:read",
        "flips": "core.instruments.flips:read",
    },
)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """What an answer was blended from.

    Attributes:
        parts: (parts, n) what each kind of evidence says of each candidate.
        weights: (parts,) how much each counts.
        kinds: (parts,) names of the kinds of evidence, as a sentence uses them: "picture", "words".
        names: (n,) names of the candidates.
        right: indices of the candidates that are known to be right; empty where nobody knows.
        left_out: indices of the candidates that are no part of the ranking.
        memory: what `once` keeps for these parts; their owner gives it again with other weights.
    """

    parts: Num[np.ndarray, "parts n"]
    weights: Sequence[float]
    kinds: Sequence[str]
    names: Sequence[str]
    right: Sequence[int] = ()
    left_out: Sequence[int] = ()
    memory: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def ranked(self) -> Float64[np.ndarray, "parts n"]:
        """(parts, n) the parts, -inf for what is no part of the ranking; not to be changed."""

        return self.once("ranked", lambda: self._among_ranked(self.parts))

    @property
    def scores(self) -> Float64[np.ndarray, " n"]:
        """(n,) the blended scores, -inf for what is no part of the ranking."""
        return self._among_ranked(blend(self.weights, self.parts))

    def _among_ranked(self, numbers: Num[np.ndarray, "*rows n"]) -> Float64[np.ndarray, "*rows n"]:
        values = np.array(numbers, dtype=np.float64)
        values[..., list(self.left_out)] = -np.inf
        return values

    def once(self, what: str, compute: Callable[[], Value]) -> Value:
        """Returns what does not depend on the weights, computed when they are first blended and not at each move.

        Args:
            what: a name for it, of one instrument's own.
            compute: returns it.
        """
        key = (what, tuple(self.right), tuple(self.left_out))
        if key not in self.memory:
            self.memory[key] = compute()
        value: Value = self.memory[key]
        return value


@dataclass(frozen=True, slots=True)
class Reading:
    """What an instrument reads.

    Attributes:
        sentence: one plain sentence for people, made from the figures.
        figures: the same for programs, as JSON takes it.
    """

    sentence: str
    figures: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Returns the object that an endpoint gives under the name of the instrument."""
        return {"sentence": self.sentence, **self.figures}


def readings(blended: Blended) -> dict[str, Reading]:
    """Returns name -> reading of every instrument that has something to say of an answer, in their order."""
    taken = {name: INSTRUMENTS.load(name)(blended) for name in INSTRUMENTS}
    return {name: reading for name, reading in taken.items() if reading is not None}
