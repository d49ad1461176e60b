"""Profiles, and what turns the names in a profile into models, each made once.

Only `demo/services.py`, `core/__main__.py` and `core/workbench.py` import this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import SettingsError, unknown_name
from core.installation import check_installed
from core.settings import PROFILES, Profile, Settings, cache_folder, tower_runtime

if TYPE_CHECKING:
    from core.contracts import GalleryEncoders, Models


def profile(name: str) -> Profile:
    """Returns the profile called `name`.

    Raises:
        SettingsError: there is none.
    """
    if name not in PROFILES:
        raise SettingsError(unknown_name("profile", name, PROFILES))
    return PROFILES[name]


def models_of(settings: Settings) -> Models:
    """Returns the models of the profile that the settings name; none is loaded before it is asked for.

    Raises:
        SettingsError: there is no such profile, or it needs a library that is not installed.
    """
    chosen = profile(settings.profile)
    # Said before anybody fetches gigabytes of weights that nothing here could read.
    check_installed(settings)
    # Each of these imports takes seconds, which --help must not wait for.
    if chosen.name == "pocket":
        from core.profiles.pocket import PocketModels

        return PocketModels(chosen)
    from core.profiles.paper import PaperModels

    return PaperModels(chosen, settings)


def gallery_encoders(name: str) -> GalleryEncoders:
    """Returns what describes a gallery's pictures by the models of a profile, for a worker that knows its name alone.

    Raises:
        SettingsError: as of `models_of`.
    """
    return models_of(Settings(name, cache=cache_folder(), runtime=tower_runtime())).gallery_encoders()
