"""An index that looks at the second half of the rows only, so that one sees which index answered."""

from __future__ import annotations

import logging

import numpy as np

from core.contracts import Hits
from core.index.base import checked_query, rescored
from core.index.exact import ExactIndex

log = logging.getLogger(__name__)


class HalvedIndex(ExactIndex):
    """Proposes the second half of the rows, see `core.contracts.Index`."""

    name = "halved"
    exact = False

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the best of the second half."""
        log.info("The second half of %d rows proposes.", len(self))
        rows = np.arange(len(self) // 2, len(self))
        return rescored(rows, checked_query(query, self.width), self._rows, k)
