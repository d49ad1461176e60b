"""What the captioner recipe measures: how often the adapter names a kept-back sketch."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from core.captioners.slots import Adapter
from core.metrics import Estimate, proportion
from core.training.captioner.data import NamedSketches


def measured(
    adapter: Adapter, sketches: NamedSketches, nouns: Float[np.ndarray, "c s"]
) -> dict[str, Estimate]:
    """Returns the share of sketches whose noun is chosen among all nouns, given by their directions."""
    chosen = (adapter(sketches.pooled) @ nouns.T).argmax(axis=1)
    return {"caption_names_class": proportion(chosen == sketches.nouns)}
