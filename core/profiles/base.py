"""Profiles as data: a name, and which parts of the registries serve."""

from __future__ import annotations

from dataclasses import dataclass


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
