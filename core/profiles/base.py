"""What makes the models of a profile, whichever profile it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from core.settings import Profile

Made = TypeVar("Made")


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
