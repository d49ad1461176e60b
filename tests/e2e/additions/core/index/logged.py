"""An index that says in the log that it scores, so that one sees which index answered."""

from __future__ import annotations

import logging

import numpy as np
from jaxtyping import Float

from core.contracts import SomeRows
from core.index.exact import ExactIndex

log = logging.getLogger(__name__)


class LoggedIndex(ExactIndex):
    """Scores as the exact index does, see `core.contracts.Index`."""

    name = "logged"

    def scores(self, queries: np.ndarray, rows: SomeRows | None = None) -> Float[np.ndarray, "*queries r"]:
        """Returns the inner product of each query with each row, or with some."""
        log.info("One of %d rows is scored.", len(self))
        return super().scores(queries, rows)
