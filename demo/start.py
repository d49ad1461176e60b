"""Makes ready what the page needs before gradio is imported, and shields its start from settings meant for others."""

from __future__ import annotations

import ctypes
import gc
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from core.index.manifest import MANIFEST_NAME
from core.settings import Settings
from demo.uploads import check_writable, choose_folder

ALONE = {
    "no_proxy": "*",
    "NO_PROXY": "*",
    "GRADIO_ALLOWED_PATHS": "",
    "GRADIO_DEBUG": "0",
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_NUM_WORKERS": "0",
    "GRADIO_SHARE": "False",
}
"""Variables while the page starts. Gradio asks itself twice whether it is there: never through a proxy. The others
could let it serve any folder, offer tools of its own, serve files from more ports, open a tunnel, or not come back to
load the models."""
TRUSTING_NOBODY = {"SSL_CERT_FILE": "", "SSL_CERT_DIR": str(Path(__file__).resolve().parent)}
"""Variables of OpenSSL: no file of certificates, and a folder that holds none."""
LONGEST_START = 60.0
"""Seconds that the server may take until it listens, and again until it answers."""


MOST_ARENAS = 2
M_ARENA_MAX = -8
"""The number of this option in glibc's `malloc.h`."""


def bound_arenas() -> None:
    """Lets the C library's allocator keep few arenas, where it is glibc and nobody asked for another number.

    Each thread that finds all arenas busy gets a new one, up to eight a core, and what an arena took it seldom gives
    back: the threads of many visitors made a third of a gigabyte of them (docs/decisions/019).
    """
    if "MALLOC_ARENA_MAX" in os.environ or "arena_max" in os.environ.get("GLIBC_TUNABLES", ""):
        return
    library = _glibc()
    if library is not None:
        library.mallopt(M_ARENA_MAX, MOST_ARENAS)


def give_memory_back() -> None:
    """Lets glibc's allocator give back what the reading of models took and left, some 70 MB between what stays."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """Returns the C library, None where it is another one: musl and macOS have other options, or none."""
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "gnu_get_libc_version") else None
    except (OSError, TypeError):
        return None


def make_ready(settings: Settings) -> None:
    """Makes the folders that are needed later, so that what fails, fails now.

    Args:
        settings: how the app was asked to start.

    Raises:
        SettingsError: a folder cannot be made or written.
    """
    choose_folder()
    if isinstance(settings.gallery, Path) and not (settings.gallery / MANIFEST_NAME).is_file():
        check_writable(settings.cache, "galleries made from folders", "BLENDSCOPE_CACHE")


@contextmanager
def uncollected() -> Iterator[None]:
    """Lets the cyclic collector rest while a start makes what stays, and never look at that again.

    It would go through all objects again and again, while there are more and more of them and nearly none is garbage.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def alone() -> Iterator[None]:
    """Lets gradio and the page start without proxies, tunnels or folders of others; afterwards all is as it was."""
    with _environment(ALONE):
        yield


def import_gradio() -> None:
    """Imports gradio, whose own clients then trust nobody: the page fetches nothing for anybody.

    They would read the certificates of all authorities three times.
    """
    with _environment(TRUSTING_NOBODY):
        import_module("gradio")


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def be_patient() -> None:
    """Lets a start take as long as a busy machine needs.

    Gradio gives its server 5 seconds to listen, and then 3 to answer at its own address; after that it gives up, though
    nothing is wrong but that other programs have the processor.
    """
    from gradio import http_server, networking

    class PatientServer(http_server.Server):
        """A server that is waited for while it is alive."""

        def run_in_thread(self) -> None:
            """Comes back once it listens."""
            until = time.monotonic() + LONGEST_START
            try:
                super().run_in_thread()
            except http_server.ServerFailedToStartError:
                # Gradio looks away; the thread that it started goes on.
                while not self.started:
                    if not self.thread.is_alive() or time.monotonic() > until:
                        raise
                    time.sleep(0.001)

    if http_server.Server.__module__ != __name__:
        http_server.Server = PatientServer
        networking.url_ok = _answers


def _answers(url: str) -> bool:
    """Tells whether the page's server answers at an address, and waits for it."""
    import httpx

    until = time.monotonic() + LONGEST_START
    while (left := until - time.monotonic()) > 0:
        try:
            # Something small: a page is for people, who ask for it meanwhile.
            if httpx.get(f"{url}robots.txt", timeout=left, verify=False).status_code < 400:
                return True
        except httpx.HTTPError:
            return False
        time.sleep(0.5)
    return False
