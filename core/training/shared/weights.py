"""The weights that a recipe stands on: those beside its own, or those that ship."""

from __future__ import annotations

from pathlib import Path

from core.captioners.slots import SlotCaptioner, load_captioners
from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.heads.garment import GarmentHead
from core.settings import ASSETS

SHIPPED = ASSETS / "models" / "pocket"


def joint_beside(out: Path) -> PocketJoint:
    """Returns the joint encoder; like the others here it raises an ArtifactError where there is none."""
    return PocketJoint(_beside(out, "joint"))


def captioner_beside(out: Path, joint: PocketJoint) -> SlotCaptioner:
    """Returns the garment captioner."""
    return load_captioners(joint, _beside(out, "captioner"), TOWERS_ID)[1]


def garment_beside(out: Path) -> GarmentHead:
    """Returns the garment head."""
    return GarmentHead(_beside(out, "garment"), {"towers": TOWERS_ID, "features": garment_features.ID})


def _beside(out: Path, head: str) -> Path:
    return out.parent / head if (out.parent / head / "manifest.json").is_file() else SHIPPED / head
