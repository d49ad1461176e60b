"""A shelf of pretended models, and a machine whose memories are as large as a test wants them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch

from core.devices import GPU, Place
from core.residency import Keeper, Resident


class FakeBackend:
    """A machine with or without a GPU; models are their own size in bytes."""

    def __init__(self, cuda: int = 0) -> None:
        self.cuda, self.released = cuda, 0

    def has_cuda(self) -> bool:
        return self.cuda > 0

    def memory(self, device: str) -> int | None:
        return self.cuda if device == "cuda" else None

    def bytes_of(self, loaded: Any) -> int:
        return int(loaded["bytes"])

    def is_out_of_memory(self, error: BaseException) -> bool:
        return isinstance(error, torch.cuda.OutOfMemoryError)

    def is_gone(self, error: BaseException) -> bool:
        return "CUDA error" in str(error)

    def release(self) -> None:
        self.released += 1

    def quiet(self) -> nullcontext[None]:
        return nullcontext()


class Shelf:
    """Makes residents of one keeper and notes where each was loaded."""

    def __init__(self, budget: int = 100, cuda: int = 0, machine: int | None = None) -> None:
        self.keeper, self.backend = Keeper(budget, machine), FakeBackend(cuda)
        self.loads: list[tuple[str, str]] = []

    def resident(
        self, id: str, size: int = 40, expected: int | None = None, gpu: Place = GPU
    ) -> Resident[Any]:
        def load(place: Place) -> dict[str, Any]:
            self.loads.append((id, place.device))
            return {"id": id, "bytes": size, "place": place}

        return self.keeper.resident(
            f"family {id}",
            id,
            load,
            expected=size if expected is None else expected,
            backend=self.backend,
            gpu=gpu,
        )

    def ids(self) -> list[str]:
        return [held.id for held in self.keeper.state()]


def same(loaded: Any) -> Any:
    return loaded


def full(_: Any) -> Any:
    raise torch.cuda.OutOfMemoryError("CUDA out of memory")
