"""What visitors send: in which folder it lies, under which names, for how long."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

from core.errors import SettingsError

VARIABLE = "GRADIO_TEMP_DIR"
KEPT_FOR = 3600
"""Seconds for which an upload is kept after the last question about it, and a session's evidence after the last one."""
LOOKED_AFTER = 600
"""Seconds between two looks for uploads that are older than that."""


def choose_folder(environment: MutableMapping[str, str] = os.environ) -> Path:
    """Makes the folder for uploads and names it to gradio, which must not have been imported yet.

    It is the one that GRADIO_TEMP_DIR names, else one of this user's own: gradio's, which all users of a machine
    share, can be written by the first of them alone.

    Args:
        environment: variables to read, and to set the chosen folder in.

    Raises:
        SettingsError: it cannot be made or written, or it is somebody else's.
    """
    given = environment.get(VARIABLE)
    folder = Path(given).expanduser() if given else _own_folder()
    check_writable(folder, "uploads", VARIABLE)
    if not given:
        _check_own(folder)
    environment[VARIABLE] = str(folder.resolve())
    return folder


def check_writable(folder: Path, what: str, variable: str) -> None:
    """Makes a folder, and a file in it, so that what is needed later fails now if at all.

    Args:
        folder: which one.
        what: what it is for, such as "uploads".
        variable: of the environment, which names another one.

    Raises:
        SettingsError: it cannot be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or "it is no folder"
        raise SettingsError(
            f"The folder for {what}, {folder}, cannot be written ({reason}); name another with {variable}."
        ) from error


def keep_longer(file: str) -> None:
    """Lets the time for which an upload is kept begin again; other files are left alone."""
    folder = os.environ.get(VARIABLE)
    if folder and Path(file).is_relative_to(folder):
        with suppress(OSError):
            os.utime(file)


def is_upload(file: str) -> bool:
    """Tells whether a file lies in the folder for uploads, whatever its path looks like."""
    folder = os.environ.get(VARIABLE)
    return lies_in(file, Path(folder) if folder else Path(tempfile.gettempdir()) / "gradio")


def lies_in(file: str, folder: Path) -> bool:
    """Tells whether a file lies in a folder, wherever links on its path lead to."""
    try:
        return Path(file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False


def hide_names() -> None:
    """Lets each upload lie in a folder that nobody can guess.

    Gradio names the folder after the content, so that whoever holds a picture could find out whether somebody else
    has sent the same one, and under which name.
    """
    from gradio import route_utils

    class UploadFile(route_utils.GradioUploadFile):
        """An upload whose folder's name depends on chance as well as on its content."""

        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            self.sha.update(secrets.token_bytes(32))

    if route_utils.GradioUploadFile.__module__ != __name__:
        route_utils.GradioUploadFile = UploadFile


def _own_folder() -> Path:
    try:
        return Path(tempfile.gettempdir()) / f"blendscope-{_user()}"
    except OSError as error:
        raise SettingsError(
            f"There is no folder for temporary files that can be written; name one for uploads with {VARIABLE}."
        ) from error


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def _check_own(folder: Path) -> None:
    """Refuses a folder that another user put in the place of ours, to read what visitors send."""
    if hasattr(os, "getuid") and (folder.is_symlink() or folder.stat().st_uid != os.getuid()):
        raise SettingsError(
            f"The folder for uploads, {folder}, belongs to another user; name another with {VARIABLE}."
        )
