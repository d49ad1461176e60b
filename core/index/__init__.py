"""Searching a gallery and keeping one on disk: indexes keep `core.contracts.Index`; see also `bundle`."""

from core.registry import Registry

INDEXES = Registry(
    "index", {"exact": "core.index.exact:ExactIndex", "faiss": "core.index.faiss_index:FaissIndex"}
)
