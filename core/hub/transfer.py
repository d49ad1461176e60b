"""Brings one file from the Hub: goes on with what an earlier try left, checks it, and only then gives it its name.

huggingface_hub throws away what a cut-off download has brought, which for a file of ten gigabytes means that a
weak line never ends. So the bytes are brought here, with its session, headers and addresses.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from huggingface_hub import hf_hub_url
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from core.errors import ArtifactError, NotReadyError
from core.hub.choice import command_for
from core.hub.digests import git_digest_of
from core.hub.failures import TransportError, unreachable
from core.hub.listing import HubFile
from core.hub.pins import Pin
from core.store import sha256_of

log = logging.getLogger(__name__)
TRIES = 5
PAUSE = 1.0
SILENCE = 30.0
PARTIAL_CONTENT, RANGE_REFUSED = 206, 416


class Transfer:
    """Downloads of one model's files.

    Args:
        pin: the model.
        commit: the commit they are at.
        endpoint: address of the Hub, None for huggingface_hub's own choice.
        cancelled: asked again and again; True stops the download and keeps what has come.
    """

    def __init__(self, pin: Pin, commit: str, endpoint: str | None, cancelled: Callable[[], bool]) -> None:
        self.endpoint = endpoint
        self._pin, self._commit, self._cancelled = pin, commit, cancelled

    def bring(self, file: HubFile, blob: Path, tick: Callable[[int], None]) -> None:
        """Downloads a file into `blob`, which appears only when it is whole and checked.

        Args:
            file: what to download.
            blob: where its bytes go; a partial file of an earlier try lies beside it.
            tick: called with the number of bytes of this file that are here.

        Raises:
            NotReadyError: cancelled, or the connection was cut too often.
            ArtifactError: the bytes are not those that were expected; they are thrown away.
        """
        blob.parent.mkdir(parents=True, exist_ok=True)
        partial = blob.with_name(f"{blob.name}.blendscope.incomplete")
        tries = TRIES
        while (before := _size(partial)) < file.size or not partial.exists():
            try:
                self._receive(file, partial, tick)
            except TransportError as error:
                if getattr(error, "response", None) is not None:
                    raise  # the Hub said no, which asking again does not change
                log.info("The connection was cut at %d of %d bytes: %s", _size(partial), file.size, error)
            tries = TRIES if _size(partial) > before else tries - 1
            if _size(partial) < file.size:
                if not tries:
                    raise unreachable(self._pin, f"{file.path} of {self._pin.repository}")
                self._rest()
        self._check(file, partial)
        os.replace(partial, blob)

    def stop_if_cancelled(self) -> None:
        """Raises NotReadyError once the person has cancelled."""
        if self._cancelled():
            raise NotReadyError(
                f"The download of {self._pin.repository} was stopped; what has come is kept, and "
                f"`{command_for(self._pin)}` goes on with it."
            )

    def _receive(self, file: HubFile, partial: Path, tick: Callable[[int], None]) -> None:
        here = _size(partial)
        headers = build_hf_headers() | {"Accept-Encoding": "identity"}
        if here:
            headers["Range"] = f"bytes={here}-"
        # Asked anew at each try: the address that the Hub forwards to is signed for a short time only.
        address = hf_hub_url(self._pin.repository, file.path, revision=self._commit, endpoint=self.endpoint)
        with get_session().stream("GET", address, headers=headers, timeout=SILENCE) as response:
            if response.status_code == RANGE_REFUSED:
                partial.unlink(missing_ok=True)
                return
            hf_raise_for_status(response)
            if response.status_code != PARTIAL_CONTENT:
                here = 0  # the whole file comes once more
            with partial.open("ab" if here else "wb") as stream:
                for chunk in response.iter_bytes():
                    self.stop_if_cancelled()
                    stream.write(chunk)
                    here += len(chunk)
                    tick(min(here, file.size))

    def _rest(self) -> None:
        end = time.monotonic() + PAUSE
        while time.monotonic() < end:
            self.stop_if_cancelled()
            time.sleep(min(0.1, PAUSE))

    def _check(self, file: HubFile, partial: Path) -> None:
        digest, expected = sha256_of(partial) if file.sha256 else git_digest_of(partial), file.digest
        if _size(partial) == file.size and digest == expected:
            return
        partial.unlink()
        raise ArtifactError(
            f"{file.path} of {self._pin.repository} came damaged (digest {digest[:12]}, expected {expected[:12]}) and "
            f"was thrown away; run `{command_for(self._pin)}` again."
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
