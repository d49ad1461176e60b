"""Closes the network but for this machine, for the tests and for the app that they start.

As a program it runs another one behind the same guard: `python tests/guard.py app.py --gallery DIR`.
"""

from __future__ import annotations

import ipaddress
import runpy
import socket
import sys
from typing import Any

LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "", socket.gethostname()})


class NetworkBlockedError(RuntimeError):
    """Something tried to leave this machine. Not an OSError, so that no library takes it for bad weather."""


def is_local(host: object) -> bool:
    """Tells whether a host, by name or number, is this machine."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse(host: object) -> None:
    """Raises unless the host is this machine.

    Raises:
        NetworkBlockedError: the host is elsewhere.
    """
    if not is_local(host):
        raise NetworkBlockedError(f"the network is closed here, but something asked for {host!r}")


def close_network() -> None:
    """Wraps every way that Python code can name another host, for all threads, until the process ends."""
    if getattr(socket.socket, "is_guarded", False):
        return
    connect, connect_ex, send_to = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    look_up = socket.getaddrinfo

    def address_of(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            refuse(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        address_of(self, address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        address_of(self, address)
        return connect_ex(self, address)

    def guarded_send_to(self: socket.socket, data: Any, *arguments: Any) -> int:
        address_of(self, arguments[-1])
        return send_to(self, data, *arguments)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        refuse(host)
        return look_up(host, *arguments, **options)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign, assignment]
    socket.socket.sendto = guarded_send_to  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guarded_look_up
    socket.socket.is_guarded = True  # type: ignore[attr-defined]


if __name__ == "__main__":
    program, *rest = sys.argv[1:]
    close_network()
    sys.argv = [program, *rest]
    sys.path[0] = "."
    runpy.run_path(program, run_name="__main__")
