"""Profiles as data, and what the makers of their models have in common."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Profile:
    """Which parts serve; "" where a person may choose, see `core.hub.choice`.

    Attributes:
        name: the profile's name, and the folder of its weights.
        encoder: the joint encoder's name in its registry.
        captioner: the captioner's.
    """

    name: str
    encoder: str = ""
    captioner: str = ""


class ProfileModels:
    """Makes each model of a profile when it is first asked for, once, and shares it from then on.

    Args:
        chosen: the profile.
    """

    def __init__(self, chosen: Profile) -> None:
        self._chosen = chosen
        self._lock = threading.RLock()
        self._made: dict[str, Any] = {}

    @property
    def profile(self) -> str:
        """The profile's name."""
        return self._chosen.name

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            model: Made = self._made[name]
            return model
