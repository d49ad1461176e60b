"""The pictures that were opened last: a question, its sliders and its box ask for the same file again and again."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from pathlib import Path

from core.images import open_parts
from core.last_used import LastUsed
from core.types import Box, Picture

MOST = 16_000_000
"""Bytes of pixels that are remembered: of six large photos, or of many sketches."""

_recent = LastUsed[Picture](MOST, lambda picture: picture.pixels.nbytes)


def recent_picture(source: str | bytes | Path | None, *, box: Box | None = None) -> Picture:
    """Returns what `core.images.open_picture` does, from memory where the same file was opened just now.

    Args:
        source: the file's bytes, or its path.
        box: the part to keep, in pixels of the upright original.

    Raises:
        InputError: the picture cannot be used.
        CapacityError: memory ran out.
    """
    return recent_parts(source, [box])[0]


def recent_parts(source: str | bytes | Path | None, boxes: Sequence[Box | None]) -> list[Picture]:
    """Returns what `core.images.open_parts` does, from memory where the same parts were opened just now.

    Args:
        source: the file's bytes, or its path.
        boxes: the parts, in pixels of the upright original; None is the whole picture.

    Raises:
        InputError: the picture or a box cannot be used.
        CapacityError: memory ran out.
    """
    content = _content(source)
    if content is None:
        return open_parts(source, boxes)
    keys: dict[Box | None, Hashable] = {box: (content, box) for box in boxes}
    pictures = _recent.among(keys.values())
    missing = [box for box, key in keys.items() if key not in pictures]
    if missing:
        opened = {keys[box]: part for box, part in zip(missing, open_parts(source, missing), strict=True)}
        # Bytes stay what they are; a file may have changed while it was read.
        if isinstance(source, bytes) or content == _content(source):
            _recent.add(opened)
        pictures |= opened
    return [pictures[keys[box]] for box in boxes]


def _content(source: str | bytes | Path | None) -> Hashable:
    """Returns what tells a file from another one, and from itself once it has changed; None where nothing does."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).digest()
    try:
        state = Path(source or "").stat()
    except (OSError, ValueError):
        return None
    return str(source), state.st_size, state.st_mtime_ns, state.st_ino
