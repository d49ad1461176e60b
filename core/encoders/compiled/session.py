"""How ONNX Runtime runs a graph here: on the processor, by as many threads as may work, which sleep when they wait."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import CapacityError
from core.settings import processor_threads

# Read once, when the library is loaded. Without it, it names this machine in a file of the home and tells its maker
# of each session, on all systems, from threads of its own that no guard of Python's sockets sees.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime  # noqa: E402

FULL = "Failed to allocate memory"
SILENT = 3
"""Errors alone are logged; warnings are about what the optimiser chose."""


class CompiledGraph:
    """A graph that is ready to run; safe to call from several threads.

    Args:
        graph: an ONNX model.
        name: what the model is called in messages.
        weights: name -> array, of those that the graph does not hold itself; kept as they are, not copied.
        threads: that share each run; None for as many as may compute here.
    """

    def __init__(
        self,
        graph: bytes,
        name: str,
        weights: Mapping[str, np.ndarray] | None = None,
        threads: int | None = None,
    ) -> None:
        self._name = name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or processor_threads()
        options.inter_op_num_threads = 1
        # Threads that spin while they wait would take the cores from the page.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = True
        options.log_severity_level = SILENT
        if weights:
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
            options.add_external_initializers(list(weights), values)
            self._weights = values
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.outputs = tuple(output.name for output in self._session.get_outputs())

    def run(self, outputs: Sequence[str], **inputs: np.ndarray) -> list[np.ndarray]:
        """Returns the named outputs.

        Args:
            outputs: names of some of the graph's.
            **inputs: by the graph's names.

        Raises:
            CapacityError: the memory is full.
        """
        try:
            results: list[Any] = self._session.run(list(outputs), inputs)
        except Exception as error:  # the library's own have no common kind
            if isinstance(error, MemoryError) or FULL in str(error):
                raise CapacityError(
                    f"The machine's memory is too full for the {self._name} tower; try again later."
                ) from None
            raise
        return results
