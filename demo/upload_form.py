"""How gradio reads the form that brings an upload: under names that nobody guesses, and whole or not at all."""

from __future__ import annotations

import shutil
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from secrets import token_bytes
from typing import Any

from starlette.requests import ClientDisconnect

_begun: ContextVar[list[Any]] = ContextVar("begun")
"""The files of the form that is read."""


def guard_uploads() -> None:
    """Lets uploads lie in folders that nobody can guess, and those that break off leave nothing behind.

    Gradio names the folder after the content, so that whoever holds a picture could find out whether somebody else
    has sent the same one, and under which name. What it has written of an upload when the disk is full, or when its
    visitor leaves, it forgets: a disk that was full once would stay so.
    """
    from gradio import route_utils, routes

    class UploadFile(route_utils.GradioUploadFile):
        """An upload whose folder's name depends on chance as well as on its content."""

        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            self.sha.update(token_bytes(32))
            _begun.get([]).append(self)

    async def read(
        request: Any, folder: Any, limit: Any, upload_id: Any, *arguments: Any, **options: Any
    ) -> Any:
        begun: list[Any] = []
        _begun.set(begun)
        try:
            # Gradio would move what it cannot rename after it has answered that all is well.
            options["force_move"] = True
            return await route_utils.upload_fn(request, folder, limit, upload_id, *arguments, **options)
        except BaseException as error:
            _remove(begun, Path(folder))
            progress = options.get("upload_progress")
            if upload_id and progress is not None:
                progress.set_done(upload_id)
            if isinstance(error, OSError):
                await _read_on(request)
            raise

    if route_utils.GradioUploadFile.__module__ != __name__:
        route_utils.GradioUploadFile = UploadFile
        routes.upload_fn = read


def _remove(begun: list[Any], folder: Path) -> None:
    """Removes what was written of an upload."""
    for upload in begun:
        with suppress(OSError):
            upload.file.close()  # writes what is left, which may fail once more
        with suppress(OSError):
            Path(upload.file.name).unlink()
        shutil.rmtree(folder / upload.sha.hexdigest(), ignore_errors=True)


async def _read_on(request: Any) -> None:
    """Throws the rest of a form away, so that the browser, which still sends, hears the answer."""
    with suppress(RuntimeError, ClientDisconnect):  # nothing is left, or nobody
        async for _ in request.stream():
            pass
