"""Makes ready what the page needs before gradio is imported, and shields its start from settings meant for others."""

from __future__ import annotations

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
