"""The worked examples that open each tab: chosen in assets/examples/plan.json, computed here, kept as evidence.

A tab shows them before any model is loaded, and its sliders work on them, for evidence is all that a slider needs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.contracts import Models
from core.errors import ArtifactError
from core.evaluation import EXAMPLES
from core.evaluation.base import Planned
from core.index.bundle import Gallery
from core.store import write_atomically
from core.task_table import TASKS, find_task

PLAN = "plan.json"


def read_plan(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Returns the key of each task -> what is asked in each of its examples.

    Args:
        folder: the folder of example pictures.

    Raises:
        ArtifactError: the plan is missing or damaged.
    """
    try:
        plan = json.loads((folder / PLAN).read_bytes())
        return {task.key: list(plan[task.key]) for task in TASKS if task.shown}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"The plan of the worked examples cannot be read: {error}.") from None


def write(models: Models, gallery: Gallery, folder: Path) -> list[str]:
    """Computes every planned example and writes one file for each task.

    Args:
        models: the profile's models.
        gallery: the gallery that ships.
        folder: holds plan.json and the pictures; the files are written into it.

    Returns:
        The first sentence of each answer, for the eye of whoever runs it.
    """
    sentences = []
    for task, rows in read_plan(folder).items():
        written: list[dict[str, Any]] = [
            {key: row[key] for key in ("title", "picture", "settings") if key in row} for row in rows
        ]
        for entry, row in zip(written, rows, strict=True):
            evidence = evidence_of(task, row, models, gallery, folder)
            entry["evidence"] = evidence.to_json()
            sentences.append(f"{task}: {row['title']}")
        value = json.dumps({"examples": written}, separators=(",", ":"), ensure_ascii=False)
        write_atomically(folder / f"{task}.json", (value + "\n").encode())
    return sentences


def evidence_of(task: str, row: Planned, models: Models, gallery: Gallery, folder: Path) -> Any:
    """Runs the encoders on one planned example.

    Args:
        task: a name of `core.task_table.TASKS`.
        row: the entry of the plan.
        models: the profile's models.
        gallery: the gallery that ships.
        folder: where the pictures lie.
    """
    return EXAMPLES.load(find_task(task).name)(row, models, gallery, folder)
