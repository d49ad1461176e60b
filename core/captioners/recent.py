"""What a model said of the last few pictures, for those who ask about the same picture again. Thread-safe."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from core.digests import sha256_of_arrays
from core.types import Picture

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """Remembers one answer for each of a few pictures; pictures of the same pixels are the same.

    Args:
        most: of how many pictures.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: dict[str, Answer] = {}

    def get(self, picture: Picture) -> Answer | None:
        """Returns the answer for a picture, None when there is none."""
        key = sha256_of_arrays(picture.pixels)
        with self._lock:
            return self._answers.get(key)

    def keep(self, picture: Picture, answer: Answer) -> None:
        """Keeps the answer for a picture; the oldest goes."""
        key = sha256_of_arrays(picture.pixels)
        with self._lock:
            self._answers = dict(list((self._answers | {key: answer}).items())[-self._most :])
