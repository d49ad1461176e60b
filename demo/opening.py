"""The first seconds: the address answers before gradio is imported, and nobody who asks early is turned away.

A browser gets a sheet with the heading at once, which becomes the page when that stands. Any other request
is kept and handed on, byte for byte, to the server that takes the address over.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from html import escape
from types import TracebackType
from typing import Self

from core.errors import SettingsError
from demo.copy import NAME, OPENING, QUESTION

FIRST_PORT = 7860
NUMBER_OF_PORTS = 100
WAITING_ROOM = "/opening"
"""Where the sheet asks; the answer comes when the page stands."""
LONGEST_HEAD = 65_536
LONGEST_WAIT = 60.0
SHEET = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark; --paper: #fff; --ink: #16181c; --muted: #555c68; }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #121417; --ink: #f3f4f6; --muted: #a9b0bb; }} }}
body {{ margin: 0; padding: .75rem clamp(1rem, 2.5vw, 2rem); background: var(--paper); color: var(--muted);
  font: 17px/1.4 system-ui, sans-serif; }}
h1 {{ display: inline; margin: 0 1rem 0 0; color: var(--ink); font-size: 1.5rem; letter-spacing: -.02em; }}
p {{ margin: 0; }} h1 + p {{ display: inline; }} [role="status"] {{ margin-top: 2rem; font-size: 1.2rem; }}
</style></head><body><h1>{name}</h1><p>{question}</p><p role="status">{opening}</p><script>
const wait = () => fetch("{room}", {{ cache: "no-store" }}).then(() => location.reload(), () => setTimeout(wait, 200));
wait();
</script></body></html>"""


class Opening:
    """Holds the address of the page while the page is made; a context, left when the page may take over.

    Args:
        host: name or number of the interface to listen on, without a port.
        ports: to try, in this order.

    Attributes:
        port: the one that was free.
        address: for a browser on this machine.

    Raises:
        SettingsError: none of the ports can be used.
    """

    def __init__(self, host: str, ports: range) -> None:
        self._listener = _listener(host, ports)
        self.port: int = self._listener.getsockname()[1]
        shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)
        self.address = f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"
        self._stands = threading.Event()
        threading.Thread(target=self._receive, name="opening", daemon=True).start()

    @classmethod
    def from_environment(cls) -> Self:
        """Opens at the address that gradio's own settings name.

        Raises:
            SettingsError: one of them is not a number, or the address cannot be used.
        """
        first = _number("GRADIO_SERVER_PORT", 0)
        count = _number("GRADIO_NUM_PORTS", 1 if first else NUMBER_OF_PORTS)
        host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]")
        first = first or FIRST_PORT
        return cls(host, range(first, first + max(count, 1)))

    def close(self) -> None:
        """Frees the address for the server of the page; those who wait go on waiting."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def hand_over(self) -> None:
        """Lets everybody in who waited, now that the server of the page listens."""
        self._stands.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self.hand_over()

    def _receive(self) -> None:
        while True:
            try:
                guest, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(guest,), name="guest", daemon=True).start()

    def _serve(self, guest: socket.socket) -> None:
        with guest, suppress(OSError):
            guest.settimeout(LONGEST_WAIT)
            asked = _head(guest)
            if _wants_the_page(asked):
                return guest.sendall(
                    _response(
                        SHEET.format(
                            name=escape(NAME),
                            question=escape(QUESTION),
                            opening=escape(OPENING),
                            room=WAITING_ROOM,
                        )
                    )
                )
            if not asked or not self._stands.wait(LONGEST_WAIT):
                return None
            if asked.startswith(f"GET {WAITING_ROOM} ".encode()):
                return guest.sendall(_response(""))
            return _relay(asked, guest, self.port)


def _number(name: str, otherwise: int) -> int:
    given = os.environ.get(name, "")
    if given and not given.isdecimal():
        raise SettingsError(f"{name} is {given!r}; give a whole number such as {FIRST_PORT}.")
    return int(given) if given else otherwise


def _listener(host: str, ports: range) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in ports:
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except (OSError, OverflowError):
            listener.close()
        else:
            return listener
    which = f"port {ports[0]}" if len(ports) == 1 else f"ports {ports[0]} to {ports[-1]}"
    raise SettingsError(f"The {which} of {host} cannot be used; choose another GRADIO_SERVER_PORT.")


def _head(guest: socket.socket) -> bytes:
    """Reads the lines of a request up to the empty one, and what came with them."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD:
        part = guest.recv(LONGEST_HEAD)
        if not part:
            break
        head += part
    return head


def _wants_the_page(asked: bytes) -> bool:
    """Tells whether a person's browser asks; programs take what they get, and want the page itself."""
    lines = asked.split(b"\r\n\r\n")[0].lower().split(b"\r\n")
    accepted = [line for line in lines if line.startswith(b"accept:")]
    return lines[0].startswith(b"get / ") and any(b"text/html" in line for line in accepted)


def _response(body: str) -> bytes:
    content = body.encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(content)
    ) + content


def _relay(asked: bytes, guest: socket.socket, port: int) -> None:
    """Hands a kept request to the server of the page, and its answer back, until both have finished."""
    family, address = guest.family, guest.getsockname()[0]
    with socket.socket(family) as server:
        server.connect((address, port))
        server.sendall(asked)
        guest.settimeout(None)
        there = threading.Thread(target=_copy, args=(guest, server), daemon=True)
        there.start()
        _copy(server, guest)
        there.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(LONGEST_HEAD):
            target.sendall(part)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
