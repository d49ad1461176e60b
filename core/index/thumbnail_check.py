"""Thumbnails of a gallery in segments: each is verified when it is first shown, for opening looks at none."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from core.store import sha256_of

log = logging.getLogger(__name__)


class ThumbnailCheck:
    """Which thumbnails were seen to be whole; safe to use from several threads.

    Args:
        title: of the gallery, for the log.
        count: n, how many pictures it holds.
    """

    def __init__(self, title: str, count: int) -> None:
        self._title = title
        self._whole, self._told = np.zeros(count, bool), np.zeros(count, bool)

    def is_whole(self, row: int, path: Path) -> bool:
        """Tells whether a thumbnail is there, and was whole when it was first shown; what is not is logged once.

        Args:
            row: of its picture.
            path: the file, called by its content.
        """
        try:
            if self._whole[row]:
                return path.is_file()
            why = "" if sha256_of(path) == path.stem else "it is damaged"
        except OSError as error:
            why = error.strerror or str(error)
        self._whole[row] = not why
        if why and not self._told[row]:
            self._told[row] = True
            log.warning("The gallery %s cannot show its thumbnail %s: %s.", self._title, path.name, why)
        return not why
