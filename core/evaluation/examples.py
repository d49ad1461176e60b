"""The worked examples that open each tab: chosen in assets/examples/plan.json, computed here, kept as evidence.

A tab shows them before any model is loaded, and its sliders work on them, for evidence is all that a slider needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.errors import ArtifactError
from core.evaluation.base import Models
from core.images import open_picture, parse_box
from core.index.bundle import Gallery
from core.store import write_atomically
from core.tasks import field_road

PLAN = "plan.json"
TABS = ("sketch", "field_road", "street_to_shop", "composed")
Row = Mapping[str, Any]


def read_plan(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Returns tab -> what is asked in each of its examples.

    Args:
        folder: the folder of example pictures.

    Raises:
        ArtifactError: the plan is missing or damaged.
    """
    try:
        plan = json.loads((folder / PLAN).read_bytes())
        return {tab: list(plan[tab]) for tab in TABS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"The plan of the worked examples cannot be read: {error}.") from None


def write(models: Models, gallery: Gallery, folder: Path) -> list[str]:
    """Computes every planned example and writes one file for each tab.

    Args:
        models: the profile's models.
        gallery: the gallery that ships.
        folder: holds plan.json and the pictures; the files are written into it.

    Returns:
        The first sentence of each answer, for the eye of whoever runs it.
    """
    sentences = []
    for tab, rows in read_plan(folder).items():
        made: list[dict[str, Any]] = [
            {key: row[key] for key in ("title", "picture", "settings") if key in row} for row in rows
        ]
        for entry, row in zip(made, rows, strict=True):
            evidence = evidence_of(tab, row, models, gallery, folder)
            entry["evidence"] = evidence.to_json()
            sentences.append(f"{tab}: {row['title']}")
        value = json.dumps({"examples": made}, separators=(",", ":"), ensure_ascii=False)
        write_atomically(folder / f"{tab}.json", (value + "\n").encode())
    return sentences


def evidence_of(tab: str, row: Row, models: Models, gallery: Gallery, folder: Path) -> Any:
    """Runs the encoders on one planned example.

    Args:
        tab: one of `TABS`.
        row: the entry of the plan.
        models: the profile's models.
        gallery: the gallery that ships.
        folder: where the pictures lie.
    """
    ask: dict[str, Callable[[], Any]] = {
        "sketch": lambda: models.sketch().evidence(
            open_picture(folder / row["picture"]), row.get("caption", "")
        ),
        "field_road": lambda: models.field_road().evidence(
            open_picture(folder / row["picture"]),
            row.get("field_caption", field_road.FIELD_CAPTION),
            row.get("road_caption", field_road.ROAD_CAPTION),
        ),
        "street_to_shop": lambda: _street(row, models, gallery, folder),
        "composed": lambda: models.composed(gallery).evidence(
            open_picture(folder / row["picture"]), row["text"]
        ),
    }
    return ask[tab]()


def _street(row: Row, models: Models, gallery: Gallery, folder: Path) -> Any:
    path = folder / row["picture"]
    box = parse_box(row["settings"].get("box"))
    crop = None if box is None else open_picture(path, box=box)
    return models.street_to_shop(gallery).evidence(open_picture(path), crop, row.get("caption", ""))
