"""What the encoders find for one query of compose: what q, t and f(q, t) say of every picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.tasks.candidates import RankedEvidence, fields_from_json
from core.tasks.evidence import short_floats


@dataclass(frozen=True, slots=True, eq=False)
class ComposeEvidence(RankedEvidence):
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        modification: what should change, in words; called "text" in JSON, as in examples that were stored.
        scores: (3, 3, n) dot products with the gallery: pooling (mean, median, max), part (q, t, f),
            candidate.
        gram: (3, 3, 3) for each pooling the Gram matrix of q, t and f.
        masked: where the reference and copies of its file stand in the gallery; they must not answer.
        in_scraps: the words when the model knows none of them.
    """

    modification: str
    scores: Float32[np.ndarray, "3 3 n"]
    gram: Float[np.ndarray, "3 3 3"]
    masked: tuple[int, ...]
    in_scraps: tuple[str, ...] = ()

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows that are no part of the ranking: the reference, its copies, and all but the first of others."""
        return tuple(sorted({*self.masked, *self.repeats}))

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss; `in_scraps` only where there are some."""
        own = {
            "text": self.modification,
            "scores": short_floats(self.scores),
            "gram": np.asarray(self.gram, dtype=np.float64).tolist(),
            "masked": list(self.masked),
        }
        scraps = {"in_scraps": list(self.in_scraps)} if self.in_scraps else {}
        return RankedEvidence.to_json(self) | own | scraps

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ComposeEvidence:
        """Returns the evidence that `to_json` wrote."""
        # Before copies were known this was one row, or null.
        masked = [] if value["masked"] is None else value["masked"]
        return cls(
            value["text"],
            np.asarray(value["scores"], dtype=np.float32),
            np.asarray(value["gram"], dtype=np.float64),
            tuple(np.ravel(masked).astype(int).tolist()),
            tuple(str(word) for word in value.get("in_scraps") or ()),
            **fields_from_json(value),
        )
