"""Makes ready what the page needs before gradio is imported, and shields its start from settings meant for others."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

from core.index.manifest import MANIFEST_NAME
from core.settings import Settings
from demo.uploads import check_writable, choose_folder

ALONE = {
    "no_proxy": "*",
    "NO_PROXY": "*",
    "GRADIO_ALLOWED_PATHS": "",
    "GRADIO_DEBUG": "0",
    "GRADIO_NUM_WORKERS": "0",
    "GRADIO_SHARE": "False",
}
"""Variables while the page starts. Gradio asks itself twice whether it is there: never through a proxy. The others
could let it serve any folder, serve files from more ports, open a tunnel, or not come back to load the models."""


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
    try:
        library = ctypes.CDLL(None)
        # Others (musl, macOS) may have a `mallopt` with other numbers, or none.
        if hasattr(library, "gnu_get_libc_version"):
            library.mallopt(M_ARENA_MAX, MOST_ARENAS)
    except (OSError, TypeError, AttributeError):
        return


def make_ready(settings: Settings) -> None:
    """Makes the folders that are needed later, so that what fails, fails now.

    Args:
        settings: how the app was asked to start.

    Raises:
        SettingsError: a folder cannot be made or written.
    """
    choose_folder()
    if settings.gallery is not None and not (settings.gallery / MANIFEST_NAME).is_file():
        check_writable(settings.cache, "galleries made from folders", "BLENDSCOPE_CACHE")


@contextmanager
def alone() -> Iterator[None]:
    """Lets gradio and the page start without proxies, tunnels or folders of others; afterwards all is as it was."""
    before = {name: os.environ.get(name) for name in ALONE}
    os.environ.update(ALONE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
