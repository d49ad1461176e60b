"""Where the weights lie that a recipe stands on: beside its own, or those that ship."""

from __future__ import annotations

from pathlib import Path

from core.settings import ASSETS

SHIPPED = ASSETS / "models" / "pocket"


def weights_beside(out: Path, head: str) -> Path:
    """Returns the folder of another head's weights beside `out`, or of those that ship."""
    return out.parent / head if (out.parent / head / "manifest.json").is_file() else SHIPPED / head
