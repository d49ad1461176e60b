"""Reading a file of a gallery as a whole, verified."""

from __future__ import annotations

import hashlib
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
