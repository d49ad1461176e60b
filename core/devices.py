"""Where a model may lie and how exactly it computes there, and what only the framework can do or tell about it."""

from __future__ import annotations

from dataclasses import dataclass


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
