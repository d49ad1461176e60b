"""Addresses of galleries on Qdrant servers."""

from __future__ import annotations

import pytest

from core import __main__ as cli
from core.errors import SettingsError
from core.qdrant_place import QDRANT_KEY, QdrantPlace, key_of_server
from core.settings import Settings


@pytest.mark.parametrize(
    "address", ["qdrant://localhost:6333/shop", "qdrants://q.lan:443/a.b-c_1", "qdrant://[::1]:6333/x"]
)
def test_an_address_is_what_it_shows(address: str) -> None:
    place = QdrantPlace.parsed(address)
    assert str(place) == address and Settings.from_environment({}, gallery=address).gallery == place


@pytest.mark.parametrize(
    "address",
    [
        "qdrant://",
        "qdrant://h/c",
        "qdrant://h:0/c",
        "qdrant://key@h:1/c",
        "qdrant://h:1/c?key=1",
        "qdrant://h:1/..",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="An address of Qdrant is qdrant://HOST:PORT/COLLECTION"):
        Settings.from_environment({"BLENDSCOPE_GALLERY": address})


@pytest.mark.parametrize(
    "address", ["QDRANT://hidden@h:1/c", " qdrant://hidden@h:1/c", "http://hidden@h:1/c", "x://a@hidden@h"]
)
def test_a_refusal_does_not_show_what_stands_before_the_at(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({}, gallery=address)
    with pytest.raises(SystemExit):
        cli.main(["index", "pictures", "--to", address])
    said = capsys.readouterr().err
    assert "hidden" not in f"{refused.value}{said}" and "HOST:PORT" in said


def test_a_key_is_what_a_header_can_carry(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, key in (("secret\r\n", "secret"), ("\n", None), ("", None)):
        monkeypatch.setenv(QDRANT_KEY, given)
        assert key_of_server() == key
    for given in ("sec\nret", "s\u00e9cret", "sec\x7fret", "sec\udcffret"):
        monkeypatch.setenv(QDRANT_KEY, given)
        with pytest.raises(SettingsError, match=f"{QDRANT_KEY} takes printable ASCII") as refused:
            key_of_server()
        assert "ret" not in str(refused.value)
