"""Digests of arrays, under which what was computed from them is remembered."""

from __future__ import annotations

import hashlib

import numpy as np


def sha256_of_arrays(*arrays: np.ndarray) -> str:
    """Returns the SHA-256 of arrays, 64 hex digits: of their types and shapes, for bytes alone do not tell them apart.

    Args:
        arrays: of any shapes and types of numbers.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
