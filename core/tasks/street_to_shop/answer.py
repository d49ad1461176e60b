"""The answer of street to shop: a blend of picture, words and box over what the encoders found; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core import blend
from core.checks import clamp_k
from core.errors import InputError
from core.instruments import Blended, readings
from core.tasks.ranking import (
    Placed,
    RankedAnswer,
    placed,
    right_rows,
    spoken,
    verdict,
)
from core.tasks.results import Hit, hits
from core.tasks.street_to_shop.evidence import StreetEvidence

PARTS = ("picture", "words", "box")
VOICES = dict(zip(PARTS, ("the picture", "the words", "the box"), strict=True))
WITHOUT_BOX = (0.85, 0.15, 0.0)  # where the sliders start; more words cost recall on validation pairs


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
) -> StreetAnswer:
    """Ranks the gallery for these weights; runs no encoder.

    Args:
        evidence: what the encoders found.
        w_picture: weight of the whole picture; the three are rescaled to sum to 1.
        w_words: weight of the caption.
        w_box: weight of the crop; counts as 0 without a box.
        k: how many hits; clamped to 1..min(n, 100). A picture that the gallery holds several times is one hit.
        right: ids of the items known to be right, whose place the answer tells.

    Raises:
        InputError: a weight is not finite, or no weight is left to rescale.
    """
    weights = _usable_weights((float(w_picture), float(w_words), float(w_box)), evidence.has_box)
    shares = blend.contributions(weights, evidence.parts)
    scores = blend.blend(weights, evidence.parts)
    chosen = blend.order(scores, clamp_k(k, len(evidence.items)), evidence.hidden).tolist()
    ranked = hits(chosen, scores, shares, PARTS, evidence.items, evidence.copies)
    placed_right = placed(right, scores, shares, PARTS, evidence.items, evidence.copies, evidence.hidden)
    return StreetAnswer(
        evidence.profile,
        evidence.models,
        (float(weights[0]), float(weights[1]), float(weights[2])),
        ranked,
        _sentence(evidence, weights, ranked, placed_right),
        placed_right,
        readings(_blended(evidence, weights.tolist(), right)),
        evidence.caption.sentence,
    )


def _blended(evidence: StreetEvidence, weights: Sequence[float], right: Collection[str]) -> Blended:
    """Returns what was blended; without a box that is picture and words alone."""
    rows = right_rows(right, evidence.items, evidence.hidden)
    names = evidence.titles or [file for _, file in evidence.items]
    count, kinds = len(PARTS) if evidence.has_box else 2, PARTS
    return Blended(evidence.parts[:count], weights[:count], kinds[:count], names, rows, evidence.hidden)


def _usable_weights(raw: tuple[float, float, float], has_box: bool) -> Float[np.ndarray, " 3"]:
    if has_box or not np.isfinite(raw).all():
        return blend.simplex_weights(raw)
    if raw[2] and not raw[0] and not raw[1]:
        raise InputError(
            "Only the box has a weight, but there is no box; draw one, or give the picture some weight."
        )
    return blend.simplex_weights((raw[0], raw[1], 0.0))


def _sentence(
    evidence: StreetEvidence, weights: Float[np.ndarray, " 3"], ranked: tuple[Hit, ...], right: Placed | None
) -> str:
    if not ranked:
        return "The gallery is empty."
    shown = right or Placed(ranked[0], 1)
    name = spoken(shown.hit.index, shown.rank, evidence.items, evidence.titles)
    sentences = verdict(
        name,
        evidence.parts,
        weights,
        VOICES,
        shown,
        hidden=evidence.hidden,
        fits=evidence.fits,
        right=right is not None,
    )
    return " ".join(filter(None, [*sentences, "" if weights[2] else _of_the_box(evidence.has_box)]))


def _of_the_box(has_box: bool) -> str:
    if has_box:
        return "The box has no weight, so it is not counted."
    return "There is no box, so its weight is 0."
