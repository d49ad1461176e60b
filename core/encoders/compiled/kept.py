"""Graphs that were made are kept in the cache, under the digest of what they are made of, and checked when read."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from core.settings import cache_folder
from core.store import write_atomically

FOLDER = "graphs"
OLD = 7 * 24 * 3600
"""Seconds after which a graph that this version does not read makes room for the one that it does."""
log = logging.getLogger(__name__)


def kept_graph(name: str, made_of: list[str], make: Callable[[], bytes]) -> bytes:
    """Returns a graph from the cache, or makes it and keeps it there.

    One that was cut short or changed, or that another version made of other weights, is made again. Where nothing
    can be written the graph serves all the same, and a line in the log says why the next start will make it again.

    Args:
        name: what the file's name begins with.
        made_of: all that decides what the graph is, but for the code that makes it.
        make: makes it.
    """
    key = hashlib.sha256(json.dumps([_makers(), *made_of]).encode()).hexdigest()
    path = cache_folder() / FOLDER / f"{name}-{key[:32]}.onnx"
    graph = _read(path)
    if graph is None:
        graph = make()
        _keep(path, name, graph)
    return graph


def _read(path: Path) -> bytes | None:
    """Returns what lies there when it is what was written, else None."""
    with suppress(OSError, UnicodeDecodeError):
        graph = path.read_bytes()
        if _beside(path).read_text("ascii") == hashlib.sha256(graph).hexdigest():
            return graph
        log.info("The graph %s is damaged; it is made again.", path.name)
    return None


def _keep(path: Path, name: str, graph: bytes) -> None:
    # Two programs may do so at once: both write the same bytes, so that whichever comes last, all four files agree.
    try:
        write_atomically(path, graph)
        write_atomically(_beside(path), hashlib.sha256(graph).hexdigest().encode())
    except OSError as error:
        log.warning(
            "The graph of the %s tower cannot be kept (%s), so each start makes it again; set BLENDSCOPE_CACHE to a "
            "folder that can be written.",
            name,
            error.strerror or type(error).__name__,
        )
        return
    for other in path.parent.glob(f"{name}-*"):
        with suppress(OSError):  # somebody else may have removed it
            if not other.name.startswith(path.stem) and time.time() - other.stat().st_mtime > OLD:
                other.unlink()


def _beside(path: Path) -> Path:
    return path.with_suffix(".sha256")


@cache
def _makers() -> str:
    """Returns the SHA-256 of this folder's code: whoever changes how a graph is made need not remember a number."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
