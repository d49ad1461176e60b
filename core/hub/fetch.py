"""Downloads models of the paper profile into the Hugging Face cache: only when asked, resumable, checked."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from huggingface_hub import hf_hub_download
from huggingface_hub.utils import WeakFileLock

from core.hub import cache as hub
from core.hub.digests import digest_of, remember_digest
from core.hub.endpoint import endpoint_of
from core.hub.failures import disk_full, explaining, unreachable
from core.hub.listing import HubFile, Plan, plan
from core.hub.pins import Pin
from core.hub.transfer import Transfer

Progress = Callable[[int, int, str], None]
YES = ("1", "ON", "YES", "TRUE")
LOOK_AGAIN = 0.5


def fetch(
    pin: Pin,
    progress: Progress | None = None,
    *,
    cache: Path | None = None,
    endpoint: str | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Downloads what is missing or damaged of a model. Asks the network only for that.

    Args:
        pin: the model.
        progress: called with bytes done, bytes in all, and the file that is coming.
        cache: the Hub's cache folder; None for the one that the environment names.
        endpoint: address of the Hub; None for HF_ENDPOINT, else huggingface.co.
        cancelled: asked again and again; True stops the download and keeps what has come.

    Returns:
        The folder with all files.

    Raises:
        NotReadyError: no connection, no permission, no such file, or cancelled.
        ArtifactError: bytes that are not those that were pinned.
        CapacityError: no room on the disk.
        SettingsError: HF_ENDPOINT is no address, or the cache cannot be written.
    """
    if hub.is_cached(pin, cache, thorough=True):
        return hub.local_folder(pin, cache)
    where = endpoint_of(endpoint)
    if any(os.environ.get(name, "").upper() in YES for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")):
        raise unreachable(pin)
    with explaining(pin), _alone(pin, cache, Transfer(pin, "", where, cancelled)):
        planned = plan(pin, hub.commit_of(pin), where)
        if not pin.revision:
            hub.remember_commit(pin, planned.commit)
        _bring(pin, planned, Transfer(pin, planned.commit, where, cancelled), progress or _silent, cache)
    return hub.local_folder(pin, cache)


def fetch_all(
    pins: Sequence[Pin],
    progress: Progress | None = None,
    *,
    cache: Path | None = None,
    endpoint: str | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Path]:
    """Downloads several models, one after the other; arguments, results and errors as those of `fetch`.

    The bytes in all that progress is told are those of all models; of a model that has not begun yet the size
    is the one in its pin.
    """
    sizes = {pin.name: pin.bytes for pin in pins if not hub.is_cached(pin, cache, thorough=True)}
    before = 0
    for pin in pins:
        if pin.name not in sizes:
            continue

        def tell(done: int, total: int, file: str, *, name: str = pin.name, before: int = before) -> None:
            sizes[name] = total
            if progress:
                progress(before + done, sum(sizes.values()), file)

        fetch(pin, tell, cache=cache, endpoint=endpoint, cancelled=cancelled)
        before += sizes[pin.name]
    return [hub.local_folder(pin, cache) for pin in pins]


def _bring(pin: Pin, planned: Plan, transfer: Transfer, progress: Progress, cache: Path | None) -> None:
    """Brings the files of a plan that are not whole yet, small ones first."""
    folder = hub.repository_folder(pin, cache)
    snapshot = folder / "snapshots" / planned.commit
    faults = {
        file.path: hub.fault_of(snapshot, file.path, file.digest, thorough=True) for file in planned.files
    }
    _make_room(pin, sum(file.size for file in planned.files if faults[file.path]), folder)
    done = 0
    for file in planned.files:
        transfer.stop_if_cancelled()
        progress(done, planned.bytes, file.path)
        if faults[file.path]:
            with explaining(pin, file.path):
                if faults[file.path].endswith("damaged"):
                    _clear(snapshot / file.path)
                _bring_bytes(
                    file, folder / "blobs" / file.blob, transfer, _from(done, planned.bytes, progress)
                )
                # huggingface_hub puts it into the snapshot, by its own rules for links and copies.
                hf_hub_download(
                    pin.repository,
                    file.path,
                    revision=planned.commit,
                    cache_dir=cache or hub.hub_cache(),
                    endpoint=transfer.endpoint,
                )
        done += file.size
    progress(done, planned.bytes, planned.files[-1].path)


def _bring_bytes(file: HubFile, blob: Path, transfer: Transfer, tick: Callable[[int, str], None]) -> None:
    if _whole(blob, file):
        return
    transfer.bring(file, blob, lambda here: tick(here, file.path))
    remember_digest(blob, file.digest)


def _from(done: int, total: int, progress: Progress) -> Callable[[int, str], None]:
    return lambda here, file: progress(done + here, total, file)


def _whole(blob: Path, file: HubFile) -> bool:
    """Tells whether the bytes of a file are there already, brought by another fetch or for another commit."""
    if not blob.is_file() or blob.stat().st_size != file.size:
        return False
    return digest_of(blob, file.digest) == file.digest


def _clear(path: Path) -> None:
    """Removes a damaged file: its name in the snapshot, and its bytes."""
    bytes_of_it = path.resolve()
    path.unlink(missing_ok=True)
    bytes_of_it.unlink(missing_ok=True)


def _make_room(pin: Pin, needed: int, folder: Path) -> None:
    exists = next(parent for parent in (folder, *folder.parents) if parent.exists())
    partial = sum(path.stat().st_size for path in folder.glob("blobs/*.blendscope.incomplete"))
    free = shutil.disk_usage(exists).free
    if needed - partial > free:
        raise disk_full(pin, needed - partial, free)


@contextlib.contextmanager
def _alone(pin: Pin, cache: Path | None, transfer: Transfer) -> Iterator[None]:
    """Keeps other fetches of the same model, here or in another process, waiting until this one is over."""
    lock = (cache or hub.hub_cache()) / ".locks" / hub.repository_folder(pin, cache).name / "blendscope.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        while True:
            transfer.stop_if_cancelled()
            try:
                stack.enter_context(WeakFileLock(lock, timeout=LOOK_AGAIN))
                break
            except TimeoutError:
                continue
        yield


def _silent(done: int, total: int, file: str) -> None:
    """Tells nobody."""
