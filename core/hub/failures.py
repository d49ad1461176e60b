"""One sentence for each way in which a download can fail: what happened, and how to go on."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from huggingface_hub.errors import (
    EntryNotFoundError,
    FileMetadataError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from core.errors import BlendscopeError, CapacityError, NotReadyError, SettingsError
from core.hub.choice import command_for
from core.hub.pins import Pin

# huggingface_hub moved from httpx to httpx2; which of them it raises from is written in its own error.
TransportError: type[Exception] = next(
    kind for kind in HfHubHTTPError.__mro__ if kind.__name__ == "HTTPError" and issubclass(kind, Exception)
)
FAILURES = (TransportError, EntryNotFoundError, HFValidationError, OSError)
FULL = (errno.ENOSPC, errno.EDQUOT)
LATER = (408, 425, 429)


@contextlib.contextmanager
def explaining(pin: Pin, file: str = "") -> Iterator[None]:
    """Turns what huggingface_hub, its connection or the system raise inside into a sentence for a person."""
    try:
        yield
    except FAILURES as error:
        raise explained(error, pin, file) from error


def explained(error: Exception, pin: Pin, file: str = "") -> BlendscopeError:
    """Returns the error, with a sentence for a person, that a failed download becomes.

    Args:
        error: what huggingface_hub or the system raised.
        pin: the model that was fetched.
        file: the file that was fetched, "" while the Hub was asked for the list of files.
    """
    what = f"{file} of {pin.repository}" if file else pin.repository
    again = f"`{command_for(pin)}`"
    if isinstance(error, GatedRepoError):
        return NotReadyError(
            f"The Hub gives {what} only to people who accept its terms: accept them on the model's page, log in "
            f"with `hf auth login`, then run {again} again."
        )
    if isinstance(error, LocalEntryNotFoundError | FileMetadataError | OfflineModeIsEnabled):
        return unreachable(pin, what)
    if isinstance(error, RevisionNotFoundError | EntryNotFoundError | RepositoryNotFoundError):
        return _not_found(error, pin, what)
    if isinstance(error, HfHubHTTPError):
        return _refused(error.response.status_code, pin, what)
    if isinstance(error, HFValidationError):
        return SettingsError(
            f"The Hub at HF_ENDPOINT can have no repository called {pin.repository!r}; check BLENDSCOPE_MODELS."
        )
    if isinstance(error, OSError) and error.errno in FULL:
        return disk_full(pin)
    if isinstance(error, PermissionError):
        return SettingsError(
            f"The Hugging Face cache cannot be written, so {what} could not be kept; let HF_HOME name a folder "
            f"that can, then run {again} again."
        )
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return CapacityError(f"{what} could not be written: {error.strerror or error}; run {again} again.")
    return unreachable(pin, what)


def unreachable(pin: Pin, what: str = "") -> NotReadyError:
    """Returns the error for a Hub that does not answer."""
    return NotReadyError(
        f"The Hub could not be reached for {what or pin.repository}; check the connection, HF_ENDPOINT and "
        f"HF_HUB_OFFLINE, then run `{command_for(pin)}`: it goes on where it stopped."
    )


def no_hub(pin: Pin) -> NotReadyError:
    """Returns the error for an answer that is not the Hub's, such as a page to log in on."""
    return NotReadyError(
        f"What answered for {pin.repository} is not a Hugging Face Hub; check HF_ENDPOINT and whether this network "
        f"wants you to log in first, then run `{command_for(pin)}` again."
    )


def disk_full(pin: Pin, needed: int = 0, free: int = 0) -> CapacityError:
    """Returns the error for a disk without room.

    Args:
        pin: the model.
        needed: bytes that are still to come, 0 when not known.
        free: bytes that are free.
    """
    numbers = f": {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free" if needed else ""
    return CapacityError(
        f"The disk with the Hugging Face cache has no room for {pin.repository}{numbers}; make room or let "
        f"HF_HOME name another folder, then run `{command_for(pin)}` again."
    )


def _not_found(error: Exception, pin: Pin, what: str) -> NotReadyError:
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else 404
    if isinstance(error, RepositoryNotFoundError) or status == 401:
        return _refused(status, pin, what)
    revision = f" at commit {pin.revision[:8]}" if pin.revision else ""
    return NotReadyError(
        f"The Hub has no {what}{revision} (HTTP {status}); check HF_ENDPOINT, or use a newer Blendscope, whose "
        "list of models may be mended."
    )


def _refused(status: int, pin: Pin, what: str) -> NotReadyError:
    again = f"`{command_for(pin)}`"
    if status in (401, 403):
        return NotReadyError(
            f"The Hub does not give {what} to you (HTTP {status}); log in with `hf auth login` or check HF_TOKEN, "
            f"then run {again} again."
        )
    if status == 404:
        return NotReadyError(f"The Hub has no {what} (HTTP 404); check HF_ENDPOINT, then run {again} again.")
    when = "wait a little" if status in LATER or status >= 500 else "check HF_ENDPOINT"
    return NotReadyError(
        f"The Hub answered with HTTP {status} for {what}; {when}, then run {again}: it goes on where it stopped."
    )
