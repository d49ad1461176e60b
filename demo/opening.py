"""The first seconds: the address answers before gradio is imported, and nobody who asks early is turned away.

A browser gets a sheet with the heading at once, which becomes the page when that stands. Any other request
is kept and handed on, byte for byte, to the server that takes the address over.

The sheet may come from behind a proxy that serves the page under a path of its own, so it asks for addresses beside
itself, and believes only the answer that Blendscope gives: a proxy answers, too, while nobody is behind it.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from contextlib import suppress
from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from core.errors import SettingsError
from demo.copy import NAME, OPENING, QUESTION

FIRST_PORT = 7860
NUMBER_OF_PORTS = 100
WAITING_ROOM = "opening"
"""Where the sheet asks, beside itself; the answer comes when the page stands."""
STANDS = "Blendscope stands."
"""The answer there, by which the sheet knows that it is ours."""
HERE = "127.0.0.1"
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
let pause = 250; // milliseconds; longer after each answer that is not ours
async function wait() {{
  try {{
    const answer = await fetch("{room}", {{ cache: "no-store" }});
    if (answer.ok && (await answer.text()) === "{stands}") return location.reload();
  }} catch {{ /* nobody answers yet */ }}
  setTimeout(wait, pause);
  pause = Math.min(pause * 1.5, 5000);
}}
wait();
</script></body></html>"""


class Opening:
    """Holds the address of the page while the page is made; a context, left when the page may take over.

    Args:
        host: name or number of the interface to listen on, without a port or brackets.
        ports: to try, in this order.
        root: path under which a proxy serves the page, "" for none.

    Attributes:
        host: the interface, with brackets around an IPv6 number, as gradio takes it.
        port: the one that was free.
        address: for a browser on this machine.

    Raises:
        SettingsError: the host is not of this machine, or none of the ports can be used.
    """

    def __init__(self, host: str, ports: range, root: str = "") -> None:
        self._listener = _listener(host, ports)
        self._pages = {b"/", f"{root}/".encode()}
        self.port: int = self._listener.getsockname()[1]
        self.host = _bracketed(host)
        self.address = (
            f"http://{_bracketed({'0.0.0.0': 'localhost', '::': '::1'}.get(host, host))}:{self.port}/"
        )
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
        host = os.environ.get("GRADIO_SERVER_NAME", "").strip().strip("[]") or HERE
        root = urlsplit(os.environ.get("GRADIO_ROOT_PATH", "")).path.rstrip("/")
        first = first or FIRST_PORT
        return cls(host, range(first, first + max(count, 1)), root)

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
        if error is None:
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
            head = _head(guest)
            path = _path(head)
            if path in self._pages and _is_a_browser(head):
                return guest.sendall(_response(_sheet()))
            if not head or not self._stands.wait(LONGEST_WAIT):
                return None
            if path.rpartition(b"/")[2] == WAITING_ROOM.encode():
                return guest.sendall(_response(STANDS))
            return _relay(head, guest, self.port)


def _sheet() -> str:
    return SHEET.format(
        name=escape(NAME),
        question=escape(QUESTION),
        opening=escape(OPENING),
        room=WAITING_ROOM,
        stands=STANDS,
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _number(name: str, otherwise: int) -> int:
    given = os.environ.get(name, "")
    if given and not given.isdecimal():
        raise SettingsError(f"{name} is {given!r}; give a whole number such as {FIRST_PORT}.")
    return int(given) if given else otherwise


def _listener(host: str, ports: range) -> socket.socket:
    family, place = _resolved(host)
    for port in ports:
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # As the server of the page will: who is answered now is answered later, and the other way round.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            listener.bind((place[0], port, *place[2:]))
            listener.listen()
        except (OSError, OverflowError) as error:
            listener.close()
            if getattr(error, "errno", None) == errno.EADDRNOTAVAIL:
                raise SettingsError(_wrong_host(host)) from error
        else:
            return listener
    which = f"port {ports[0]}" if len(ports) == 1 else f"ports {ports[0]} to {ports[-1]}"
    raise SettingsError(f"The {which} of {host} cannot be used; choose another GRADIO_SERVER_PORT.")


def _resolved(host: str) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    """Returns the family and the address of a host; of several the IPv4 one.

    Raises:
        SettingsError: there is no such host.
    """
    try:
        places = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SettingsError(_wrong_host(host)) from error
    family, _, _, _, place = min(places, key=lambda address: address[0] != socket.AF_INET)
    return family, place


def _wrong_host(host: str) -> str:
    return (
        f"GRADIO_SERVER_NAME is {host!r}, which is no name or number of this machine; give {HERE} for this machine "
        "alone, 0.0.0.0 for all of its IPv4 addresses, :: for all of IPv6."
    )


def _head(guest: socket.socket) -> bytes:
    """Reads the lines of a request up to the empty one, and what came with them."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD:
        part = guest.recv(LONGEST_HEAD)
        if not part:
            break
        head += part
    return head


def _path(head: bytes) -> bytes:
    """Returns what a request for reading asks for, without the query; b"" for other requests."""
    words = head.split(b"\r\n", 1)[0].split(b" ")
    return words[1].partition(b"?")[0] if len(words) > 1 and words[0] == b"GET" else b""


def _is_a_browser(head: bytes) -> bool:
    """Tells whether a person's browser asks; programs take what they get, and want the page itself."""
    lines = head.split(b"\r\n\r\n")[0].lower().split(b"\r\n")
    return any(line.startswith(b"accept:") and b"text/html" in line for line in lines)


def _response(body: str) -> bytes:
    content = body.encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(content)
    ) + content


def _relay(head: bytes, guest: socket.socket, port: int) -> None:
    """Hands a kept request to the server of the page, and its answer back, until both have finished."""
    family, address = guest.family, guest.getsockname()[0]
    with socket.socket(family) as server:
        server.connect((address, port))
        server.sendall(head)
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
