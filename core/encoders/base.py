"""The check that each vector of an encoder passes on its way out; see `core.contracts` for what encoders promise."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

from core.errors import ArtifactError


def checked(vectors: np.ndarray, *, unit: bool, by: str) -> Float32[np.ndarray, "n d"]:
    """Returns the vectors as float32 after checking that they can be trusted.

    Args:
        vectors: (n, d), one row for each input.
        unit: whether each row must have length 1 (to 1e-3).
        by: id of the encoder, for the message.

    Raises:
        ArtifactError: a value is not finite, or a row's length is not what it should be.
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ArtifactError(f"The encoder {by} gave numbers that are not finite; its weights are damaged.")
    if unit and rows.size and np.abs(np.linalg.norm(rows, axis=1) - 1).max() > 1e-3:
        raise ArtifactError(f"The encoder {by} gave a vector whose length is not 1; its weights are damaged.")
    return rows
