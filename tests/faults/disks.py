"""Small and read-only disks, mounted for a test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(place: Path, *commands: list[str]) -> Iterator[Path]:
    """Mounts something at a folder, or skips the test where this user may not."""
    place.mkdir(exist_ok=True)
    stands = False
    try:
        for command in commands:
            done = subprocess.run([*command, str(place)], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
            stands = True
        yield place
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    finally:
        if stands:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
