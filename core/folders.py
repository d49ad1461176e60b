"""Folders that several threads and processes write to: one at a time, and nothing lost with the power."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)


def sync_folder(folder: Path) -> None:
    """Makes the names of new files survive a loss of power, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keeps other threads and processes that come here for the same folder waiting until the block is left."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:  # some network disks have no locks
        log.info("The folder %s cannot be locked: %s", folder.name, error)
    try:
        yield
    finally:
        os.close(handle)  # the lock goes with it
