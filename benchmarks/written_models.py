"""Models that are made for a measurement, in a cache of the Hub where the loading code finds them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from core.hub import Pin, missing
from core.hub.cache import snapshot_of
from core.hub.pins import PINS
from core.store import sha256_of


@dataclass(frozen=True, slots=True)
class Written:
    """A model that was made.

    Attributes:
        pin: its pin, with the digests of the made files.
        weights: bytes of its weights.
        checking: seconds that it took to compare all its files with their digests, once.
    """

    pin: Pin
    weights: int
    checking: float


def write_all(module: str, table: str, names: Sequence[str] | None, cache: Path) -> list[Written]:
    """Makes models under the commits of their pins, and checks their files as a first start does.

    Args:
        module: holds the table.
        table: name of a pin -> what writes the model's folder.
        names: of pins; None for all of the table.
        cache: the Hub's cache folder.
    """
    written = []
    makers = getattr(import_module(module), table)
    for name in makers if names is None else names:
        folder = snapshot_of(PINS[name], cache)
        makers[name](folder)
        files = tuple(file for file in PINS[name].files if (folder / file).is_file())
        digests = {path.name: sha256_of(path) for path in folder.iterdir() if path.is_file()}
        pin = replace(PINS[name], files=files, sha256=digests)
        began = time.perf_counter()
        fault = missing(pin, cache, thorough=True)
        if fault:
            raise FileNotFoundError(f"{name}: {fault}")
        took = time.perf_counter() - began
        weights = [
            path.stat().st_size for path in folder.iterdir() if path.suffix in (".safetensors", ".bin")
        ]
        written.append(Written(pin, sum(weights), took))
    return written
