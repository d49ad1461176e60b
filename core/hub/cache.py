"""Finds whole models in the ordinary Hugging Face cache, without ever asking the network."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.errors import NotReadyError
from core.hub.choice import command_for
from core.hub.digests import GIT, SHA256, is_whole
from core.hub.pins import Pin
from core.settings import cache_folder
from core.store import write_atomically

COMMIT = re.compile(r"[0-9a-f]{40}")


def hub_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the folder where huggingface_hub keeps models, by its own rules.

    They are written here once more, since huggingface_hub reads the environment only when it is imported, and
    since nobody should wait for that import to learn that a model is missing.

    Args:
        environment: variables to read: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME.
    """
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return _expanded(environment[name])
    if environment.get("HF_HOME"):
        return _expanded(environment["HF_HOME"]) / "hub"
    return _expanded(environment.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def repository_folder(pin: Pin, cache: Path | None = None) -> Path:
    """Returns the folder of a model's repository in the cache, whether it exists or not."""
    return (cache or hub_cache()) / f"models--{pin.repository.replace('/', '--')}"


def commit_of(pin: Pin) -> str | None:
    """Returns the commit on which a model stays: the pinned one, else the one that the first fetch found."""
    if pin.revision:
        return pin.revision
    try:
        written = _commit_file(pin).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return written if COMMIT.fullmatch(written) else None


def remember_commit(pin: Pin, commit: str) -> None:
    """Writes down the commit on which a model without a pinned one stays from now on."""
    write_atomically(_commit_file(pin), commit.encode("ascii"))


def local_folder(pin: Pin, cache: Path | None = None) -> Path:
    """Returns the folder with all files of a model, each checked once; never asks the network.

    Args:
        pin: the model.
        cache: the Hub's cache folder; None for the one that the environment names.

    Raises:
        NotReadyError: a file is missing or damaged; the sentence names it and the command that gets it.
    """
    fault = missing(pin, cache, thorough=True)
    if fault:
        raise NotReadyError(
            f"The model {pin.repository} is not ready: {fault}; get it with `{command_for(pin)}`."
        )
    return snapshot_of(pin, cache)


def is_cached(pin: Pin, cache: Path | None = None, *, thorough: bool = False) -> bool:
    """Tells whether all files of a model are here and whole; arguments as those of `missing`."""
    return not missing(pin, cache, thorough=thorough)


def missing(pin: Pin, cache: Path | None = None, *, thorough: bool = False) -> str:
    """Returns which file of a model is missing or damaged, as a part of a sentence; "" when none is.

    Args:
        pin: the model.
        cache: the Hub's cache folder; None for the one that the environment names.
        thorough: read the files that nobody has checked yet, which takes seconds for each gigabyte; otherwise it
            answers at once, from names, sizes and the digests that are known.
    """
    folder = snapshot_of(pin, cache)

    def fault(files: Iterable[str]) -> str:
        faults = (_fault(pin, folder, file, thorough) for file in files)
        return next(filter(None, faults), "")

    # The files that not every commit has may be missing, but not damaged.
    problem = fault([*pin.files, *(file for file in pin.also if (folder / file).is_file())])
    if problem or not pin.either:
        return problem
    weights = [fault(files) for files in pin.either]
    if "" in weights:
        return ""
    # Of several ways to have the weights, the one that was fetched says more than those that never were.
    begun = [any((folder / file).is_file() for file in files) for files in pin.either]
    return next((problem for problem, here in zip(weights, begun, strict=True) if here), weights[0])


def fault_of(folder: Path, file: str, expected: str, *, thorough: bool) -> str:
    """Returns "FILE is missing" or "FILE is damaged" for one file of a snapshot, "" when it is whole.

    Args:
        folder: the snapshot.
        file: its path in there.
        expected: the digest that it must have, "" when none is known; see `core.hub.digests`.
        thorough: see `missing`.
    """
    try:
        whole = is_whole(folder / file, expected, thorough=thorough)
    except OSError:
        return f"{file} is missing"
    return "" if whole else f"{file} is damaged"


def snapshot_of(pin: Pin, cache: Path | None = None) -> Path:
    """Returns the folder of a model's commit in the cache, whether it exists or not."""
    return repository_folder(pin, cache) / "snapshots" / (commit_of(pin) or "unknown")


def _fault(pin: Pin, folder: Path, file: str, thorough: bool) -> str:
    expected = pin.sha256.get(file) or _named_digest(folder / file)
    return fault_of(folder, file, expected, thorough=thorough)


def _named_digest(path: Path) -> str:
    """Returns the digest by which the cache names the bytes: SHA-256 of large files, git's SHA-1 of small ones."""
    try:
        name = path.readlink().name
    except OSError:  # a file instead of a link, as on systems without links
        return ""
    return name if SHA256.fullmatch(name) or GIT.fullmatch(name) else ""


def _commit_file(pin: Pin) -> Path:
    return cache_folder() / "hub" / "commits" / pin.repository.replace("/", "--")


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()
