"""Checks of the fault matrix on what the app keeps of a picture, and how it hands it out again."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.faults.asking import Ask, Check, as_picture, refused
from tests.running import Reply, RunningApp


def served_as_a_picture(inner: Check) -> Check:
    """Returns the check, and that a browser asking for the upload is told to take it for a picture only."""

    def check(app: RunningApp, ask: Ask) -> None:
        before = set(app.uploads.rglob("*.png"))
        inner(app, ask)
        for file in set(app.uploads.rglob("*.png")) - before:
            answer = app.http.get(f"/gradio_api/file={quote(str(file))}")
            if answer.status_code == 200:
                assert answer.headers["content-type"].startswith("image/png")
                assert answer.headers.get("x-content-type-options") == "nosniff"

    return check


def not_fetched(payload: Callable[[str], Any]) -> Check:
    """Returns a check that an address in place of a picture is refused, and that nobody asks for it.

    Args:
        payload: what names the address, which is that of a port where this check listens.
    """

    def check(app: RunningApp, ask: Ask) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            address = f"127.0.0.1:{listener.getsockname()[1]}"
            reply = as_picture(payload(address))(app)
            assert reply.status in (400, 403, 422) and 10 < len(reply.sentence) < 300, reply.text[:500]
            assert address not in reply.sentence
            with pytest.raises(BlockingIOError):
                listener.accept()
        refused("fetch", "address", "upload", "picture", status=(400, 403, 422))(app, ask)
        assert "NetworkBlockedError" not in app.output()

    return check


def no_trace_of(secret: bytes, inner: Check) -> Check:
    """Returns the check, and that nothing but the upload itself holds the secret afterwards."""

    def check(app: RunningApp, ask: Ask) -> None:
        replies = []

        def keeping(running: RunningApp) -> Reply:
            replies.append(ask(running))
            return replies[-1]

        inner(app, keeping)
        assert all(secret.decode() not in reply.text for reply in replies)
        holders = [path for path in app.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
        assert len({path.name for path in holders}) <= 1, holders

    return check
