"""What the captioner recipe measures: how often the adapter names a kept-back sketch."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32, Int

from core.captioners.slots import Adapter
from core.training.shared.reporting import Metrics, share


def measured(
    adapter: Adapter,
    pooled: Float32[np.ndarray, "n p"],
    wanted: Int[np.ndarray, " n"],
    nouns: Float[np.ndarray, "c s"],
) -> Metrics:
    """Returns the share of sketches whose noun is chosen among all nouns.

    Args:
        adapter: names sketches.
        pooled: (n, p) their features.
        wanted: (n,) index of the right noun of each.
        nouns: (c, s) directions of all nouns.
    """
    return share("caption_names_class", (adapter(pooled) @ nouns.T).argmax(axis=1) == wanted)
