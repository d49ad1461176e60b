"""One build at a time for each bundle: an advisory lock that the system frees when its holder dies."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import CapacityError

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)
LOCK_NAME = ".lock"
PAUSE = 0.2
"""Seconds between two looks at a lock that somebody else holds."""

Waiting = Callable[[str], None]
"""Told the number of the process that is waited for, again and again."""


@contextmanager
def build_lock(out: Path, waiting: Waiting | None = None) -> Iterator[None]:
    """Holds the lock of the bundle `out`, an existing folder, for as long as the block runs.

    The file left by a process that was killed holds no lock, so the next build takes it over.

    Args:
        out: the bundle.
        waiting: told who builds it, and it is waited for; None not to wait.

    Raises:
        CapacityError: another process builds this bundle, and nobody wants to wait; it gives its number.
    """
    if sys.platform == "win32":
        log.warning("This system has no file locks; do not build %s twice at once.", out.name)
        yield
        return
    path = out / LOCK_NAME
    handle = _locked(path, out.name, waiting)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        # Removed while still held: whoever opened this very file meanwhile sees that it is gone, and retries.
        path.unlink(missing_ok=True)
        os.close(handle)


def _locked(path: Path, bundle: str, waiting: Waiting | None) -> int:
    """Returns an open handle that holds the lock of the file that stands at `path` now."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            if waiting is not None:
                waiting(holder)
                time.sleep(PAUSE)
                continue
            raise CapacityError(
                f"The gallery {bundle!r} is locked by process {holder}, which builds it; wait for its end."
            ) from None
        except OSError:
            os.close(handle)
            raise
        if _stands_at(path, handle):
            return handle
        os.close(handle)


def _stands_at(path: Path, handle: int) -> bool:
    """Tells whether the open file is still the one that has this name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
