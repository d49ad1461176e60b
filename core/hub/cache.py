"""Finds whole models in the ordinary Hugging Face cache, without ever asking the network."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from core.errors import NotReadyError
from core.hub.choice import command_for
from core.hub.pins import Pin
from core.settings import cache_folder
from core.store import sha256_of, write_atomically

log = logging.getLogger(__name__)
SHA256 = re.compile(r"[0-9a-f]{64}")
COMMIT = re.compile(r"[0-9a-f]{40}")
_hashing = threading.RLock()


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
    """Returns the folder with all files of a model; never asks the network.

    Args:
        pin: the model.
        cache: the Hub's cache folder; None for the one that the environment names.

    Raises:
        NotReadyError: a file is missing or damaged; the sentence names it and the command that gets it.
    """
    fault = missing(pin, cache)
    if fault:
        raise NotReadyError(
            f"The model {pin.repository} is not ready: {fault}; get it with `{command_for(pin)}`."
        )
    return _snapshot(pin, cache)


def is_cached(pin: Pin, cache: Path | None = None) -> bool:
    """Tells whether all files of a model are here and whole; never asks the network."""
    return not missing(pin, cache)


def missing(pin: Pin, cache: Path | None = None) -> str:
    """Returns which file of a model is missing or damaged, as a part of a sentence; "" when none is."""
    folder = _snapshot(pin, cache)
    faults = (fault_of(pin, folder, file) for file in pin.files)
    fault = next(filter(None, faults), "")
    if fault or not pin.either:
        return fault
    weights = [
        next(filter(None, (fault_of(pin, folder, file) for file in files)), "") for files in pin.either
    ]
    if "" in weights:
        return ""
    # Of several ways to have the weights, a damaged file says more than one that was never fetched.
    return next((fault for fault in weights if fault.endswith("damaged")), weights[0])


def fault_of(pin: Pin, folder: Path, file: str) -> str:
    """Returns "FILE is missing" or "FILE is damaged" for one file of a snapshot, "" when it is whole."""
    path = folder / file
    try:
        size = path.stat().st_size
    except OSError:
        return f"{file} is missing"
    expected = pin.sha256.get(file) or _named_digest(path)
    if not size or (expected and digest_of(path) != expected):
        return f"{file} is damaged"
    return ""


def digest_of(path: Path) -> str:
    """Returns the SHA-256 of a file, computed once as long as its size and time of change stay the same."""
    place = str(path.resolve())
    with _hashing:
        state = path.stat()
        known = _verified().get(place)
        if known and known[:2] == [state.st_size, state.st_mtime_ns]:
            return str(known[2])
        digest = sha256_of(path)
        remember_digest(path, digest)
        return digest


def remember_digest(path: Path, digest: str) -> None:
    """Writes down the SHA-256 of a file, so that nobody has to compute it again."""
    with _hashing:
        state = path.stat()
        known = _verified() | {str(path.resolve()): [state.st_size, state.st_mtime_ns, digest]}
        try:
            write_atomically(_verified_file(), json.dumps(known, indent=0).encode())
        except OSError as error:
            log.info("The digest of %s could not be written down: %s", path.name, error)


def _snapshot(pin: Pin, cache: Path | None) -> Path:
    return repository_folder(pin, cache) / "snapshots" / (commit_of(pin) or "unknown")


def _named_digest(path: Path) -> str:
    """Returns the SHA-256 that the cache states: it names large files by it. "" for all others."""
    try:
        name = path.readlink().name
    except OSError:  # a file instead of a link, as on systems without links
        return ""
    return name if SHA256.fullmatch(name) else ""


def _verified() -> dict[str, list[int | str]]:
    try:
        known = json.loads(_verified_file().read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _verified_file() -> Path:
    return cache_folder() / "hub" / "verified.json"


def _commit_file(pin: Pin) -> Path:
    return cache_folder() / "hub" / "commits" / pin.repository.replace("/", "--")


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()
