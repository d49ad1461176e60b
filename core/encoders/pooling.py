"""Report 4's aggregation rules: how the unit tokens of a picture or a text become one vector."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

POOLINGS = ("mean", "median", "max")


def pooled_tokens(tokens: Float32[np.ndarray, "tokens d"]) -> Float32[np.ndarray, "3 d"]:
    """Returns report 4's three poolings over unit tokens: mean, median, maximum; not renormalised."""
    return np.stack([tokens.mean(axis=0), np.median(tokens, axis=0), tokens.max(axis=0)]).astype(np.float32)
