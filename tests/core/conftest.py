"""What several tests of the core share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import checkpoints


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes each tiny checkpoint once."""
    written: dict[tuple[str, bool], Path] = {}

    def folder(name: str, bin: bool = False) -> Path:
        if (name, bin) not in written:
            write = getattr(checkpoints, f"tiny_{name}")
            written[name, bin] = write(tmp_path_factory.mktemp(name), bin=bin)
        return written[name, bin]

    return folder
