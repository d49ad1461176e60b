"""Where a gallery lies on a Qdrant server, as an address says it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from core.errors import SettingsError

QDRANT_KEY = "BLENDSCOPE_QDRANT_KEY"
"""The environment variable with the key of a Qdrant server."""
_QDRANT = re.compile(
    r"(?P<scheme>qdrants?)://(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>[0-9]{1,5})/(?P<collection>(?!\.\.?/?$)[\w.-]{1,255})/?"
)
_BEFORE_AT = re.compile(r"(?<=://).*@", re.DOTALL)


def key_of_server() -> str | None:
    """Returns the key in the environment without spaces and ends of lines around it, None without one.

    Raises:
        SettingsError: it holds something other than printable ASCII.
    """
    key = os.environ.get(QDRANT_KEY, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(
            f"{QDRANT_KEY} takes printable ASCII characters alone; set it to the key as the server has it."
        )
    return key or None


def without_key(address: str) -> str:
    """Returns an address as it may be shown: of what stands before an @ there, which may be a key, nothing."""
    return _BEFORE_AT.sub("...@", address)


@dataclass(frozen=True, slots=True)
class QdrantPlace:
    """A collection on a Qdrant server.

    Attributes:
        host: name or number of the server.
        port: of its REST interface.
        collection: the collection's name.
        tls: whether it is asked by HTTPS.
    """

    host: str
    port: int
    collection: str
    tls: bool = False

    def __str__(self) -> str:
        return f"{'qdrants' if self.tls else 'qdrant'}://{self.host}:{self.port}/{self.collection}"

    @classmethod
    def parsed(cls, address: str) -> QdrantPlace | None:
        """Returns the place that an address names, None for what is no address of Qdrant, such as a folder.

        Raises:
            SettingsError: it begins like one, and cannot be one; or it holds a key, which an address would show.
        """
        if not address.strip().lower().startswith(("qdrant://", "qdrants://")):
            return None
        match = _QDRANT.fullmatch(address)
        if match is None or not 0 < int(match["port"]) < 2**16:
            raise SettingsError(
                "An address of Qdrant is qdrant://HOST:PORT/COLLECTION, or qdrants:// for one behind TLS; a key is "
                f"read from {QDRANT_KEY}, never from the address."
            )
        return cls(match["host"], int(match["port"]), match["collection"], match["scheme"] == "qdrants")
