"""Profiles as data: which models serve, by the names they have in a registry and among the pinned models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Part:
    """One model of a profile.

    Attributes:
        family: its name in the registry of encoders or of captioners.
        pin: its name in `core.hub.PINS`; "" for a model that comes with `pip install`.
    """

    family: str
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which models serve.

    Attributes:
        name: the profile's name, and the folder of its weights.
        parts: role -> the model that plays it.
    """

    name: str
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
