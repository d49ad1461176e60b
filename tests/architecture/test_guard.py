"""The tests' own fences hold: no network but this machine, shapes checked, no silent skips."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from core import blend
from tests.architecture.source import ROOT
from tests.guard import NetworkBlockedError


def call_out() -> None:
    with socket.socket() as sock:
        sock.connect(("192.0.2.1", 80))


def test_nothing_leaves_this_machine() -> None:
    with pytest.raises(NetworkBlockedError):
        call_out()
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo("example.org", 443)


def test_threads_do_not_leave_either() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(NetworkBlockedError):
        pool.submit(call_out).result()


def test_this_machine_can_be_reached() -> None:
    with socket.socket() as listener, socket.socket() as caller:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        caller.connect(("localhost", listener.getsockname()[1]))


def test_shapes_are_checked_while_tests_run() -> None:
    with pytest.raises(TypeCheckError):
        blend.dot_products(np.ones(3), np.ones(3))


def test_a_skip_fails_where_the_command_line_says_so() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/architecture/test_guard.py", "--must-run=browser"]
        + ["-k", "this_machine_can"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 1, run.stdout
    assert "no test ran that is marked browser" in run.stdout
