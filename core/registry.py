"""Names for interchangeable parts, resolved only when asked for, so that a name costs no import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from core.errors import SettingsError


class Registry(Mapping[str, str]):
    """A read-only table from a short name to a "module:attribute" that makes the part.

    Args:
        kind: what the parts are, for messages ("encoder").
        parts: short name -> "package.module:attribute".
    """

    def __init__(self, kind: str, parts: Mapping[str, str]) -> None:
        self.kind = kind
        self._parts = dict(parts)

    def load(self, name: str) -> Any:
        """Imports and returns the part called `name`.

        Raises:
            SettingsError: no part has that name.
        """
        if name not in self._parts:
            raise SettingsError(f"There is no {self.kind} called {name!r}; choose one of {', '.join(self)}.")
        module, _, attribute = self._parts[name].partition(":")
        return getattr(import_module(module), attribute)

    def __getitem__(self, name: str) -> str:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)
