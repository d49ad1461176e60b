"""Ways to find the best twelve of many rows by one mixed query: ours, and what a user would pick instead."""

from __future__ import annotations

import ctypes
import gc
import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from jaxtyping import Float32, Int64

from core import blend
from core.index.approximate import ApproximateProposer, faiss_threads
from core.index.approximate_build import approximation
from core.index.approximate_file import open_approximate, write_approximate
from core.index.approximate_recall import BEST
from core.index.exact import ExactIndex
from core.settings import processor_threads

Rows = Float32[np.ndarray, "n d"]
Ask = Callable[[Float32[np.ndarray, "3 d"], Float32[np.ndarray, " 3"]], Int64[np.ndarray, " 12"]]
"""Gets q, t and f of a question and their weights, and returns the best rows."""
WINDOW = 2000
"""Rows that the page fetches for the weights at which its sliders stand."""
NAMED = hashlib.sha256(b"rows of a benchmark").hexdigest()
"""Stands for the SHA-256 of the rows, which lie in no gallery."""


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Where a way to search is built.

    Attributes:
        folder: for its files.
        texts: (q, d) unit rows of sentences, which are no questions, for what is chosen by a try.
    """

    folder: Path
    texts: Rows


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to search.

    Attributes:
        name: for the table.
        make: gets the rows and where to build, and returns what asks and the bytes of its files.
        most: rows up to which it is measured; a larger index takes longer to build than the benchmark may.
        note: how it was set, for the table.
    """

    name: str
    make: Callable[[Rows, Bench], tuple[Ask, int]]
    most: int
    note: str


@dataclass(frozen=True, slots=True)
class Made:
    """A way to search, ready.

    Attributes:
        ask: searches.
        seconds: that it took to build.
        bytes: of its files.
        memory: bytes by which this process grew until it had answered a few questions.
    """

    ask: Ask
    seconds: float
    bytes: int
    memory: int


def made(contender: Contender, rows: Rows, bench: Bench, first: Callable[[Ask], object]) -> Made:
    """Builds an index, and measures what that takes.

    Args:
        contender: what is built.
        rows: (n, d) unit.
        bench: where.
        first: asks a few questions, so that what is read only then is counted.
    """
    before = resident()
    began = time.perf_counter()
    ask, size = contender.make(rows, bench)
    seconds = time.perf_counter() - began
    first(ask)
    return Made(ask, seconds, size, max(resident() - before, 0))


def resident() -> int:
    """Returns the bytes of memory that this process holds, after giving back what it does not need."""
    gc.collect()
    if not sys.platform.startswith("linux"):
        return 0
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def _bare(search: Callable[[Float32[np.ndarray, "1 d"]], Any]) -> Ask:
    def ask(
        parts: Float32[np.ndarray, "3 d"], weights: Float32[np.ndarray, " 3"]
    ) -> Int64[np.ndarray, " 12"]:
        return np.asarray(search((weights @ parts)[None])).astype(np.int64)

    return ask


def _ours(rows: Rows, proposer: Any, count: int) -> Ask:
    index = ExactIndex(rows)

    def ask(
        parts: Float32[np.ndarray, "3 d"], weights: Float32[np.ndarray, " 3"]
    ) -> Int64[np.ndarray, " 12"]:
        near = proposer.propose((weights @ parts)[None], count)
        scores = blend.blend(weights, index.scores(parts, near))
        return np.asarray(near[blend.order(scores, BEST)])

    return ask


def _approximate(count: int) -> Callable[[Rows, Bench], tuple[Ask, int]]:
    def make(rows: Rows, bench: Bench) -> tuple[Ask, int]:
        if not (bench.folder / "approximate-joint.json").exists():
            index, about = approximation(
                [rows], ("joint",), NAMED, texts={"joint": bench.texts}, threads=processor_threads()
            )
            write_approximate(bench.folder, index, about)
            del index
        return _ours(rows, proposer_of(rows, bench.folder), count), _bytes(bench.folder)

    return make


def _whole(rows: Rows, _: Bench) -> tuple[Ask, int]:
    index = ExactIndex(rows)

    def ask(
        parts: Float32[np.ndarray, "3 d"], weights: Float32[np.ndarray, " 3"]
    ) -> Int64[np.ndarray, " 12"]:
        return np.asarray(blend.order(blend.blend(weights, index.scores(parts)), BEST))

    return ask, 0


