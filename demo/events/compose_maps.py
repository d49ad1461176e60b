"""Reads recall over all weights for the compose tab: what was measured with the weights in use, and the report's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.datasets.recall_maps import read_measured, read_published
from core.errors import ArtifactError
from core.store import Manifest
from demo.answers.compose import Maps

log = logging.getLogger(__name__)
Read = TypeVar("Read")


def read_maps(manifest: Manifest | None, head: Path, pictures: Path | None = None) -> Maps:
    """Reads recall over all weights: what was measured with the weights in use, and the report's.

    Args:
        manifest: of the combiner, None without one.
        head: the folder of its weights.
        pictures: the folder of the pictures that ship, None without them.
    """
    if manifest is None:
        return Maps(published=_read("report's recall map", read_published))
    measured, samples = (
        None
        if folder is None
        else _read("recall map", partial(read_measured, folder, manifest.tensors_sha256))
        for folder in (head, pictures)
    )
    return Maps(manifest, measured, samples, _read("report's recall map", read_published))


def _read(what: str, read: Callable[[], Read]) -> Read | None:
    """Returns what a file holds, None without it."""
    try:
        return read()
    except ArtifactError as error:
        log.warning("The %s is not shown: %s", what, error)
        return None
