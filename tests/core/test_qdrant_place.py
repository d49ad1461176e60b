"""Addresses of galleries on Qdrant servers."""

from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.qdrant_place import QdrantPlace
from core.settings import Settings


@pytest.mark.parametrize(
    "address", ["qdrant://localhost:6333/shop", "qdrants://q.lan:443/a.b-c_1", "qdrant://[::1]:6333/x"]
)
def test_an_address_is_what_it_shows(address: str) -> None:
    place = QdrantPlace.parsed(address)
    assert str(place) == address and Settings.from_environment({}, gallery=address).gallery == place


@pytest.mark.parametrize(
    "address", ["qdrant://", "qdrant://h/c", "qdrant://h:0/c", "qdrant://key@h:1/c", "qdrant://h:1/c?key=1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="An address of Qdrant is qdrant://HOST:PORT/COLLECTION"):
        Settings.from_environment({"BLENDSCOPE_GALLERY": address})
