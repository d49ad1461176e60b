"""Where a slider changes who comes first: exact, along the slider's own path, on which the others keep their shares."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.blend import blend
from core.instruments import Blended, Reading
from core.instruments.envelope import Stretch, stretches
from core.instruments.winner_atlas import MOST_CANDIDATES


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of the first one.

    Attributes:
        kind: number of the kind of evidence whose slider moves.
        weight: of that kind where it happens, in (0, 1).
        lower: index of the candidate that comes first at smaller weights.
        upper: index of the candidate that comes first at larger weights.
    """

    kind: int
    weight: float
    lower: int
    upper: int


def flips_of(blended: Blended) -> list[Flip]:
    """Returns every change of the first one along each slider, by slider and then by weight.

    Moving a slider rescales the others in proportion; where all the others are 0 they rise alike.

    Args:
        blended: at weights that are 0 or more and sum to 1, of two kinds of evidence or more.
    """
    parts = blended.ranked
    if not np.isfinite(parts).all(axis=0).any():
        return []
    changes: list[Flip] = []
    # Of two kinds both sliders walk the same line.
    for kind in range(len(parts) if len(parts) > 2 else 1):
        path = _path(parts, np.asarray(blended.weights, dtype=np.float64), kind)
        changes += [Flip(kind, after.start, before.index, after.index) for before, after in pairwise(path)]
    return changes


def _path(parts: np.ndarray, weights: np.ndarray, kind: int) -> list[Stretch]:
    others = np.delete(np.arange(len(parts)), kind)
    left = weights[others].sum()
    shares = weights[others] / left if left > 0 else np.full(len(others), 1 / len(others))
    ranked = np.isfinite(parts).all(axis=0)
    without = np.full(parts.shape[1], -np.inf)
    without[ranked] = blend(shares, parts[others][:, ranked])
    return stretches(without, parts[kind])


def read(blended: Blended) -> Reading | None:
    """Returns the nearest change of the first one and all others; None where there is none, the weights do not lie in
    the simplex, for fewer than two kinds of evidence, and for a gallery too large for an answer to wait for it."""
    weights = np.asarray(blended.weights, dtype=np.float64)
    few = len(blended.parts) < 2 or not 2 <= blended.parts.shape[1] <= MOST_CANDIDATES
    if few or weights.min() < 0 or abs(weights.sum() - 1) > 1e-9:
        return None
    changes = flips_of(blended)
    if not changes:
        return None
    nearest = min(changes, key=lambda flip: abs(flip.weight - weights[flip.kind]))
    up = nearest.weight > weights[nearest.kind]
    taker = blended.names[nearest.upper if up else nearest.lower]
    kind = blended.kinds[nearest.kind]
    sentence = (
        f"{'Above' if up else 'Below'} a weight of {nearest.weight:.2f} for the {kind}, {taker} comes first."
    )
    return Reading(sentence, {"flips": [_plain(flip, blended) for flip in changes]})


def _plain(flip: Flip, blended: Blended) -> dict[str, object]:
    names = blended.names
    return {"kind": blended.kinds[flip.kind], "weight": flip.weight,
            "below": names[flip.lower], "above": names[flip.upper]}  # fmt: skip
