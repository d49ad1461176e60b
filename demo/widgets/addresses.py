"""Addresses under which a browser finds a picture: a static file's, or the picture itself as a data URL."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

from core.images import thumbnail
from core.types import Picture

STATIC = "gradio_api/file="
"""Begins the address of a file under a static path."""


def static_address(file: Path) -> str:
    """Returns the address, relative to the page, under which Gradio serves a file that lies under a static path.

    The page may be seen under any path, behind a proxy that only the browser knows of.
    """
    return f"{STATIC}{quote(str(file.resolve()))}"


def data_address(picture: Picture, longest: int) -> str:
    """Returns a small copy of a picture, without metadata, as a data URL.

    Args:
        picture: what to show.
        longest: the longest side of the copy, in pixels.
    """
    return f"data:image/webp;base64,{base64.b64encode(thumbnail(picture, longest)).decode('ascii')}"
