"""What the last build learnt of files, so that one that has not changed is not read again."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from core.index.names import DIGEST
from core.index.reader import Found
from core.store import write_atomically

KNOWN_NAME = ".known.json"
SETTLED = 2 * 10**9
"""Nanoseconds. A younger file may change once more within one tick of the disk's clock, and look the same."""

Mark = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode."""


@dataclass(slots=True)
class KnownFiles:
    """The digests of files, by name, with what tells that a file has not changed since.

    A note for the next build, no part of the gallery: without it all files are read again.

    Attributes:
        origin: of the encodings in the gallery beside it (see `core.index.shards.origin_of`).
    """

    origin: str = ""
    _before: dict[str, tuple[Mark, str]] = field(default_factory=dict)
    _now: dict[str, tuple[Mark, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, out: Path) -> KnownFiles:
        """Returns what the note in a bundle's folder says; nothing when there is none, or it is damaged."""
        try:
            value = json.loads((out / KNOWN_NAME).read_bytes())
            files = {
                str(name): ((int(size), int(changed), int(inode)), str(digest))
                for name, (size, changed, inode, digest) in value["files"].items()
            }
            return cls(str(value["origin"]), files)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()

    def digest_of(self, picture: Found, *, verify: bool = False) -> str:
        """Returns a file's fingerprint; the file is read only when size, time or inode are new, or to verify."""
        try:
            about = picture.path.stat()
        except OSError:
            return picture.fingerprint()
        mark = (about.st_size, about.st_mtime_ns, about.st_ino)
        before = self._before.get(picture.file)
        same = before is not None and before[0] == mark and not verify
        digest = before[1] if before is not None and same else picture.fingerprint()
        if DIGEST.fullmatch(digest) and time.time_ns() - about.st_mtime_ns > SETTLED:
            self._now[picture.file] = (mark, digest)
        return digest

    def forget(self, file: str) -> None:
        """Drops a file that turned out to hold something else."""
        self._now.pop(file, None)

    def write(self, out: Path, origin: str) -> None:
        """Leaves the note for the next build."""
        files = {name: [*mark, digest] for name, (mark, digest) in sorted(self._now.items())}
        write_atomically(out / KNOWN_NAME, json.dumps({"origin": origin, "files": files}).encode())
