"""What was computed last, for those who ask about the same picture, view or words again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class LastUsed(Generic[Value]):
    """Remembers values up to a number of bytes, and forgets those first that were asked for longest ago. Thread-safe.

    Args:
        most: bytes of all values together; one that is larger alone is not remembered.
        size: bytes of a value.
    """

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        self._most, self._size = most, size
        self._lock, self._bytes = threading.Lock(), 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def among(self, keys: Iterable[Hashable]) -> dict[Hashable, Value]:
        """Returns those values that are remembered under some of these keys."""
        values = {}
        with self._lock:
            for key in keys:
                if key in self._values:
                    self._values.move_to_end(key)
                    values[key] = self._values[key]
        return values

    def add(self, values: Mapping[Hashable, Value]) -> None:
        """Remembers values; a key always has the same value, so the first one stays."""
        with self._lock:
            for key, value in values.items():
                if key not in self._values:
                    self._values[key] = value
                    self._bytes += self._size(value)
            while self._bytes > self._most:
                self._bytes -= self._size(self._values.popitem(last=False)[1])
