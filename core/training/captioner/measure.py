"""What the captioner recipe measures: how often the adapter names a kept-back sketch."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32, Int

from core.captioners.slots import Adapter
from core.metrics import Estimate, proportion


def measured(
    adapter: Adapter,
    pooled: Float32[np.ndarray, "n p"],
    wanted: Int[np.ndarray, " n"],
    nouns: Float[np.ndarray, "c s"],
) -> dict[str, Estimate]:
    """Returns the share of sketches whose noun is chosen among all nouns; for the arguments see `fit_adapter`."""
    return {"caption_names_class": proportion((adapter(pooled) @ nouns.T).argmax(axis=1) == wanted)}
