"""Where a model may lie and how exactly it computes there, and what only the framework can do or tell about it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model lies and how exactly it computes.

    Attributes:
        device: "cpu" or "cuda".
        dtype: "float32", "bfloat16" or "int8".
    """

    device: str = "cpu"
    dtype: str = "float32"


CPU = Place()
GPU = Place("cuda", "bfloat16")


@dataclass(frozen=True, slots=True)
class Held:
    """One model that is in memory.

    Attributes:
        id: names the model and its revision.
        device: "cpu" or "cuda".
        dtype: "float32", "bfloat16" or "int8".
        bytes: what its weights take.
    """

    id: str
    device: str
    dtype: str
    bytes: int


class Hands(Protocol):
    """What only the framework can do."""

    def has_cuda(self) -> bool:
        """Returns whether models can be put on a GPU."""
        ...

    def memory(self, device: str) -> int | None:
        """Returns the bytes that models may take on a device, None for the keeper's own budget."""
        ...

    def bytes_of(self, loaded: Any) -> int:
        """Returns what a loaded model's weights take."""
        ...

    def is_out_of_memory(self, error: BaseException) -> bool:
        """Returns whether an error says that a device's memory is full."""
        ...

    def is_gone(self, error: BaseException) -> bool:
        """Returns whether an error says that the GPU itself fails, so that nothing more can be done on it."""
        ...

    def release(self) -> None:
        """Gives memory that is no longer used back to the device."""
        ...

    def quiet(self) -> AbstractContextManager[object]:
        """Returns what to load a model within: no gradients, no chatter."""
        ...
