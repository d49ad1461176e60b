"""The nouns that the caption of a sketch may use."""

from __future__ import annotations

from core.errors import DataError
from core.settings import ASSETS

NOUNS = ASSETS / "models" / "pocket" / "captioner" / "nouns.txt"


def read_nouns() -> list[str]:
    """Returns the nouns that a sketch's caption may use.

    Raises:
        DataError: the list is too short.
    """
    nouns = NOUNS.read_text(encoding="utf-8").split("\n")[:-1]
    if len(nouns) < 1000:
        raise DataError(f"The list of nouns has {len(nouns)} entries; it needs at least 1,000.")
    return nouns
