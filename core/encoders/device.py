"""What torch does for the keeper of models: measuring, placing, and telling that a GPU is full or fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
from transformers.utils import logging as transformers_logging

from core.devices import Place

CUDA_SHARE = 0.9
"""The part of a GPU's memory that weights may take; the rest is for what is computed."""
FULL = ("DefaultCPUAllocator", "CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""What torch says of a full memory where it has no error of its own for it."""


def dtype_of(place: Place) -> torch.dtype:
    """Returns torch's number type for a place; what is loaded as int8 computes in bfloat16."""
    return torch.float32 if place.dtype == "float32" else torch.bfloat16


class TorchBackend:
    """See `core.contracts.DeviceBackend`."""

    def has_cuda(self) -> bool:
        """Returns whether there is a GPU."""
        return torch.cuda.is_available()

    def memory(self, device: str) -> int | None:
        """Returns what weights may take of a GPU's memory, None for the machine's own."""
        if device == "cpu":
            return None
        return int(torch.cuda.get_device_properties(0).total_memory * CUDA_SHARE)

    def bytes_of(self, loaded: Any) -> int:
        """Returns the bytes of the weights and buffers of `loaded.model`."""
        tensors = {
            tensor.data_ptr(): tensor.nbytes
            for of in (loaded.model.parameters(), loaded.model.buffers())
            for tensor in of
        }
        return sum(tensors.values())

    def is_out_of_memory(self, error: BaseException) -> bool:
        """Returns whether torch says that the GPU's memory, or the machine's, is full."""
        return isinstance(error, torch.cuda.OutOfMemoryError) or any(words in str(error) for words in FULL)

    def is_gone(self, error: BaseException) -> bool:
        """Returns whether torch says that the GPU fails: after such an error CUDA refuses everything."""
        failed = isinstance(error, RuntimeError) and "CUDA error" in str(error)
        return failed and not self.is_out_of_memory(error)

    def release(self) -> None:
        """Gives the GPU its unused memory back."""
        if torch.cuda.is_available():
            with suppress(RuntimeError):  # a GPU that fails cannot be tidied
                torch.cuda.empty_cache()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keeps transformers from writing progress and reports to the terminal while it loads."""
        verbosity = transformers_logging.get_verbosity()
        bars = transformers_logging.is_progress_bar_enabled()
        transformers_logging.set_verbosity_error()
        transformers_logging.disable_progress_bar()
        try:
            yield
        finally:
            transformers_logging.set_verbosity(verbosity)
            if bars:
                transformers_logging.enable_progress_bar()


BACKEND = TorchBackend()
