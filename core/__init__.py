"""All of Blendscope that is true without a browser; nothing here imports gradio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from core.workbench import Workbench

# Read when NumPy is loaded, which is later. Its matrix products are small here; threads of its own would spin for a
# while after each, and take the cores from the towers (docs/decisions/030-one-thread-for-numpy.md).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

VERSION = "0.9.0"
"""Of Blendscope; it changes when answers, endpoints or files do."""


def open(profile: str = "pocket", gallery: str | Path | None = None) -> Workbench:
    """Opens the tasks of a profile for a notebook or a script; arguments and errors are those of `Workbench`."""
    from core.workbench import (
        Workbench,  # the encoders, which no other import of this package should wait for
    )

    return Workbench(profile, gallery)
