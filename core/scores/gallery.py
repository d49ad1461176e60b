"""The candidates of a set of scores as a gallery, with small pictures that are made when they are needed."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from core.errors import BlendscopeError, CapacityError
from core.images import open_picture, thumbnail
from core.index.bundle import Gallery
from core.index.items import Item
from core.index.vectors import IndexedVectors
from core.scores.score_set import ScoreSet

log = logging.getLogger(__name__)
LONGEST_SIDE = 320
NO_PICTURE = "thumbnails/none.webp"


class ScoredPictures:
    """The pictures that a set of scores is of.

    Args:
        scores: the set.
        cache: the folder in which small pictures are kept from one start to the next.

    Attributes:
        gallery: the candidates, in their order.

    Raises:
        CapacityError: the cache cannot be written.
    """

    def __init__(self, scores: ScoreSet, cache: Path) -> None:
        self._folder = scores.pictures
        owner = hashlib.sha256(
            os.fsencode(scores.pictures.resolve() if scores.pictures else "None")
        ).hexdigest()[:16]
        path = cache / "scores" / owner
        try:
            (path / "thumbnails").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CapacityError(
                f"Small pictures cannot be kept in the cache folder ({error.strerror}); set BLENDSCOPE_CACHE to a "
                "folder that can be written."
            ) from error
        items = tuple(
            Item(name, file or name, self._small(file), name, "", 1, 1, "", "")
            for name, file in zip(scores.ids, scores.files, strict=True)
        )
        self.gallery = Gallery(path, scores.title, items, {}, {}, 0, IndexedVectors({}), {})
        self._files = scores.files
        self._started = threading.Lock()

    def original(self, index: int) -> Path | None:
        """Returns the picture of a candidate, None without one."""
        return self.path_of(self._files[index])

    def path_of(self, file: str) -> Path | None:
        """Returns where a named picture lies, None when it is not there."""
        path = self._folder / file if self._folder is not None and file else None
        return path if path is not None and path.is_file() else None

    def make(self, rows: Iterable[int]) -> None:
        """Makes the small pictures of some candidates, unless they are there; what is no picture gets none."""
        for row in rows:
            out = self.gallery.path / self.gallery.items[row].thumbnail
            path = None if out.is_file() else self.original(row)
            if path is None:
                continue
            try:
                content = thumbnail(open_picture(path), LONGEST_SIDE)
                part = out.with_name(f"{out.stem}-{threading.get_ident()}.part")
                part.write_bytes(content)
                part.replace(out)
            except (BlendscopeError, OSError) as error:
                log.info("A picture of the scores cannot be shown: %s", error)

    def start(self) -> None:
        """Makes all small pictures in a thread, once; the page does not wait for them."""
        if self._folder is not None and self._started.acquire(blocking=False):
            rows = range(len(self.gallery.items))
            threading.Thread(target=self.make, args=(rows,), name="small-pictures", daemon=True).start()

    def _small(self, file: str) -> str:
        """Returns the name of a small picture: another one when the picture has changed."""
        path = self.path_of(file)
        if path is None:
            return NO_PICTURE
        state = path.stat()
        name = hashlib.sha256(os.fsencode(f"{file} {state.st_size} {state.st_mtime_ns}")).hexdigest()
        return f"thumbnails/{name}.webp"
