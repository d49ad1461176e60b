"""Whoever fills a seam keeps all of its promise, also what its first caller does not use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import contracts
from core.captioners.dialogue import Dialogue
from core.encoders.device import BACKEND
from core.heads.zero_shot import ZeroShotHead
from core.index.bundle import open_bundle
from core.profiles.paper_parts import Grounded, PaperGallery, Unchanged
from core.settings import ASSETS, SHIPPED_GALLERY
from tests.pocket import pocket

pytestmark = pytest.mark.weights
HEADS = ASSETS / "models" / "pocket"


def head(name: str) -> Any:
    from core.heads import HEADS as registry
    from core.store import read_manifest

    return registry.load(name)(HEADS / name, read_manifest(HEADS / name).models)


FILLED: dict[str, tuple[type, Callable[[], Any]]] = {
    "joint": (contracts.TwoTowerEncoder, lambda: pocket().joint),
    "places": (contracts.PlaceEncoder, lambda: pocket().joint),
    "sketch tower": (contracts.PictureEncoder, lambda: pocket().sketch()._pictures),
    "slots": (contracts.Captioner, lambda: pocket()._captioners[0]),
    "dialogue": (contracts.Interviewer, lambda: Dialogue(pocket().joint)),
    "sketch head": (contracts.SketchClassifier, lambda: head("sketch")),
    "zero-shot head": (contracts.SketchClassifier, lambda: ZeroShotHead(pocket().joint, ("cat", "dog"))),
    "garment head": (contracts.GarmentEmbedding, lambda: head("garment")),
    "no garment head": (contracts.GarmentEmbedding, lambda: Unchanged("toy")),
    "combiner": (contracts.Combiner, lambda: head("combiner")),
    "grounded combiner": (contracts.Combiner, lambda: Grounded(None)),
    "gallery": (contracts.SearchableGallery, lambda: open_bundle(SHIPPED_GALLERY)),
    "its pictures": (contracts.GalleryItem, lambda: open_bundle(SHIPPED_GALLERY).items[0]),
    "pocket gallery": (contracts.GalleryEncoders, lambda: pocket().gallery_encoders()),
    "paper gallery": (contracts.GalleryEncoders, lambda: PaperGallery(None, None, {})),
    "pocket": (contracts.Models, pocket),
    "torch": (contracts.DeviceBackend, lambda: BACKEND),
}


@pytest.mark.parametrize("name", FILLED)
def test_whoever_fills_a_seam_keeps_its_promise(name: str) -> None:
    protocol, make = FILLED[name]
    assert isinstance(make(), protocol)
