"""Names for interchangeable parts, resolved only when asked for, so that a name costs no import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from core.errors import SettingsError, not_installed, unknown_name

OURS = ("", "core", "demo")
"""What a missing module of is a fault of ours, not of what somebody installed."""


class Registry(Mapping[str, str]):
    """A read-only table from a short name to a "module:attribute" that makes the part.

    Args:
        kind: what the parts are, for messages ("encoder").
        parts: short name -> "package.module:attribute".
        aliases: other name -> short name; taken, but not listed.
    """

    def __init__(self, kind: str, parts: Mapping[str, str], aliases: Mapping[str, str] | None = None) -> None:
        self.kind = kind
        self._parts = dict(parts)
        self._aliases = dict(aliases or {})

    def known(self, name: str) -> str:
        """Returns the short name of the part that is called `name` or has this alias.

        Raises:
            SettingsError: no part has that name.
        """
        short = self._aliases.get(name, name)
        if short not in self._parts:
            raise SettingsError(unknown_name(self.kind, name, self))
        return short

    def as_argument(self, metavar: str) -> dict[str, Any]:
        """Returns the options with which argparse takes one of the names, aliases included.

        Args:
            metavar: what the help calls it.
        """
        names = tuple(self)
        return {
            "metavar": metavar,
            "type": self.known,
            "choices": names,
            "help": f"one of {', '.join(names)}",
        }

    def load(self, name: str) -> Any:
        """Imports and returns the part called `name`.

        Raises:
            SettingsError: no part has that name, or it needs a library that is not installed.
        """
        short = self.known(name)
        module, _, attribute = self._parts[short].partition(":")
        try:
            return getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library in OURS:
                raise
            raise SettingsError(not_installed(f"The {self.kind} {short!r}", library)) from error

    def __getitem__(self, name: str) -> str:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)
