"""A hand-out: a talk as a folder that opens from a disk, and that a free static Space shows as it is."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

from core.errors import SettingsError
from core.store import write_atomically

PAGE, HEAD = "index.html", "README.md"
OURS = 'id="deck-data"'
"""Stands in every page of ours."""
ONLY_OURS = "The folder {folder!r} holds other files than a hand-out; name an empty one, or one that is not there yet."
README = """---
title: {title}
emoji: 🎚️
colorFrom: blue
colorTo: yellow
sdk: static
app_file: index.html
pinned: false
---

# {heading}

`index.html` opens in any browser, without a network. Arrows or Page keys step, digits jump, F is full screen, B blanks,
N opens the notes; printed, it has a state a page. This folder is also a static Space of Hugging Face as it is.

Made with Blendscope.
"""


def publish(page: str, title: str, folder: Path) -> None:
    """Writes a hand-out; whoever opens it meanwhile finds the one before or this one.

    Args:
        page: of `demo.deck.deck_page`.
        title: of the talk.
        folder: where it is to lie; made where it is missing.

    Raises:
        SettingsError: other files lie there.
        OSError: it cannot be written.
    """
    check_folder(folder)
    head = README.format(title=json.dumps(title, ensure_ascii=False), heading=title)
    write_atomically(folder / HEAD, head.encode())
    write_atomically(folder / PAGE, page.encode())


def check_folder(folder: Path) -> None:
    """Makes a folder where it is missing, and refuses one with files of somebody else, before anything is computed.

    Raises:
        SettingsError: other files lie there, or it is a file itself.
        OSError: it cannot be read or written.
    """
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"{str(folder)!r} is a file; name a folder for the hand-out.")
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    if not any(folder.iterdir()):
        return
    page = folder / PAGE
    if not page.is_file() or OURS not in page.read_text(encoding="utf-8", errors="replace"):
        raise SettingsError(ONLY_OURS.format(folder=str(folder)))
