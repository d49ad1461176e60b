"""What frozen models say, computed once and kept on disk, so that a run killed at any moment goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.errors import DataError, InputError
from core.images import open_picture
from core.settings import Settings
from core.store import sha256_of
from core.training.shared.cache import cached_rows
from core.types import Box, Picture

Encode = Callable[[Sequence[Picture]], Float32[np.ndarray, "n d"]]
BATCH = 16
"""Pictures that are encoded together, and lost together when a run is killed, where a model gains by that."""


def opened(path: Path, box: Box | None = None) -> Picture:
    """Returns a picture of a data set, or a part of it.

    Args:
        path: its file.
        box: the part, None for the whole.

    Raises:
        DataError: it cannot be read, or the box is unusable.
    """
    try:
        return open_picture(path, box=box)
    except InputError as error:
        raise DataError(f"{path.name}: {error}") from None


def feature_store() -> FeatureStore:
    """Returns the store of frozen features in the user's cache."""
    return FeatureStore(Settings.from_environment().cache / "features")


class FeatureStore:
    """Features of pictures, captions and features of texts, on disk, so that a killed run goes on where it stopped.

    Everything is known by the SHA-256 of a picture's file, or of a text, and by a name that holds the model's id:
    results of another name never mix with these.

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
        pictures: Callable[[Path, Box | None], Picture] = opened,
        batch: int = 1,
    ) -> tuple[Float32[np.ndarray, "n d"], list[str]]:
        """Returns the features of pictures, or of parts of them, and the SHA-256 of each picture's file.

        Args:
            name: what is computed, with the id of the model.
            paths: the pictures.
            encode: turns pictures into rows; called for `batch` pictures at a time.
            boxes: the part of each picture, None for the whole; None for whole pictures throughout.
            pictures: how a path and a part become a picture.
            batch: how many are encoded together and kept in one file. A row may depend on its neighbours by a
                rounding, so another number gives other rows.

        Raises:
            DataError: a picture cannot be read.
        """
        parts = [None] * len(paths) if boxes is None else list(boxes)
        digests = self.digests(paths)
        keys = [
            digest if box is None else f"{digest} {box.x0:g} {box.y0:g} {box.x1:g} {box.y1:g}"
            for digest, box in zip(digests, parts, strict=True)
        ]

        def picture(place: int) -> Picture:
            try:
                return pictures(paths[place], parts[place])
            except InputError as error:
                raise DataError(f"{paths[place].name}: {error}") from None

        def make(places: Sequence[int]) -> np.ndarray:
            return encode([picture(place) for place in places])

        return self._stacked(name, keys, make, batch), digests

    def texts(
        self,
        name: str,
        paths: Sequence[Path],
        write: Callable[[Sequence[Picture]], Sequence[str]],
        *,
        batch: int = BATCH,
    ) -> list[str]:
        """Returns what a captioner writes about each picture.

        Args:
            name: what is written, with the id of the model.
            paths: the pictures.
            write: turns pictures into sentences; called for `batch` pictures at a time.
            batch: how many are kept in one file.

        Raises:
            DataError: a picture cannot be read.
        """

        def make(places: Sequence[int]) -> np.ndarray:
            return np.array(list(write([opened(paths[place]) for place in places])), dtype=np.str_)

        texts = cached_rows(self._place(name), self.digests(paths), make, batch=batch, name=name)
        return [str(text) for text in texts]

    def text_rows(
        self,
        name: str,
        texts: Sequence[str],
        encode: Callable[[Sequence[str]], np.ndarray],
        *,
        batch: int = BATCH,
        together: bool = False,
    ) -> Float32[np.ndarray, "n d"]:
        """Returns the features of texts.

        Args:
            name: what is computed, with the id of the model.
            texts: the texts; one that stands there twice is encoded once.
            encode: turns texts into rows; called for `batch` texts at a time.
            batch: how many are kept in one file.
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
    ) -> Float32[np.ndarray, "n d"]:
        """Returns what a model makes of pictures and texts together.

        Args:
            name: what is computed, with the id of the model.
            paths: (n,) the pictures.
            texts: (n,) the text that goes with each.
            encode: turns pictures and as many texts into rows.
            batch: how many are kept in one file.

        Raises:
            DataError: a picture cannot be read.
        """
        keys = [f"{digest} {_digest(text)}" for digest, text in zip(self.digests(paths), texts, strict=True)]

        def make(places: Sequence[int]) -> np.ndarray:
            pictures = [opened(paths[place]) for place in places]
            return encode(pictures, [texts[place] for place in places])

        return self._stacked(name, keys, make, batch)

    def digests(self, paths: Sequence[Path]) -> list[str]:
        """Returns the SHA-256 of each file; one that has not changed since is not read again.

        Raises:
            DataError: a file cannot be read.
        """
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
    ) -> Float32[np.ndarray, "n d"]:
        rows = cached_rows(self._place(name), keys, make, batch=batch, name=name)
        return np.stack(rows).astype(np.float32)

    def _place(self, name: str) -> Path:
        return self.folder / hashlib.sha256(name.encode()).hexdigest()[:16]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
