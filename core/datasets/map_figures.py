"""How faithful the maps over places are, as `python -m core evaluate places --keep` wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ArtifactError
from core.metrics import Estimate
from core.settings import ASSETS
from core.store import write_atomically

FILE = "reports/places.json"


@dataclass(frozen=True, slots=True)
class MapFigures:
    """What was measured of the maps of one task.

    Attributes:
        models: role -> id of the models that were measured.
        data: name of the folder of pictures.
        kinds: kind of map -> figures, see `core.instruments.faithful.estimates`.
    """

    models: Mapping[str, str]
    data: str
    kinds: Mapping[str, Mapping[str, Estimate]]

    def to_json(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        kinds = {
            kind: {name: {**_short(one), "n": one.n} for name, one in figures.items()}
            for kind, figures in self.kinds.items()
        }
        return {"models": dict(self.models), "data": self.data, "kinds": kinds}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> MapFigures:
        """Returns what `to_json` wrote."""
        kinds = {
            kind: {name: Estimate(**one) for name, one in figures.items()}
            for kind, figures in value["kinds"].items()
        }
        return cls(dict(value["models"]), str(value["data"]), kinds)


def map_figures_of(profile: str, assets: Path = ASSETS) -> Mapping[str, MapFigures]:
    """Returns key of a task -> what was measured of its maps with a profile; nothing where nothing was.

    Args:
        profile: name of the set of models.
        assets: the folder of what ships.

    Raises:
        ArtifactError: the file is damaged.
    """
    try:
        if not (assets / FILE).is_file():
            return {}
        kept = json.loads((assets / FILE).read_bytes()).get(profile, {})
        return {task: MapFigures.from_json(value) for task, value in kept.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(f"The figures of the maps over places cannot be read: {error}.") from None


def keep_figures(
    task: str,
    profile: str,
    models: Mapping[str, str],
    data: str,
    kinds: Mapping[str, Mapping[str, Estimate]],
    assets: Path = ASSETS,
) -> None:
    """Keeps what was measured of the maps of one task in place of what was known of them.

    Args:
        task: its key.
        profile: name of the set of models.
        models: role -> id.
        data: name of the folder of pictures.
        kinds: kind of map -> figures.
        assets: the folder of what ships.

    Raises:
        ArtifactError: what was kept before is damaged.
    """
    known = dict(map_figures_of(profile, assets)) | {task: MapFigures(models, data, kinds)}
    every = json.loads((assets / FILE).read_bytes()) if (assets / FILE).is_file() else {}
    every[profile] = {key: known[key].to_json() for key in sorted(known)}
    write_atomically(assets / FILE, (json.dumps(every, indent=1, ensure_ascii=False) + "\n").encode())


def _short(figure: Estimate) -> dict[str, float]:
    return {name: round(number, 4) for name, number in figure.to_json().items()}
