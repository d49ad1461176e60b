"""What links need on the server: pictures of visitors by a name nobody can guess, and long links kept short."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import CapacityError, InputError
from core.last_used import LastUsed
from core.settings import cache_folder
from core.state import LONGEST, from_query
from core.store import write_atomically
from demo.uploads import keep_longer

if TYPE_CHECKING:
    from core.index.qdrant_gallery import AnyGallery as Gallery

LONGEST_ADDRESS = 2000
"""Characters behind the question mark that every browser, mail and chat carries."""
SHORT = re.compile(r"[\w-]{11}", re.ASCII)
"""The name of a short link."""
KEPT_LINKS = 10_000
"""So many short links are kept, the latest ones."""
KEPT_DAYS = 90
"""So long."""
MOST_DRAWINGS = 8_000_000
"""Bytes of drawings over a picture that links can name."""

HOST = re.compile(r"([\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)
"""What a request may name as the host that it was sent to."""
HANDED_ON = re.compile(r"x-forwarded-.*|x-real-ip|forwarded|via", re.IGNORECASE)
"""Headers of a proxy, which may serve the page under an address that is not known here."""

# Each upload has a name of its own: one made of the content would tell whoever holds a picture that somebody else has
# sent the same one.
_secret = secrets.token_bytes(32)
_files: LastUsed[str] = LastUsed(1_000_000, len)
_drawings: LastUsed[bytes] = LastUsed(MOST_DRAWINGS, len)


def upload_name(source: str | bytes | Path) -> str:
    """Returns under which name a link finds a picture of a visitor's own, while it is kept.

    Args:
        source: its file, or the bytes of a drawing.
    """
    told = source if isinstance(source, bytes) else os.fsencode(source)
    name = hmac.new(_secret, told, hashlib.sha256).hexdigest()[:24]
    if isinstance(source, bytes):
        _drawings.add({name: source})
    else:
        _files.add({name: str(source)})
    return name


def upload_of(name: str, called: str) -> str | bytes:
    """Returns the picture of a link: its file, or the bytes of a drawing.

    Args:
        name: as `upload_name` gave it.
        called: what its visitor called it, for the sentence.

    Raises:
        InputError: it is not kept any more, or never was.
    """
    drawing = _drawings.among([name]).get(name)
    if drawing is not None:
        return drawing
    file = _files.among([name]).get(name)
    if file is not None and Path(file).is_file():
        keep_longer(file)
        return file
    which = f"\u201c{called}\u201d" if called else "the picture"
    raise InputError(f"The picture of this link is not kept any more; upload {which} again to ask with it.")


def page_address(headers: Mapping[str, str], scheme: str = "http") -> str | None:
    """Returns the address of the page, as far as it is known: of a Space, of a proxy that was named, or as asked for.

    Args:
        headers: of the request that asks, which may say anything; only who sent them reads what comes of it.
        scheme: of that request.

    Returns:
        With a slash at its end; None behind a proxy that nobody named.
    """
    space, root = os.environ.get("SPACE_HOST"), os.environ.get("GRADIO_ROOT_PATH", "")
    if space:
        return f"https://{space}/"
    if root:
        return f"{root.rstrip('/')}/" if root.startswith(("http://", "https://")) else None
    host = headers.get("host", "")
    if not HOST.fullmatch(host) or any(map(HANDED_ON.fullmatch, headers)):
        return None
    return f"{scheme}://{host}/"


def link_to(page: str, query: str) -> str:
    """Returns the address of a view on a page; a short one where the view is too long for an address.

    Args:
        page: with a slash at its end.
        query: of the view.

    Raises:
        CapacityError: a long one cannot be kept here.
    """
    return f"{page}?{query}" if len(query) <= LONGEST_ADDRESS else f"{page}s/{shorten(query)}"


def shorten(query: str) -> str:
    """Keeps a link that is too long for an address, and returns its short name.

    Raises:
        InputError: it is longer than a link can be.
        CapacityError: it cannot be kept here.
    """
    if len(query) > LONGEST:
        raise InputError(
            f"This view needs more than {LONGEST:,} characters, so it has no link; draw a simpler one."
        )
    from_query(query)  # nothing else is kept
    data = query.encode()
    # The same view has one name; it cannot be guessed without what it asks.
    name = base64.urlsafe_b64encode(hashlib.sha256(data).digest()[:8]).decode().rstrip("=")
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / name, data)
    except OSError as error:
        raise CapacityError("This link is too long for an address, and the server cannot keep it.") from error
    _forget(folder)
    return name


def lengthen(name: str) -> str:
    """Returns the link that a short name stands for.

    Raises:
        InputError: there is none, or it is not kept any more.
    """
    text = ""
    if SHORT.fullmatch(name):
        with suppress(OSError, UnicodeDecodeError):
            text = (_folder() / name).read_text(encoding="utf-8")
    if not text:
        raise InputError(f"This short link is unknown here; short links are kept for {KEPT_DAYS} days.")
    return text


def models_digest(models: Mapping[str, str]) -> str:
    """Returns a short digest of which models answered, role -> id."""
    return short_digest(json.dumps(sorted(models.items())))


def short_digest(text: str) -> str:
    """Returns a digest that is long enough to tell two versions apart, not to keep secrets."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _folder() -> Path:
    return cache_folder() / "links"


def _forget(folder: Path) -> None:
    """Removes links that are older than is said, and the oldest of too many."""
    dated = []
    for file in folder.iterdir():
        with suppress(OSError):
            dated.append((file.stat().st_mtime, file))
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for place, (changed, file) in enumerate(sorted(dated, reverse=True)):
        if place >= KEPT_LINKS or changed < oldest:
            with suppress(OSError):
                file.unlink()


@lru_cache(maxsize=4)
def gallery_digest(gallery: Gallery) -> str:
    """Returns a short digest of the pictures of a gallery; of an opened one that is found once."""
    return short_digest(gallery.fingerprint or "\n".join(item.digest for item in gallery.items))
