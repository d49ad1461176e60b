"""Whether what somebody asks for can run here: the installation of the page alone lacks what training needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from core.errors import SettingsError, not_installed
from core.settings import TOWER_RUNTIMES, Settings

OURS = ("", "core", "demo")
"""What a missing module of is a fault of ours, not of what somebody installed."""
FRAMEWORKS = ("torch", "torchvision", "timm", "transformers", "open_clip")
"""What the encoders of all profiles but the pocket one are read with, and its own in PyTorch."""


@contextmanager
def sentence_for_missing(subject: str) -> Iterator[None]:
    """Says in one sentence what to install, where something in the block imports a library that is not here.

    Args:
        subject: what needs it, such as "The encoder 'bert'".

    Raises:
        SettingsError: a library is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library in OURS:
            raise
        raise SettingsError(not_installed(subject, library)) from error


def check_installed(settings: Settings) -> None:
    """Refuses settings whose models cannot be read with what is installed, before anything slow is imported.

    Args:
        settings: how the program was asked to start.

    Raises:
        SettingsError: a library is missing.
    """
    if settings.profile != "pocket":
        subject = f"The profile {settings.profile!r}"
    elif settings.runtime != TOWER_RUNTIMES[0]:
        subject = f"The runtime {settings.runtime!r}"
    else:
        return
    for library in FRAMEWORKS:
        if not is_installed(library):
            raise SettingsError(not_installed(subject, library))


def is_installed(library: str) -> bool:
    """Tells whether a library can be imported, without importing it."""
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False
