"""The vectors of a gallery by name, and the index that searches each: built when first asked, once, then shared."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.contracts import Index, Proposer
from core.errors import ArtifactError
from core.index import INDEXES
from core.index.base import frozen
from core.index.names import approximate_name
from core.index.proposing import ExactProposer
from core.index.segmented_rows import SegmentedRows, StoredRows
from core.settings import EXACT


class IndexedVectors:
    """What a gallery is searched by; safe to use from several threads.

    Args:
        vectors: name -> (n, d) unit rows; read-only arrays are shared, others are copied.
        engine: which index searches them, a name in `core.index.INDEXES`.
        bundle: the folder beside whose gallery approximate indexes may lie; None without one.
        fingerprint: names the vectors, and their order, of that gallery.

    Raises:
        SettingsError: there is no index of that name.
    """

    def __init__(
        self,
        vectors: Mapping[str, np.ndarray | SegmentedRows],
        engine: str = EXACT,
        *,
        bundle: Path | None = None,
        fingerprint: str = "",
    ) -> None:
        self._engine = INDEXES.short_name(engine)
        self._vectors: Mapping[str, Any] = MappingProxyType(
            {name: frozen(rows) if isinstance(rows, np.ndarray) else rows for name, rows in vectors.items()}
        )
        self._bundle, self.fingerprint = bundle, fingerprint
        self._indexes: dict[str, Index] = {}
        self._proposers: dict[tuple[str, ...], Proposer] = {}
        self._lock = threading.Lock()

    def vectors(self, name: str) -> Float32[StoredRows, "n d"]:
        """Returns the read-only (n, d) unit rows of a name, an array or `SegmentedRows`, which reads like one.

        Raises:
            ArtifactError: there are none.
        """
        if name not in self._vectors:
            raise ArtifactError(
                f"The gallery has no {name!r} vectors; it has {', '.join(sorted(self._vectors))}; rebuild it."
            )
        rows: np.ndarray = self._vectors[name]
        return rows

    def index(self, name: str) -> Index:
        """Returns what searches the vectors of a name.

        Raises:
            ArtifactError: there are none, or they cannot be searched.
        """
        rows = self.vectors(name)
        with self._lock:
            if name not in self._indexes:
                self._indexes[name] = INDEXES.load(self._engine)(rows)
            return self._indexes[name]

    def proposer(self, *names: str) -> Proposer:
        """Returns what proposes rows by the vectors of these names, at least one, laid side by side.

        An approximate index that lies beside the gallery and fits it, else a look at all rows.

        Raises:
            ArtifactError: there are none of a name.
        """
        sides = [self.vectors(name) for name in names]
        with self._lock:
            if names not in self._proposers:
                self._proposers[names] = self._approximate(names, sides) or ExactProposer(sides)
            return self._proposers[names]

    def _approximate(self, names: tuple[str, ...], sides: Sequence[StoredRows]) -> Proposer | None:
        if self._bundle is None or not (self._bundle / approximate_name(names)).is_file():
            return None
        from core.index.approximate_file import usable_approximate  # which loads FAISS

        return usable_approximate(self._bundle, names, self.fingerprint, sides, ExactProposer(sides))
