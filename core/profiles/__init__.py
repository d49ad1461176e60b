"""Profiles, and the workshops that turn the names in a profile into models, each made once.

Only `demo/services.py` and `core/__main__.py` import this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import SettingsError
from core.profiles.base import Profile
from core.settings import Settings

if TYPE_CHECKING:
    from core.evaluation.base import Models

PROFILES = {"pocket": Profile("pocket", encoder="pocket", captioner="slots")}


def profile(name: str) -> Profile:
    """Returns the profile called `name`.

    Raises:
        SettingsError: there is none.
    """
    if name not in PROFILES:
        raise SettingsError(f"There is no profile called {name!r}; choose one of {', '.join(PROFILES)}.")
    return PROFILES[name]


def models_of(settings: Settings) -> Models:
    """Returns the models of the profile that the settings name; none is loaded before it is asked for.

    Raises:
        SettingsError: there is no such profile.
    """
    chosen = profile(settings.profile)
    from core.profiles.pocket import PocketModels  # seconds of imports that --help must not wait for

    return PocketModels(chosen)
