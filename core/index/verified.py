"""Reading a file of a gallery as a whole, verified; and telling whether one that was verified is still the same."""

from __future__ import annotations

import hashlib
import os
import weakref
from pathlib import Path

from core.errors import ArtifactError


def verified(path: Path, name: str, expected: str, title: str) -> bytes:
    """Returns the bytes of a file after comparing their digest.

    Args:
        path: the gallery's folder.
        name: of the file in it.
        expected: its SHA-256.
        title: of the gallery, for sentences.

    Raises:
        ArtifactError: it is missing or damaged.
    """
    try:
        if not (path / name).is_file():  # a pipe would be waited for
            raise FileNotFoundError
        data = (path / name).read_bytes()
    except OSError:
        raise ArtifactError(f"The gallery {title!r} is missing its file {name}; rebuild it.") from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise ArtifactError(
            f"The file {name} of the gallery {title!r} is damaged: SHA-256 {digest}, "
            f"expected {expected}; rebuild it."
        )
    return data


class WatchedFile:
    """A file that others read by mapping it, and who changes it in its place; safe to use from several threads.

    It looks at size and time alone, in some microseconds. Who puts back the time after a change is not noticed.

    Args:
        path: the file.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        weakref.finalize(self, os.close, self._handle)
        self._first = state_of(self._handle)

    def is_unchanged(self) -> bool:
        """Tells whether it is as it was; a file that lost its name, or gave it to another one, is."""
        return state_of(self._handle) == self._first

    def is_at(self, path: Path) -> bool:
        """Tells whether a path still names it."""
        return os.path.samestat(path.stat(), os.fstat(self._handle))


def state_of(handle: int) -> tuple[int, int]:
    """Returns size and time of an open file, which tell that somebody changed it in its place."""
    state = os.fstat(handle)
    return state.st_size, state.st_mtime_ns
