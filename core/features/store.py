"""The store of frozen features, from which a run that was killed at any moment goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.errors import DataError, InputError
from core.features.cache import cached_rows
from core.images import open_picture
from core.lookahead import each_of
from core.settings import Settings
from core.store import sha256_of
from core.types import Box, Picture

Rows = Float32[np.ndarray, "n d"]
Encode = Callable[[Sequence[Picture]], Rows]
View = Callable[[Path, Box | None], Picture]
"""How a file and a part of it, None for the whole, become a picture."""
BATCH = 16
"""Pictures that are encoded together, and lost together when a run is killed, where a model gains by that."""


def opened(path: Path, box: Box | None = None) -> Picture:
    """Returns a picture of a data set, or a part of it.

    Raises:
        DataError: it cannot be read, or the box is unusable.
    """
    return _viewed(_plain, path, box)


def _plain(path: Path, box: Box | None) -> Picture:
    """Returns a picture, or a part of it, as the door gives it."""
    return open_picture(path, box=box)


def _viewed(view: View, path: Path, box: Box | None) -> Picture:
    try:
        return view(path, box)
    except InputError as error:
        raise DataError(f"{path.name}: {error}") from None


def feature_store() -> FeatureStore:
    """Returns the store of frozen features in the user's cache."""
    return FeatureStore(Settings.from_environment().cache / "features")


class FeatureStore:
    """Features of pictures, captions and features of texts, on disk.

    Everything is known by the SHA-256 of a picture's file, or of a text, and by a name that holds the model's id:
    results of another name never mix with these. Whatever is read from a picture raises a DataError that names it
    when the file cannot be read. `batch` is how many are encoded together and kept in one file.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests: dict[tuple[Path, int, int], str] = {}

    def rows(
        self,
        name: str,
        paths: Sequence[Path],
        encode: Encode,
        *,
        boxes: Sequence[Box | None] | None = None,
        pictures: View = _plain,
        batch: int = 1,
    ) -> tuple[Rows, list[str]]:
        """Returns the features of pictures, or of parts of them, and the SHA-256 of each picture's file.

        Args:
            name: what is computed, with the id of the model.
            paths: the pictures.
            encode: turns pictures into rows.
            boxes: the part of each picture, None for the whole; None for whole pictures throughout.
            pictures: how a path and a part become a picture.
            batch: a row may depend on its neighbours by a rounding, so another number gives other rows.
        """
        parts = [None] * len(paths) if boxes is None else list(boxes)
        digests = self.digests(paths)
        keys = [
            digest if box is None else f"{digest} {box.x0:g} {box.y0:g} {box.x1:g} {box.y1:g}"
            for digest, box in zip(digests, parts, strict=True)
        ]

        def make(places: Sequence[int]) -> np.ndarray:
            return encode(each_of(lambda place: _viewed(pictures, paths[place], parts[place]), places))

        return self._stacked(name, keys, make, batch), digests

    def texts(
        self,
        name: str,
        paths: Sequence[Path],
        write: Callable[[Sequence[Picture]], Sequence[str]],
        *,
        batch: int = BATCH,
    ) -> list[str]:
        """Returns what a captioner writes about each picture."""

        def make(places: Sequence[int]) -> np.ndarray:
            return np.array(list(write([opened(paths[place]) for place in places])), dtype=np.str_)

        return [str(text) for text in self._cached(name, self.digests(paths), make, batch)]

    def text_rows(
        self,
        name: str,
        texts: Sequence[str],
        encode: Callable[[Sequence[str]], np.ndarray],
        *,
        batch: int = BATCH,
        together: bool = False,
    ) -> Rows:
        """Returns the features of texts; one that stands there twice is encoded once.

        Args:
            name: what is computed, with the id of the model.
            texts: the texts.
            encode: turns texts into rows.
            batch: see the class.
            together: whether a text's row depends on its neighbours, so that only a batch of the same texts in
                the same order has the same rows.
        """
        keys = [_digest(text) for text in texts]
        if together:
            whole = [_digest(" ".join(keys[start : start + batch])) for start in range(0, len(keys), batch)]
            keys = [f"{whole[row // batch]} {row % batch}" for row in range(len(keys))]
        return self._stacked(name, keys, lambda places: encode([texts[place] for place in places]), batch)

    def paired_rows(
        self,
        name: str,
        paths: Sequence[Path],
        texts: Sequence[str],
        encode: Callable[[Sequence[Picture], Sequence[str]], np.ndarray],
        *,
        batch: int = BATCH,
    ) -> Rows:
        """Returns what a model makes of each picture and its text together."""
        keys = [f"{digest} {_digest(text)}" for digest, text in zip(self.digests(paths), texts, strict=True)]

        def make(places: Sequence[int]) -> np.ndarray:
            return encode([opened(paths[place]) for place in places], [texts[place] for place in places])

        return self._stacked(name, keys, make, batch)

    def digests(self, paths: Sequence[Path]) -> list[str]:
        """Returns the SHA-256 of each file; one that has not changed since is not read again."""
        digests = []
        for path in paths:
            try:
                facts = path.stat()
                version = path, facts.st_size, facts.st_mtime_ns
                if version not in self._digests:
                    self._digests[version] = sha256_of(path)
            except OSError as error:
                raise DataError(f"The file {path.name} cannot be read: {error.strerror}.") from None
            digests.append(self._digests[version])
        return digests

    def _stacked(
        self, name: str, keys: Sequence[str], make: Callable[[Sequence[int]], np.ndarray], batch: int
    ) -> Rows:
        return np.stack(self._cached(name, keys, make, batch)).astype(np.float32)

    def _cached(
        self, name: str, keys: Sequence[str], make: Callable[[Sequence[int]], np.ndarray], batch: int
    ) -> list[np.ndarray]:
        folder = self.folder / hashlib.sha256(name.encode()).hexdigest()[:16]
        return cached_rows(folder, keys, make, batch=batch, name=name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
