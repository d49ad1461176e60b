"""A deadline for a whole call of a server: httpx has one for each read, which a byte a second never misses."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

PIECE = 2**16
"""Bytes that are sent before the time is looked at again."""


class _Clock(threading.local):
    """When the call of a thread must be over."""

    ends = 0.0

    def left(self, otherwise: type[httpcore.TimeoutException]) -> float:
        """Returns the seconds that are left, and raises where there are none."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise otherwise("The call took too long.")
        return seconds


class DeadlineTransport(httpx.HTTPTransport):
    """Sends requests, each of which ends within a number of seconds, its answer read to the end.

    Args:
        host: of the server, for which the environment may name a proxy.
        scheme: http or https.
        seconds: of a call.
    """

    def __init__(self, host: str, scheme: str, seconds: float) -> None:
        proxies = {} if proxy_bypass(host) else getproxies()
        # As the client has it: of this machine none is kept, which would cost time.
        limits = httpx.Limits(max_keepalive_connections=0 if host in ("localhost", "127.0.0.1") else 20)
        super().__init__(proxy=proxies.get(scheme) or proxies.get("all"), limits=limits)
        self._seconds, self._clock = seconds, _Clock()
        self._pool._network_backend = _TimedBackend(self._clock)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one; its answer is read by the same thread, which the clock holds on to."""
        self._clock.ends = time.monotonic() + self._seconds
        return super().handle_request(request)


class _TimedBackend(httpcore.NetworkBackend):
    def __init__(self, clock: _Clock) -> None:
        self._within, self._clock = httpcore.SyncBackend(), clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._clock.left(httpcore.ConnectTimeout)
        stream = self._within.connect_tcp(host, port, left, local_address, socket_options)
        return _TimedStream(stream, self._clock)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._within, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._within.read(max_bytes, self._clock.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._within.write(buffer[start : start + PIECE], self._clock.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._within.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._clock.left(httpcore.ConnectTimeout)
        return _TimedStream(self._within.start_tls(ssl_context, server_hostname, left), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._within.get_extra_info(info)
