"""Digests of the cache's files: SHA-256 or git's SHA-1, each computed once as long as the file stays the same."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections import defaultdict
from pathlib import Path

from core.settings import cache_folder
from core.store import sha256_of, write_atomically

log = logging.getLogger(__name__)
SHA256 = re.compile(r"[0-9a-f]{64}")
GIT = re.compile(r"[0-9a-f]{40}")
CHUNK = 1 << 20
Record = list[int | str]
"""Size, time of change and digest of a file that was checked."""

_notes = threading.Lock()
_computing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_here: dict[str, Record] = {}
"""What this process has computed: also where the notes cannot be written."""


def is_whole(path: Path, expected: str, *, thorough: bool) -> bool:
    """Tells whether a file has the bytes that it should have.

    Args:
        path: an existing file.
        expected: their SHA-256, 64 hex digits, or git's SHA-1, 40 hex digits; "" when neither is known.
        thorough: compute the digest where it is not known; otherwise a file that nobody has checked yet counts as
            whole, unless its size is not the one with which it was whole.
    """
    state = path.stat()
    if not state.st_size:
        # git's digest of no bytes is known, but no file of a model is empty.
        return False
    if not expected:
        return True
    if thorough:
        return digest_of(path, expected) == expected
    record = _record(str(path.resolve()))
    if record is None or len(str(record[2])) != len(expected):
        return True
    if record[:2] == _marks(state):
        return record[2] == expected
    return record[2] != expected or record[0] == state.st_size


def digest_of(path: Path, like: str) -> str:
    """Returns a digest of a file, computed once as long as its size and time of change stay the same.

    Args:
        path: the file.
        like: a digest of the kind that is asked for: 40 hex digits for git's SHA-1, else SHA-256.
    """
    place, git = str(path.resolve()), bool(GIT.fullmatch(like))
    with _notes:
        computing = _computing[place]
    with computing:  # a second thread waits for this file only, and finds the digest then
        marks = _marks(path.stat())
        record = _record(place)
        if record and record[:2] == marks and bool(GIT.fullmatch(str(record[2]))) == git:
            return str(record[2])
        digest = git_digest_of(path) if git else sha256_of(path)
        _remember(place, [*marks, digest])
        return digest


def remember_digest(path: Path, digest: str) -> None:
    """Writes down the digest of a file that was just checked, so that nobody has to compute it again."""
    _remember(str(path.resolve()), [*_marks(path.stat()), digest])


def git_digest_of(path: Path) -> str:
    """Returns the SHA-1 by which git, and so the Hub, names a small file; 40 hex digits."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _marks(state: os.stat_result) -> Record:
    return [state.st_size, state.st_mtime_ns]


def _record(place: str) -> Record | None:
    with _notes:
        return _here.get(place) or _written().get(place)


def _remember(place: str, record: Record) -> None:
    with _notes:
        _here[place] = record
        try:
            write_atomically(_file(), json.dumps(_written() | {place: record}, indent=0).encode())
        except OSError as error:
            log.info("The digest of %s could not be written down: %s", Path(place).name, error)


def _written() -> dict[str, Record]:
    try:
        records = json.loads(_file().read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(records, dict):
        return {}
    return {
        place: record for place, record in records.items() if isinstance(record, list) and len(record) == 3
    }


def _file() -> Path:
    return cache_folder() / "hub" / "verified.json"
