"""By how much the first candidate leads the second."""

from __future__ import annotations

import numpy as np

from core import blend
from core.instruments import Blended, Reading


def read(blended: Blended) -> Reading | None:
    """Returns the lead in the unit of the scores; None for a single candidate."""
    scores = np.delete(blend.blend(blended.weights, blended.parts), list(blended.left_out))
    if len(scores) < 2:
        return None
    second, first = np.sort(scores)[-2:]
    return Reading(f"The first leads the second by {first - second:.3f}.", {"lead": float(first - second)})
