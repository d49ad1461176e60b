"""What visitors send: in which folder it lies, under which names, for how long."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path

from core.errors import SettingsError
from core.folders import alone_in

if sys.platform != "win32":
    import fcntl

VARIABLE = "GRADIO_TEMP_DIR"
KEPT_FOR = 3600
"""Seconds for which an upload is kept after the last question about it, and a session's evidence after the last one."""
LOOKED_AFTER = 600
"""Seconds between two looks for uploads that are older than that."""
START = "start-"
"""What the name of the folder of one start begins with."""
UPLOADS = "uploads"
"""What the folder for uploads is called in it."""
OLD = re.compile("[0-9a-f]{64}")
"""What the folder of one upload is called, which lay in the user's own when starts had none of theirs."""

_held: dict[str, int | None] = {}
"""Folder for uploads of a start of this process -> the open handle that tells others that the folder of that start is
in use, where there are locks."""


def choose_folder(environment: MutableMapping[str, str] = os.environ) -> Path:
    """Makes the folder for uploads and names it to gradio, which must not have been imported yet.

    It lies in the one that GRADIO_TEMP_DIR names, else in one of this user's own: gradio's, which all users of a
    machine share, can be written by the first of them alone. Each start has a folder there that goes with it, since
    gradio forgets, when it is killed, what it had to remove; what a killed start left goes with the next one. So does
    what earlier versions left in the user's own.

    Args:
        environment: variables to read, and to set the chosen folder in.

    Raises:
        SettingsError: it cannot be made or written, or it is somebody else's.
    """
    given = environment.get(VARIABLE)
    if given in _held:
        return Path(given)
    folder = Path(given).expanduser() if given else _own_folder()
    check_writable(folder, "uploads", VARIABLE)
    if not given:
        _check_own(folder)
        _remove_old(folder)
    own = _folder_of_this_start(folder.resolve())
    environment[VARIABLE] = str(own)
    return own


def beside_uploads(name: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Returns a folder that goes when this start does, or with the next one where it is killed.

    Gradio serves nothing that lies there, unlike uploads.

    Args:
        name: of the folder, which is made.
        environment: variables, in which the folder for uploads is named.

    Returns:
        None where nobody chose a folder for uploads.
    """
    uploads = environment.get(VARIABLE)
    if uploads not in _held:
        return None
    folder = Path(uploads).parent / name
    folder.mkdir(mode=0o700, exist_ok=True)
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


def is_folder(path: str) -> bool:
    """Tells whether a path is that of a folder, whatever it looks like."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _folder_of_this_start(folder: Path) -> Path:
    """Makes a folder that nobody else uses, and removes those that are left of starts that have ended."""
    with alone_in(folder):  # nobody takes a folder that was just made for one that was left
        for other in folder.glob(f"{START}*"):
            if _is_left(other):
                shutil.rmtree(other, ignore_errors=True)
        own = Path(tempfile.mkdtemp(prefix=START, dir=folder))
        handle = _locked(own)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    uploads = own / UPLOADS
    uploads.mkdir(mode=0o700)
    _held[str(uploads)] = handle
    return uploads


def _remove_old(folder: Path) -> None:
    """Removes uploads in the user's own folder that an earlier version left, once nobody asks about them any more."""
    oldest = time.time() - KEPT_FOR - LOOKED_AFTER
    for upload in folder.iterdir():
        if OLD.fullmatch(upload.name) and not upload.is_symlink() and upload.is_dir():
            with suppress(OSError):
                if max(file.lstat().st_mtime for file in (upload, *upload.iterdir())) < oldest:
                    shutil.rmtree(upload, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Tells whether the start that made a folder has ended; where there are no locks, nobody knows."""
    handle = None if folder.is_symlink() else _locked(folder)
    if handle is not None:
        os.close(handle)
    return handle is not None


def _locked(folder: Path) -> int | None:
    """Returns an open handle that holds the lock of a folder; None where somebody else does, or there are no locks."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


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
