"""What makes the models of a profile, whichever profile it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from core.settings import Profile

Model = TypeVar("Model")


class ProfileModels:
    """Makes each model of a profile when it is first asked for, once, and shares it from then on.

    Args:
        chosen: the profile.
    """

    def __init__(self, chosen: Profile) -> None:
        self._chosen = chosen
        self._lock = threading.RLock()
        self._models: dict[str, Any] = {}

    @property
    def profile(self) -> str:
        """The profile's name."""
        return self._chosen.name

    def _once(self, name: str, make: Callable[[], Model]) -> Model:
        with self._lock:
            if name not in self._models:
                self._models[name] = make()
            model: Model = self._models[name]
            return model
