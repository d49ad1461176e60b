"""The answer of compose: a blend of q, t and f(q, t) over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core.checks import clamp_k
from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.tasks.headline import Fit, fits_from_json, fits_to_json
from core.tasks.ranking import (
    Placed,
    RankedAnswer,
    copies_from_json,
    copies_to_json,
    placed,
    repeats,
    spoken,
    verdict,
)
from core.tasks.results import Copies, Hit, ItemName, guessed, hits, short_floats

PARTS = ("q", "t", "f")
VOICES = dict(zip(PARTS, ("the picture", "the words", "the two together"), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class ComposeEvidence:
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        modification: what should change, in words; called "text" in JSON, as in examples that were stored.
        scores: (3, 3, n) dot products with the gallery: pooling (mean, median, max), part (q, t, f),
            candidate.
        gram: (3, 3, 3) for each pooling the Gram matrix of q, t and f.
        masked: where the reference and copies of its file stand in the gallery; they must not answer.
        items: (id, file) of every gallery picture.
        titles: (n,) what people call them; empty when nobody has said.
        copies: row -> the later rows with the same bytes.
        fits: "q" -> how well its best candidate fits; empty when that was not measured for these models.
        in_scraps: the words when the model knows none of them.
    """

    profile: str
    models: dict[str, str]
    modification: str
    scores: Float32[np.ndarray, "3 3 n"]
    gram: Float[np.ndarray, "3 3 3"]
    masked: tuple[int, ...]
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()
    copies: Copies = field(default_factory=dict)
    fits: Mapping[str, Fit] = field(default_factory=dict)
    in_scraps: tuple[str, ...] = ()

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows that are no part of the ranking: the reference, its copies, and all but the first of others."""
        return tuple(sorted({*self.masked, *repeats(self.copies)}))

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss; `in_scraps` only where there are some."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "text": self.modification,
            "scores": short_floats(self.scores),
            "gram": np.asarray(self.gram, dtype=np.float64).tolist(),
            "masked": list(self.masked),
            "items": [list(item) for item in self.items],
            "titles": list(self.titles),
            "copies": copies_to_json(self.copies),
            "fits": fits_to_json(self.fits),
        } | ({"in_scraps": list(self.in_scraps)} if self.in_scraps else {})

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ComposeEvidence:
        """Returns the evidence that `to_json` wrote."""
        # Before copies were known this was one row, or null.
        masked = [] if value["masked"] is None else value["masked"]
        return cls(
            value["profile"],
            dict(value["models"]),
            value["text"],
            np.asarray(value["scores"], dtype=np.float32),
            np.asarray(value["gram"], dtype=np.float64),
            tuple(np.ravel(masked).astype(int).tolist()),
            tuple((str(name), str(file)) for name, file in value["items"]),
            tuple(str(title) for title in value.get("titles") or ()),
            copies_from_json(value.get("copies")),
            fits_from_json(value.get("fits")),
            tuple(str(word) for word in value.get("in_scraps") or ()),
        )


def answer(
    evidence: ComposeEvidence,
    w0: float,
    w1: float,
    w2: float,
    pooling: str = "mean",
    k: int = 10,
    renormalise: bool = False,
    right: Collection[str] = (),
) -> RankedAnswer:
    """Ranks the gallery for these weights; runs no encoder.

    Args:
        evidence: what the encoders found.
        w0: weight of the picture q, of any sign; the three are rescaled to sum to 1.
        w1: weight of the words t.
        w2: weight of f(q, t).
        pooling: "mean", "median" or "max" over the tokens of q and of t.
        k: how many hits; clamped to 1..min(n, 100). A picture that the gallery holds several times is one hit.
        renormalise: divide by the length of the mixed query, so that scores are cosines; ranks never change.
        right: ids of the items known to be right, whose place the answer tells.

    Raises:
        InputError: a weight is not finite, they sum to 0, they cancel the query, or there is no such pooling.
    """
    weights = blend.simplex_weights((float(w0), float(w1), float(w2)))
    if pooling not in POOLINGS:
        raise InputError(f"There is no pooling called {pooling!r}; choose one of {', '.join(POOLINGS)}.")
    row = POOLINGS.index(pooling)
    length = blend.mixed_length(weights, evidence.gram[row]) if renormalise else 1.0
    scores = blend.blend(weights, evidence.scores[row])
    shares = blend.contributions(weights, evidence.scores[row])
    # Before the division, which rounds many a pair of neighbouring scores to the same number.
    chosen = blend.order(scores, clamp_k(k, len(evidence.items)), evidence.hidden).tolist()
    scores, shares = scores / length, shares / length
    found = hits(chosen, scores, shares, PARTS, evidence.items, evidence.copies)
    known = placed(right, scores, shares, PARTS, evidence.items, evidence.copies, evidence.hidden)
    return RankedAnswer(
        evidence.profile,
        evidence.models,
        (float(weights[0]), float(weights[1]), float(weights[2])),
        found,
        _sentence(evidence, weights, row, found, known),
        known,
    )


def _sentence(
    evidence: ComposeEvidence,
    weights: Float[np.ndarray, " 3"],
    row: int,
    found: tuple[Hit, ...],
    right: Placed | None,
) -> str:
    if not found:
        return "The gallery holds nothing but the reference."
    shown = right or Placed(found[0], 1)
    name = spoken(shown.hit.index, shown.rank, evidence.items, evidence.titles)
    sentences = verdict(
        name,
        evidence.scores[row],
        weights,
        VOICES,
        shown,
        hidden=evidence.hidden,
        fits=evidence.fits,
        right=right is not None,
    )
    asked_by_words = weights[1] != 0 or weights[2] != 0
    unknown = guessed(evidence.in_scraps) if asked_by_words else ""
    return " ".join(filter(None, [unknown, *sentences, left_out(len(evidence.masked))]))


def left_out(rows: int) -> str:
    """Says that the reference is left out, and its copies; "" when the gallery does not hold it.

    Args:
        rows: how many rows of the gallery are the reference.
    """
    if rows < 2:
        return "The reference itself is left out." if rows else ""
    copies = "its copy" if rows == 2 else f"its {rows - 1} copies"
    return f"The reference itself is left out, and {copies}."
