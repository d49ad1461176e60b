"""The answer of compose: a blend of q, t and f(q, t) over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from jaxtyping import Float

from core import blend
from core.checks import clamp_k
from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.instruments import Blended, readings
from core.tasks.compose.evidence import ComposeEvidence
from core.tasks.ranking import (
    Placed,
    RankedAnswer,
    placed,
    right_rows,
    spoken,
    verdict,
)
from core.tasks.results import Hit, guessed, hits

PARTS = ("q", "t", "f")
KINDS = ("picture", "words", "two together")
VOICES = dict(zip(PARTS, (f"the {kind}" for kind in KINDS), strict=True))


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
    ranked = hits(chosen, scores, shares, PARTS, evidence.items, evidence.copies)
    placed_right = placed(right, scores, shares, PARTS, evidence.items, evidence.copies, evidence.hidden)
    return RankedAnswer(
        evidence.profile,
        evidence.models,
        (float(weights[0]), float(weights[1]), float(weights[2])),
        ranked,
        _sentence(evidence, weights, row, ranked, placed_right),
        placed_right,
        readings(_blended(evidence, weights.tolist(), row, right)),
    )


def _blended(
    evidence: ComposeEvidence, weights: Sequence[float], row: int, right: Collection[str]
) -> Blended:
    rows = right_rows(right, evidence.items, evidence.hidden)
    names = evidence.titles or [file for _, file in evidence.items]
    return Blended(evidence.scores[row], weights, KINDS, names, rows, evidence.hidden)


def _sentence(
    evidence: ComposeEvidence,
    weights: Float[np.ndarray, " 3"],
    row: int,
    ranked: tuple[Hit, ...],
    right: Placed | None,
) -> str:
    if not ranked:
        return "The gallery holds nothing but the reference."
    shown = right or Placed(ranked[0], 1)
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
