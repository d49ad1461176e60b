"""Rows that never change, such as those of fixed sentences, are kept in the cache from one start to the next."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

import numpy as np

from core.settings import cache_folder
from core.store import write_atomically

FOLDER = "rows"
DIGEST = hashlib.sha256().digest_size
log = logging.getLogger(__name__)


def kept_rows(name: str, made_of: Sequence[str], make: Callable[[], np.ndarray]) -> np.ndarray:
    """Returns rows from the cache, or makes them and keeps them there; what lies there damaged is made again.

    Args:
        name: what the file's name begins with.
        made_of: all that decides what the rows are, such as the id of an encoder and the sentences.
        make: makes them.
    """
    key = hashlib.sha256(json.dumps([name, *made_of]).encode()).hexdigest()
    path = cache_folder() / FOLDER / f"{name}-{key[:32]}.npy"
    with suppress(OSError, ValueError, EOFError):
        stored = path.read_bytes()
        if hashlib.sha256(stored[DIGEST:]).digest() == stored[:DIGEST]:
            rows: np.ndarray = np.load(io.BytesIO(stored[DIGEST:]), allow_pickle=False)
            return rows
    rows = make()
    stream = io.BytesIO()
    np.save(stream, rows, allow_pickle=False)
    try:
        write_atomically(path, hashlib.sha256(stream.getvalue()).digest() + stream.getvalue())
    except OSError as error:
        log.info("The rows %s cannot be kept (%s).", name, error.strerror or type(error).__name__)
    return rows
