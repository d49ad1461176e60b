"""Which names may stand in a bundle: plain relative paths of pictures, and files called by their digest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 1024
DRIVE = re.compile(r"[A-Za-z]:[\\/]")
PLAIN = re.compile(r"[0-9A-Za-z_][-0-9A-Za-z_. ]*(?:/[0-9A-Za-z_][-0-9A-Za-z_. ]*)*")
"""A name that has no fault, as nearly all have: no part starts with a dot, and nothing in it is special."""
NO_PARTS = frozenset(["", ".", ".."])
DIGEST = re.compile(r"[0-9a-f]{64}")
THUMBNAIL = re.compile(r"thumbnails/([0-9a-f]{64})\.webp")
SHELVED = re.compile(r"thumbnails/([0-9a-f]{2})/(\1[0-9a-f]{62})\.webp")
"""A thumbnail in a gallery in segments: folders of a million files are slow to read."""
ITEMS = re.compile(r"items-([0-9a-f]{64})\.jsonl")
VECTORS = re.compile(r"vectors-([0-9a-f]{64})\.safetensors")
MAPS = re.compile(r"maps-([0-9a-f]{64})\.safetensors")
PIECE = re.compile(r"segments/(?:rows|places|copies|sums|anchors)-([0-9a-f]{64})\.safetensors")
DATA_FILES = (THUMBNAIL, ITEMS, VECTORS, MAPS, SHELVED, PIECE)


def approximate_name(names: Sequence[str]) -> str:
    """Returns what the description of an approximate index is called, see `core.index.approximate_file`.

    Args:
        names: of the vector sets that it searches side by side.
    """
    return f"approximate-{'+'.join(names)}.json"


def digest_in(name: str) -> str | None:
    """Returns the SHA-256 that a data file's name must carry, None when a bundle has no file so named."""
    for pattern in DATA_FILES:
        match = pattern.fullmatch(name)
        if match:
            return match.group(match.lastindex or 0)
    return None


def beside_others(digest: str) -> str:
    """Returns the name of a thumbnail in a gallery that is read whole, by its SHA-256."""
    return f"thumbnails/{digest}.webp"


def shelved(digest: str) -> str:
    """Returns the name of a thumbnail in a gallery in segments, by its SHA-256."""
    return f"thumbnails/{digest[:2]}/{digest}.webp"


def fault_of(name: str) -> str | None:
    """Says why a picture's name cannot be used in a gallery; None when it can.

    Args:
        name: a path relative to the gallery, with forward slashes.

    Returns:
        The rest of a sentence that starts with "its name", or None.
    """
    if len(name) <= LONGEST_NAME and PLAIN.fullmatch(name):
        return None
    if not name or len(name) > LONGEST_NAME:
        return f"its name is empty or longer than {LONGEST_NAME} characters"
    if name.startswith(("/", "\\")) or DRIVE.match(name):
        return "its name is an absolute path"
    if not NO_PARTS.isdisjoint(name.split("/")):
        return "its name leads out of the gallery"
    if name.isascii() and name.isprintable():
        return None
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        return "its name holds a line break, a control character or bytes that are not UTF-8; rename it"
    return None


def shown(name: str) -> str:
    """Returns a file's name as valid UTF-8 on one line, with whatever cannot be shown escaped."""
    safe = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in ("Cc", "Zl", "Zp")
        else character
        for character in safe
    )[:LONGEST_NAME]
