"""The paper profile with tiny checkpoints in the real formats, served by a Hub on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from core import hub
from core.hub import Pin, choice, pins
from core.profiles import PROFILES, paper
from core.settings import Settings
from tests import checkpoints
from tests.hub_server import HubServer

TINY: dict[str, Callable[[Path], Path]] = {
    "dinov2-base": checkpoints.tiny_dinov2,
    "bert-base": checkpoints.tiny_bert,
    "blip-caption-base": checkpoints.tiny_blip_caption,
    "blip-itm-large": checkpoints.tiny_blip_itm,
    "clip-vit-b-32": checkpoints.tiny_open_clip,
    "fashion-siglip": checkpoints.tiny_siglip,
}
"""Pin -> what writes a tiny model of its kind."""


def serve_tiny(server: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Pin]:
    """Lets the Hub serve a tiny model for each pin, at the commit and under the name that the pin has.

    Args:
        server: the Hub.
        folder: for the checkpoints; those that are there are served as they are.
        monkeypatch: takes the digests of the true files out of the pins.
    """
    tiny = {}
    for name, pin in hub.PINS.items():
        if name in TINY:
            made = folder / name if (folder / name).is_dir() else TINY[name](folder / name)
            server.add(pin.repository, made, pin.revision)
            there = {path.name for path in made.iterdir()}
            tiny[name] = dataclasses.replace(
                pin, sha256=MappingProxyType({}), files=tuple(file for file in pin.files if file in there)
            )
        else:
            tiny[name] = pin
    for module in (hub, pins, choice):
        monkeypatch.setattr(module, "PINS", MappingProxyType(tiny))
    return tiny


def paper_models(cache: Path) -> paper.PaperModels:
    """Returns the models of the paper profile, with heads under `cache`."""
    return paper.PaperModels(PROFILES["paper"], Settings("paper", cache=cache))
