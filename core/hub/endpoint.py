"""The address of the Hub, checked before huggingface_hub is imported: that fails on an address it cannot read."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from core.errors import SettingsError


def endpoint_of(given: str | None = None) -> str | None:
    """Returns the address of the Hub, None for huggingface_hub's own choice.

    Args:
        given: an address; None for HF_ENDPOINT.

    Raises:
        SettingsError: it is no address.
    """
    address = (given or os.environ.get("HF_ENDPOINT") or "").rstrip("/")
    if address and not _is_address(address):
        raise SettingsError(
            f"HF_ENDPOINT is {address!r}, which is no address; give one such as https://huggingface.co."
        )
    return address or None


def _is_address(words: str) -> bool:
    try:
        parts = urlsplit(words)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an end, or a port that is no number
        return False
