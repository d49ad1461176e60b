"""The answer of compose: a blend of q, t and f(q, t) over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection

from core import blend
from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.joining import SUM
from core.tasks.compose.evidence import ComposeEvidence
from core.tasks.joined_rows import check_rule, rows_by, weights_by
from core.tasks.ranking import RankedAnswer, Ranking, Remark
from core.tasks.unread_words import guessed

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
    rule: str = SUM,
) -> RankedAnswer:
    """Ranks the gallery for these weights; runs no encoder.

    Args:
        evidence: what the encoders found.
        w0: weight of the picture q, of any sign; the three are rescaled to sum to 1.
        w1: weight of the words t.
        w2: weight of f(q, t).
        pooling: "mean", "median" or "max" over the tokens of q and of t.
        k: how many hits; clamped to 1..min(n, 100). A picture that the gallery holds several times is one hit.
        renormalise: divide by the length of the mixed query, so that scores are cosines; ranks never change. By another
            rule than the sum there is no mixed query, and nothing is divided.
        right: ids of the items known to be right, whose place the answer tells.
        rule: how the parts are joined, one of `core.joining.RULES`; Harris's corner takes no weights.

    Raises:
        InputError: a weight is not finite, below 0 in a product, they sum to 0, they cancel the query, or there is no
            such pooling or rule.
    """
    rule = check_rule(rule)
    weights = weights_by(rule, blend.simplex_weights((float(w0), float(w1), float(w2))))
    if pooling not in POOLINGS:
        raise InputError(f"There is no pooling called {pooling!r}; choose one of {', '.join(POOLINGS)}.")
    row = POOLINGS.index(pooling)
    return Ranking(
        evidence,
        rows_by(rule, evidence, evidence.scores[row], row),
        weights,
        VOICES,
        right,
        pooling=row,
        gram=evidence.gram[row] if renormalise and rule == SUM else None,
        nothing="The gallery holds nothing but the reference.",
        before=Remark(guessed(evidence.in_scraps), parts=(1, 2)),
        after=Remark(left_out(len(evidence.masked))),
        rule=rule,
    ).answer(RankedAnswer, k)


def left_out(rows: int) -> str:
    """Says that the reference is left out, and its copies; "" when the gallery does not hold it.

    Args:
        rows: how many rows of the gallery are the reference.
    """
    if rows < 2:
        return "The reference itself is left out." if rows else ""
    copies = "its copy" if rows == 2 else f"its {rows - 1} copies"
    return f"The reference itself is left out, and {copies}."
