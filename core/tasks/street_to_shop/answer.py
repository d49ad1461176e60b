"""The answer of street to shop: a blend of picture, words and box over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core import blend
from core.errors import InputError
from core.joining import SUM
from core.tasks.joined_rows import check_rule, rows_by, weights_by
from core.tasks.ranking import RankedAnswer, Ranking, Remark
from core.tasks.street_to_shop.evidence import StreetEvidence

PARTS = ("picture", "words", "box")
VOICES = dict(zip(PARTS, ("the picture", "the words", "the box"), strict=True))
BOX_SHARE = 0.5
"""Of the weights, which a first box takes over."""
WITHOUT_BOX = (0.85, 0.15, 0.0)  # where the sliders start; more words cost recall on validation pairs


def with_box_share(weights: Sequence[float]) -> tuple[float, float, float]:
    """Returns the weights of picture, words and box after a first box has taken its share."""
    return weights[0] * (1 - BOX_SHARE), weights[1] * (1 - BOX_SHARE), BOX_SHARE


@dataclass(frozen=True, slots=True)
class StreetAnswer(RankedAnswer):
    """The ranking for one choice of weights of picture, words and box.

    Attributes:
        caption: the sentence in use.
    """

    caption: str = ""

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/find_in_shop` gives."""
        head = {"profile": self.profile, "models": dict(self.models), "caption": self.caption}
        weights = dict(zip(PARTS, self.weights, strict=True))
        return head | RankedAnswer.to_json(self) | {"weights": weights}


def answer(
    evidence: StreetEvidence,
    w_picture: float,
    w_words: float,
    w_box: float,
    k: int = 10,
    right: Collection[str] = (),
    rule: str = SUM,
) -> StreetAnswer:
    """Ranks the gallery for these weights and says what is to be said of that; runs no encoder.

    Args:
        k: how many hits; clamped to 1..min(n, 100). A picture that the gallery holds several times is one hit.

    The other arguments, and errors, are those of `ranking`.
    """
    ranked = ranking(evidence, (w_picture, w_words, w_box), right, rule)
    return ranked.answer(StreetAnswer, k, caption=evidence.caption.sentence)


def ranking(
    evidence: StreetEvidence, raw: Sequence[float], right: Collection[str] = (), rule: str = SUM
) -> Ranking:
    """Returns the gallery with these weights, of which nothing is computed yet.

    Args:
        evidence: what the encoders found.
        raw: weights of the whole picture, the caption and the crop, rescaled to sum to 1; the last counts as 0 without
            a box.
        right: ids of the items known to be right, whose place the answer tells.
        rule: how the parts are joined, one of `core.joining.RULES`; Harris's corner takes no weights and no box.

    Raises:
        InputError: a weight is not finite, below 0 in a product, no weight is left to rescale, or there is no such
            rule.
    """
    rule = check_rule(rule)
    w_picture, w_words, w_box = raw
    usable = _usable_weights((float(w_picture), float(w_words), float(w_box)), evidence.has_box)
    return Ranking(
        evidence,
        rows_by(rule, evidence, evidence.parts),
        weights_by(rule, usable),
        VOICES,
        right,
        counted=3 if evidence.has_box else 2,
        after=Remark(_of_the_box(evidence.has_box), parts=(2,), weighted=False),
        rule=rule,
    )


def _usable_weights(raw: tuple[float, float, float], has_box: bool) -> Float[np.ndarray, " 3"]:
    if has_box or not np.isfinite(raw).all():
        return blend.simplex_weights(raw)
    if raw[2] and not raw[0] and not raw[1]:
        raise InputError(
            "Only the box has a weight, but there is no box; draw one, or give the picture some weight."
        )
    return blend.simplex_weights((raw[0], raw[1], 0.0))


def _of_the_box(has_box: bool) -> str:
    if has_box:
        return "The box has no weight, so it is not counted."
    return "No box is looked at, so its weight is 0."
