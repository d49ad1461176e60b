"""Saves weights again and again, each time killed one step later: started by test_store_interrupted.

    python -m tests.core.artefact_saver FOLDER

FOLDER/old holds weights. For each step of a save, that is, whenever a file is about to be opened for writing,
renamed, removed or synced, a copy FOLDER/killed-N of them is saved over by a child that kills itself there. Prints how
many steps there were, the last one being the end.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.store import Manifest, save_artifact

MANIFEST = Manifest("toy", {"towers": "a"}, [], "", 0, {}, {}, 0.0)
CHANGES = ("os.rename", "os.remove", "os.mkdir")


def tensors_of(version: int) -> dict[str, np.ndarray]:
    """Returns tensors that tell their version."""
    return {"rows": np.full((40, 50), version, dtype=np.float32)}


def save(folder: Path, version: int) -> None:
    """Saves the weights of a version."""
    manifest = Manifest("toy", {"towers": "a"}, [], "", 0, {}, {}, 0.0, {"version": version})
    save_artifact(folder, tensors_of(version), manifest, seen=[f"{version:02x}" * 32])


def counting(die_at: int) -> None:
    """Kills this process at a step of what follows."""
    step = 0

    def another() -> None:
        nonlocal step
        step += 1
        if step == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        opened = (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if opened or event in CHANGES:
            another()

    def synced(handle: int, sync: Callable[[int], None] = os.fsync) -> None:
        another()
        sync(handle)

    sys.addaudithook(watch)
    os.fsync = synced


def main(folder: Path) -> int:
    """Saves until a child comes to its end."""
    step = 0
    while True:
        step += 1
        copy = folder / f"killed-{step}"
        shutil.copytree(folder / "old", copy)
        child = os.fork()
        if not child:
            counting(step)
            save(copy, 2)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            sys.stdout.write(f"{step}\n")
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
