"""Profiles as data: which models serve, by the names they have in a registry or among the pinned models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Which parts serve; every value is a name in a registry or of a pinned model.

    Attributes:
        name: the profile's name, and the folder of its weights.
        encoder: the joint encoder.
        captioner: what writes captions.
    """

    name: str
    encoder: str
    captioner: str
