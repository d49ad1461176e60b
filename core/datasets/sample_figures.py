"""What was measured on the pictures that ship, as `python -m core sample` wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import ArtifactError
from core.settings import ASSETS

FILE = "reports/sample_world.json"
PICTURES = "examples"
"""Folder beside whose pictures the map of recall over all weights lies."""


def read_figures(profile: str, assets: Path = ASSETS) -> Mapping[str, Mapping[str, Any]]:
    """Returns tab -> table of what was measured with a profile; nothing for another profile.

    Args:
        profile: name of the set of models.
        assets: the folder of what ships.

    Raises:
        ArtifactError: the file is missing or damaged.
    """
    try:
        figures = json.loads((assets / FILE).read_bytes())
        tables: Mapping[str, Mapping[str, Any]] = dict(figures["tables"])
        return tables if figures["profile"] == profile else {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"The figures of the pictures that ship cannot be read: {error}.") from None
