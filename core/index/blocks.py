"""A file that is read in blocks, each verified when it is first touched and then remembered.

It is read, not mapped into memory: a mapped file that somebody cuts short ends the process that looks at it, where
reading ends in a sentence. The handle stays open, so that a gallery outlives its files until it is closed. Once size or
time of the file is another, what was verified before is no longer believed: each block is verified whenever it is read.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int64, UInt8

from core.errors import ArtifactError, CapacityError
from core.index.verified import state_of

DIGEST_BYTES = 16
"""Of a block: the first half of its SHA-256, which nobody can aim at, either."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A part of a file that is verified block by block.

    Attributes:
        name: what it holds.
        starts: (b + 1,) where each block starts in the file, and where the last one ends.
        digests: (b, 16) of each block.
        touched: a byte for each block, 0 until it was verified.
    """

    name: str
    starts: Int64[np.ndarray, " b_and_1"]
    digests: UInt8[np.ndarray, "b 16"]
    touched: bytearray

    def is_known(self, first: int, after: int) -> bool:
        """Tells whether all of blocks first to after - 1 were verified already."""
        return self.touched.find(0, first, after) < 0


class BlockedFile:
    """An open file of a gallery in segments; safe to use from several threads.

    Args:
        path: the file.
        size: what it must measure, in bytes.
        title: of the gallery, for sentences.

    Raises:
        ArtifactError: it is missing, or has another size.
        CapacityError: this process may not open more files.
    """

    def __init__(self, path: Path, size: int, title: str) -> None:
        self._name, self._title = path.name, title
        try:
            self._handle = os.open(
                path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            )
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                raise CapacityError(
                    f"The gallery {title!r} has more segments than this process may open files; raise the limit "
                    "(`ulimit -n`)."
                ) from None
            raise ArtifactError(
                f"The gallery {title!r} is missing its file {path.name}; rebuild it."
            ) from None
        weakref.finalize(self, os.close, self._handle)
        self._lock = threading.Lock()
        self._first = state_of(self._handle)
        if self._first[0] != size:
            raise self.damaged(f"{self._first[0]:,} bytes, expected {size:,}")

    def damaged(self, why: str) -> ArtifactError:
        """Returns the error that says what is wrong with the file."""
        return ArtifactError(
            f"The file {self._name} of the gallery {self._title!r} is damaged: {why}; make it again with "
            f"`python -m core index PICTURES --out {self._title} --verify`."
        )

    def read(self, start: int, size: int) -> bytes:
        """Returns bytes as they are, not verified.

        Raises:
            ArtifactError: the file has become shorter, or cannot be read.
        """
        try:
            data = self._read(start, size)
        except OSError as error:
            raise self.damaged(error.strerror or str(error)) from None
        if len(data) != size:
            raise self.damaged("it was cut short while it was open")
        return data

    def _read(self, start: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._handle, size, start)
        with self._lock:  # where a file has only one place to read from
            os.lseek(self._handle, start, os.SEEK_SET)
            return os.read(self._handle, size)

    def is_unchanged(self) -> bool:
        """Tells whether the file is as it was opened; to be asked after reading, so that a change during it counts."""
        return state_of(self._handle) == self._first

    def expect(self, section: Section, first: int, after: int) -> None:
        """Tells the system that blocks first to after - 1 will be read, so that the disk fetches many at a time."""
        if hasattr(os, "posix_fadvise"):
            begin, end = section.starts.item(first), section.starts.item(after)
            try:
                os.posix_fadvise(self._handle, begin, end - begin, os.POSIX_FADV_WILLNEED)
            except OSError:
                return  # reading them will tell

    def blocks(self, section: Section, first: int, after: int) -> bytes:
        """Returns blocks first to after - 1, one behind the other, verified now, or before and unchanged since.

        Args:
            section: of this file.
            first: a block.
            after: the one behind the last; none is wanted where both are the same.

        Raises:
            ArtifactError: a block is not what was written.
        """
        starts = section.starts
        begin = starts.item(first)
        data = self.read(begin, starts.item(after) - begin)
        if section.is_known(first, after) and self.is_unchanged():
            return data
        view, start, digests = memoryview(data), begin, section.digests[first:after].tobytes()
        for block in range(first, after):
            end, at = starts.item(block + 1), DIGEST_BYTES * (block - first)
            if block_digest(view[start - begin : end - begin]) != digests[at : at + DIGEST_BYTES]:
                raise self.damaged(f"block {block} of its {section.name} is not what was written")
            section.touched[block], start = 1, end
        return data


def block_digest(block: bytes | memoryview) -> bytes:
    """Returns what a block is known by."""
    return hashlib.sha256(block).digest()[:DIGEST_BYTES]