def _numpy(rows: Rows, _: Bench) -> tuple[Ask, int]:
    def search(query: Float32[np.ndarray, "1 d"]) -> Int64[np.ndarray, " 12"]:
        scores = rows @ query[0]
        best = np.argpartition(-scores, BEST)[:BEST]
        return np.asarray(best[np.argsort(-scores[best])])

    return _bare(search), 0


def _flat(rows: Rows, _: Bench) -> tuple[Ask, int]:
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    return _bare(_by_faiss(index, None)), rows.nbytes


def _inverted_file(rows: Rows, bench: Bench) -> tuple[Ask, int]:
    """The very index that we ship, asked for twelve rows, which are shown as FAISS scores them."""
    found = proposer_of(rows, bench.folder)
    looking = faiss.SearchParametersIVF(nprobe=found.about.reach)  # type: ignore[call-arg]
    return _bare(_by_faiss(found._index, looking)), _bytes(bench.folder)


def _graph(rows: Rows, bench: Bench) -> tuple[Ask, int]:
    index = faiss.IndexHNSWFlat(rows.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    with faiss_threads(processor_threads()):
        index.add(rows)
    faiss.write_index(index, str(bench.folder / "graph"))
    size = (bench.folder / "graph").stat().st_size
    (bench.folder / "graph").unlink()
    return _bare(_by_faiss(index, faiss.SearchParametersHNSW(efSearch=128))), size  # type: ignore[attr-defined]


def _by_faiss(index: Any, looking: Any) -> Callable[[Float32[np.ndarray, "1 d"]], Any]:
    def search(query: Float32[np.ndarray, "1 d"]) -> Any:
        with faiss_threads(1):
            return index.search(query, BEST, params=looking)[1][0]

    return search


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.faiss"))


def _usearch(kind: str) -> Callable[[Rows, Bench], tuple[Ask, int]]:
    def make(rows: Rows, bench: Bench) -> tuple[Ask, int]:
        from usearch.index import Index

        index = Index(ndim=rows.shape[1], metric="ip", dtype=kind)
        index.add(np.arange(len(rows)), rows, threads=processor_threads())
        index.save(str(bench.folder / "usearch"))
        size = (bench.folder / "usearch").stat().st_size
        (bench.folder / "usearch").unlink()
        return _bare(lambda query: index.search(query[0], BEST, threads=1).keys), size

    return make


def _autofaiss(rows: Rows, _: Bench) -> tuple[Ask, int]:
    from autofaiss import build_index  # type: ignore[import-not-found]

    index, _ = build_index(
        rows, save_on_disk=False, metric_type="ip", max_index_memory_usage="1G", current_memory_available="4G",
        verbose=40, nb_cores=processor_threads(),
    )  # fmt: skip
    return _bare(_by_faiss(index, None)), len(faiss.serialize_index(index))


SHIPPED = "ours, 200 proposed"
CONTENDERS: Mapping[str, Contender] = {
    each.name: each
    for each in (
        Contender(SHIPPED, _approximate(200), 10**9, "inverted file, then our own scores of 200 rows"),
        Contender("ours, 2,000 proposed", _approximate(WINDOW), 10**9, "the same, of the rows of a window"),
        Contender("ours, all rows", _whole, 10**9, "three scores of every row, then their sum"),
        Contender("NumPy", _numpy, 10**9, "one product with all rows, argpartition"),
        Contender("FAISS flat", _flat, 10**9, "IndexFlatIP"),
        Contender("FAISS IVF-SQ8", _inverted_file, 10**9, "our index without our scores"),
        Contender("FAISS HNSW", _graph, 100_000, "32 links, efSearch 128"),
        Contender("usearch", _usearch("f32"), 100_000, "as it comes, float32"),
        Contender("autofaiss", _autofaiss, 100_000, "what clip-retrieval makes; 1 GB of memory"),
    )
}  # fmt: skip


def proposer_of(rows: Rows, folder: Path) -> ApproximateProposer:
    """Returns the approximate proposer whose files a folder holds."""
    found = open_approximate(folder, ("joint",), NAMED, [rows])
    assert found is not None
    return found
